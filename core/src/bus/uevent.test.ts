import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUevent, UEVENT_ACTIONS, type Uevent } from './uevent.js';

/** As received from a kernel 6.18 after writing to the `uevent` attributes of a PCI function and of /dev/null. */
const PCI = 'change@/devices/pci0000:00/0000:00:01.0\0ACTION=change\0DEVPATH=/devices/pci0000:00/0000:00:01.0\0SUBSYSTEM=pci\0SYNTH_UUID=12345678-1234-1234-1234-123456789abc\0SYNTH_ARG_A=1\0DRIVER=virtio-pci\0PCI_CLASS=FFFF00\0PCI_ID=1AF4:1045\0PCI_SUBSYS_ID=1AF4:1045\0PCI_SLOT_NAME=0000:00:01.0\0MODALIAS=pci:v00001AF4d00001045sv00001AF4sd00001045bcFFscFFi00\0SEQNUM=820\0';
const NULL = 'change@/devices/virtual/mem/null\0ACTION=change\0DEVPATH=/devices/virtual/mem/null\0SUBSYSTEM=mem\0SYNTH_UUID=0\0MAJOR=1\0MINOR=3\0DEVNAME=null\0DEVMODE=0666\0SEQNUM=821\0';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const pathPart = fc.stringMatching(/^[a-z0-9:_][a-z0-9:._-]{0,15}$/);
const path = fc.array(pathPart, { minLength: 1, maxLength: 12 }).map((parts) => `/${parts.join('/')}`);
const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/).filter((name) => !['ACTION', 'DEVPATH', 'SUBSYSTEM', 'SEQNUM'].includes(name));
const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'));
const message = fc.record({
  action: fc.constantFrom(...UEVENT_ACTIONS),
  path,
  subsystem: pathPart,
  sequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  extra: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 12 }),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function encode({ action, path: devpath, subsystem, sequence, extra }: Message): Uint8Array {
  const pairs = [['ACTION', action], ['DEVPATH', devpath], ['SUBSYSTEM', subsystem], ...extra, ['SEQNUM', String(sequence)]];
  return bytes([`${action}@${devpath}`, ...pairs.map((pair) => pair.join('=')), ''].join('\0'));
}

describe('parseUevent', () => {
  it('reads what a kernel sent', () => {
    expect(parseUevent(bytes(NULL))).toMatchObject({ action: 'change', path: '/devices/virtual/mem/null', subsystem: 'mem', sequence: 821n });
    const properties = parseUevent(bytes(PCI))?.properties;
    expect([...(properties?.keys() ?? [])]).toEqual(['ACTION', 'DEVPATH', 'SUBSYSTEM', 'SYNTH_UUID', 'SYNTH_ARG_A', 'DRIVER', 'PCI_CLASS', 'PCI_ID', 'PCI_SUBSYS_ID', 'PCI_SLOT_NAME', 'MODALIAS', 'SEQNUM']);
    expect(properties?.get('MODALIAS')).toBe('pci:v00001AF4d00001045sv00001AF4sd00001045bcFFscFFi00');
  });

  it('returns what was encoded, for every message', () => {
    fc.assert(fc.property(message, (sent) => {
      const parsed = parseUevent(encode(sent));
      expect(parsed).toMatchObject({ action: sent.action, path: sent.path, subsystem: sent.subsystem, sequence: sent.sequence });
      for (const [name, text] of sent.extra) expect(parsed?.properties.get(name)).toBe(text);
      expect(parsed?.properties.size).toBe(sent.extra.length + 4);
    }));
  });

  it('rejects every message that is cut short', () => {
    const whole = bytes(PCI);
    const accepted = Array.from({ length: whole.length }, (_, end) => parseUevent(whole.subarray(0, end))).filter((parsed) => parsed !== undefined);
    expect(accepted).toEqual([]);
  });

  it.each([
    ['no bytes', ''],
    ['no NUL at the end', NULL.slice(0, -1)],
    ['two NULs at the end', `${NULL}\0`],
    ['an empty key in the middle', NULL.replace('MAJOR', '\0MAJOR')],
    ['a header without @', NULL.replace('@', '#')],
    ['an unknown action', NULL.replaceAll('change', 'explode')],
    ['a relative path', NULL.replaceAll('/devices/virtual', 'devices/virtual')],
    ['a path that climbs', NULL.replaceAll('/virtual/', '/../')],
    ['a path with an empty part', NULL.replaceAll('/virtual/', '//')],
    ['another path in the keys', NULL.replace('DEVPATH=/devices/virtual/mem/null', 'DEVPATH=/devices/virtual/mem/zero')],
    ['another action in the keys', NULL.replace('ACTION=change', 'ACTION=add')],
    ['no subsystem', NULL.replace('SUBSYSTEM=mem\0', '')],
    ['an empty subsystem', NULL.replace('SUBSYSTEM=mem', 'SUBSYSTEM=')],
    ['no sequence number', NULL.replace('SEQNUM=821\0', '')],
    ['a sequence number that is none', NULL.replace('821', '0x335')],
    ['a sequence number over 64 bits', NULL.replace('821', '18446744073709551616')],
    ['a key without a value', NULL.replace('MAJOR=1', 'MAJOR')],
    ['a value without a key', NULL.replace('MAJOR=1', '=1')],
    ['a key with a space', NULL.replace('MAJOR', 'MA JOR')],
    ['a message of udevd', `libudev\0\u0000\u00ed${NULL}`],
  ])('rejects %s', (_, text) => {
    expect(parseUevent(bytes(text))).toBeUndefined();
  });

  it('holds the limits of the kernel to the byte and the key', () => {
    const withPadding = (lengthBytes: number): Uint8Array => bytes(NULL.replace('MAJOR=1', `MAJOR=${'1'.repeat(lengthBytes)}`));
    const keyBytes = NULL.length - NULL.indexOf('\0') - 1;
    expect(parseUevent(withPadding(2048 - keyBytes + 1))).toBeDefined();
    expect(parseUevent(withPadding(2048 - keyBytes + 2))).toBeUndefined();
    const withKeys = (count: number): Uint8Array => bytes(NULL.replace('MAJOR=1\0', Array.from({ length: count - 8 }, (_, index) => `K${index}=\0`).join('')));
    expect(parseUevent(withKeys(64))).toBeDefined();
    expect(parseUevent(withKeys(65))).toBeUndefined();
  });

  it('takes the first of a repeated key, which is the kernel\'s own', () => {
    const forged = parseUevent(bytes(NULL.replace('SYNTH_UUID=0', 'SUBSYSTEM=fwctl')));
    expect(forged?.subsystem).toBe('mem');
  });

  it('throws nothing, and is consistent, on random and on damaged bytes', () => {
    const whole = bytes(PCI);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const damaged = damage.map((changes) => {
      const copy = whole.slice();
      for (const [position, byte] of changes) copy[position] = byte;
      return copy;
    });
    let accepted = 0;
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 8192 }), damaged), (data) => {
      const parsed = parseUevent(data);
      if (parsed === undefined) return;
      accepted += 1;
      expectConsistent(parsed);
    }), { numRuns: 20_000 });
    expect(accepted).toBeGreaterThan(100);
  });
});

function expectConsistent({ action, path: devpath, properties, sequence }: Uevent): void {
  if (properties.get('ACTION') !== action || properties.get('DEVPATH') !== devpath || String(sequence) !== properties.get('SEQNUM')?.replace(/^0+(?=\d)/, '')) expect.unreachable();
  if (devpath.includes('\0') || !devpath.startsWith('/')) expect.unreachable();
}
