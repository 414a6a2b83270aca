const ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** Whether a name is a PCI address as sysfs writes it: domain (4 to 8 digits), bus, device, function; lower-case hexadecimal. */
export function isPciAddress(name: string): boolean {
  return ADDRESS.test(name);
}

/** The nearest PCI function on a sysfs path, the path's own end included, and the names below it. */
export function pciAncestor(path: string): { address: string; below: readonly string[] } | undefined {
  const parts = path.split('/');
  for (let index = parts.length - 1; index > 0; index -= 1) {
    const address = parts[index] ?? '';
    if (isPciAddress(address)) return { address, below: parts.slice(index + 1) };
  }
  return undefined;
}

/** Orders PCI addresses by number, other names after them. */
export function comparePciAddresses(a: string, b: string): number {
  // Only the domain's length varies, so the longer address has the greater domain.
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

const LOOSE = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7])$/;

/** Brings a PCI address that a person typed to sysfs's form; undefined when it is none. Without a domain, only the rest is returned. */
export function normalizePciAddress(typed: string): { text: string; hasDomain: boolean } | undefined {
  const [match, domain, bus, device, pciFunction] = LOOSE.exec(typed.toLowerCase()) ?? [];
  if (match === undefined || bus === undefined || device === undefined || pciFunction === undefined) return undefined;
  const rest = `${bus.padStart(2, '0')}:${device.padStart(2, '0')}.${pciFunction}`;
  if (domain === undefined) return { text: rest, hasDomain: false };
  return { text: `${domain.replace(/^0+/, '').padStart(4, '0')}:${rest}`, hasDomain: true };
}
