/** One item of vital product data. */
export interface VpdItem {
  /** `ID` for the identifier; else the section, `R` for read-only or `W` for writable, and the keyword, such as `R.SN`. */
  readonly name: string;
  /** The checksum alone of `R.RV`; text without what pads it, else bytes. */
  readonly value: string | Uint8Array;
}

/** Large resources by tag; others end the data (PCI Express Base 5.0, section 6.28). */
const IDENTIFIER = 0x82;
const SECTIONS: ReadonlyMap<number | undefined, string> = new Map([[0x90, 'R'], [0x91, 'W']]);
const RESOURCE_HEADER_BYTES = 3;
const KEYWORD_HEADER_BYTES = 3;
const BYTE = 256;

/** Takes vital product data apart, up to what is no resource of a known kind, or does not fit. Never throws. */
export function parseVpd(bytes: Uint8Array): VpdItem[] {
  const found: VpdItem[] = [];
  for (let rest = bytes; rest.length >= RESOURCE_HEADER_BYTES;) {
    const [tag, low = 0, high = 0] = rest;
    const end = RESOURCE_HEADER_BYTES + low + high * BYTE;
    const section = SECTIONS.get(tag);
    if (end > rest.length || (tag !== IDENTIFIER && section === undefined)) break;
    const body = rest.subarray(RESOURCE_HEADER_BYTES, end);
    if (section === undefined) found.push({ name: 'ID', value: readable(body) });
    else found.push(...keywords(body, section));
    rest = rest.subarray(end);
  }
  return found;
}

function keywords(body: Uint8Array, section: string): VpdItem[] {
  const found: VpdItem[] = [];
  for (let rest = body; rest.length >= KEYWORD_HEADER_BYTES;) {
    const [first = 0, second = 0, length = 0] = rest;
    const end = KEYWORD_HEADER_BYTES + length;
    if (end > rest.length) break;
    const name = String.fromCharCode(first, second);
    const value = rest.subarray(KEYWORD_HEADER_BYTES, end);
    // RV and RW end a section: a checksum, and room that is left.
    if (name === 'RV') found.push({ name: `${section}.RV`, value: value.slice(0, 1) });
    else if (name !== 'RW') found.push({ name: `${section}.${name}`, value: readable(value) });
    rest = rest.subarray(end);
  }
  return found;
}

function readable(bytes: Uint8Array): string | Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replace(/[\0 ]+$/, '');
  return /^[\x20-\x7e]*$/.test(text) ? text : bytes.slice();
}
