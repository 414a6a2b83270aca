import { putText } from '../wire.js';

/** A pluggable module's memory as SFF-8636 (revision 2.10a) lays it out: a lower page of 128 bytes, and upper pages of 128 bytes. */

/** What of the module changes with time. */
export interface ModuleReadings {
  /** Degrees Celsius. */
  readonly degrees: number;
  /** Does light come in? */
  readonly hasLight: boolean;
  /** At most 16 ASCII characters. */
  readonly serialNumber: string;
}

const PAGE_BYTES = 128;
const IDENTIFIER_QSFP28 = 0x11;
const REVISION_2_8 = 0x08;
const CHANNELS = 4;

function put16(bytes: Uint8Array, offsetBytes: number, value: number): void {
  bytes[offsetBytes] = value >> 8;
  bytes[offsetBytes + 1] = value;
}

/** Bytes 0 to 127: status and monitors. Units: 1/256 °C, 100 µV, 0.1 µW, 2 µA. */
function lowerPage({ degrees, hasLight }: ModuleReadings): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  page[0] = IDENTIFIER_QSFP28;
  page[1] = REVISION_2_8;
  page[3] = hasLight ? 0 : 0x0f; // loss of signal, one bit a receiver
  put16(page, 22, Math.round(degrees * 256));
  put16(page, 26, 33_012);
  for (let channel = 0; channel < CHANNELS; channel++) {
    put16(page, 34 + 2 * channel, hasLight ? 9_120 + 140 * channel : 1);
    put16(page, 42 + 2 * channel, 3_700 + 25 * channel);
    put16(page, 50 + 2 * channel, 9_870 + 90 * channel);
  }
  page[93] = 0x04; // high power class enabled
  return page;
}

function checksum(page: Uint8Array, fromByte: number, toByte: number): number {
  return page.subarray(fromByte - PAGE_BYTES, toByte + 1 - PAGE_BYTES).reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/** Upper page 0: identity. Offsets here are those of the document, 128 to 255. */
function identityPage({ serialNumber }: ModuleReadings): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  const put = (byte: number, value: number): void => void (page[byte - PAGE_BYTES] = value);
  put(128, IDENTIFIER_QSFP28);
  put(129, 0xcc); // 3.5 W; clock recovery both ways
  put(130, 0x0c); // MPO 1x12
  put(131, 0x80); // see the extended code
  put(139, 0x03); // 64b/66b
  put(140, 0xff); // more than 25.4 Gb/s: see byte 222
  put(144, 35); // metres of OM3, in units of two
  put(147, 0x04); // 850 nm VCSEL
  putText(page, 148 - PAGE_BYTES, 16, 'AUXCTL SIM', 0x20);
  put(165, 0x02); // OUI: a locally administered one
  putText(page, 168 - PAGE_BYTES, 16, 'SIM-100G-SR4', 0x20);
  putText(page, 184 - PAGE_BYTES, 2, 'A1');
  put16(page, 186 - PAGE_BYTES, 17_000); // 850 nm in units of 0.05
  put16(page, 188 - PAGE_BYTES, 2_000);
  put(190, 70);
  put(192, 0x02); // 100GBASE-SR4
  putText(page, 196 - PAGE_BYTES, 16, serialNumber, 0x20);
  putText(page, 212 - PAGE_BYTES, 8, '260320', 0x20);
  put(220, 0x3c); // temperature, voltage, received (average) and transmitted power are monitored
  put(222, 103);
  put(191, checksum(page, 128, 190));
  put(223, checksum(page, 192, 222));
  return page;
}

/** Upper page 3: thresholds, in the units of the lower page: alarm high and low, warning high and low. */
function thresholdPage(): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  const rows: readonly (readonly [byte: number, values: readonly number[]])[] = [
    [128, [75 * 256, 0x10000 - 5 * 256, 70 * 256, 0]],
    [144, [36_300, 29_700, 34_650, 31_350]],
    [176, [21_877, 407, 17_378, 1_023]],
    [184, [6_000, 1_000, 5_500, 1_500]],
    [192, [21_877, 724, 17_378, 1_445]],
  ];
  for (const [byte, values] of rows) values.forEach((value, position) => put16(page, byte - PAGE_BYTES + 2 * position, value & 0xffff));
  return page;
}

/** All that can be read at once: 256 bytes, the lower page and upper page `page`; `undefined` when there is no such page. */
export function readModule(page: number, readings: ModuleReadings): Uint8Array | undefined {
  const upper = page === 0 ? identityPage(readings) : page === 3 ? thresholdPage() : undefined;
  if (upper === undefined) return undefined;
  const memory = new Uint8Array(2 * PAGE_BYTES);
  memory.set(lowerPage(readings));
  memory.set(upper, PAGE_BYTES);
  return memory;
}
