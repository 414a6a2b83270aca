import { EIGHTHS } from './sensors.js';
import type { FirmwareState } from './state.js';
import { putText } from '../wire.js';

/** A pluggable module's memory as SFF-8636 (revision 2.10a) lays it out: a lower page of 128 bytes, and upper pages of 128 bytes. */

/** What of the module changes with time, in the units of the memory. */
export interface ModuleReadings {
  /** Degrees Celsius. */
  readonly degrees: number;
  readonly tenthsOfMillivolt: number;
  /** One for each channel, in 0.1 microwatts; next to nothing while no light comes in. */
  readonly receivedPower: readonly number[];
  readonly sentPower: readonly number[];
  /** One for each channel, in 2 microamperes. */
  readonly bias: readonly number[];
  /** Does light come in? */
  readonly hasLight: boolean;
  /** At most 16 ASCII characters. */
  readonly serialNumber: string;
}

/** What the module says of itself, always the same. */
export const MODULE_IDENTITY = { vendor: 'AUXCTL SIM', partNumber: 'SIM-100G-SR4', revision: 'A1', dateCode: '260320', wavelengthNm: 850 } as const;

/** Where alarms are, in the units of the memory. */
export const MODULE_LIMITS = {
  temperature: { high: 75 * 256, low: 0x10000 - 5 * 256 },
  voltage: { high: 36_300, low: 29_700 },
  receivedPower: { high: 21_877, low: 407 },
  bias: { high: 6_000, low: 1_000 },
  sentPower: { high: 21_877, low: 724 },
} as const;

const MODULE_SENSOR = 64;
const ROOM_DEGREES = 35;

/** The module's readings now. */
export function moduleReadings(state: Pick<FirmwareState, 'sensors' | 'nowMs' | 'port' | 'identity'>): ModuleReadings {
  const sensor = state.sensors.find(({ profile }) => profile.index === MODULE_SENSOR);
  const hasLight = state.port.hasPartner;
  const channels = [0, 1, 2, 3];
  return {
    degrees: sensor === undefined ? ROOM_DEGREES : sensor.read(state.nowMs()) / EIGHTHS,
    tenthsOfMillivolt: 33_012,
    receivedPower: channels.map((channel) => (hasLight ? 9_120 + 140 * channel : 1)),
    bias: channels.map((channel) => 3_700 + 25 * channel),
    sentPower: channels.map((channel) => 9_870 + 90 * channel),
    hasLight,
    serialNumber: `M${state.identity.serialNumber}`,
  };
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
function lowerPage({ degrees, hasLight, tenthsOfMillivolt, receivedPower, bias, sentPower }: ModuleReadings): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  page[0] = IDENTIFIER_QSFP28;
  page[1] = REVISION_2_8;
  page[3] = hasLight ? 0 : 0x0f; // loss of signal, one bit a receiver
  put16(page, 22, Math.round(degrees * 256));
  put16(page, 26, tenthsOfMillivolt);
  for (let channel = 0; channel < CHANNELS; channel++) {
    put16(page, 34 + 2 * channel, receivedPower[channel] ?? 0);
    put16(page, 42 + 2 * channel, bias[channel] ?? 0);
    put16(page, 50 + 2 * channel, sentPower[channel] ?? 0);
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
  putText(page, 148 - PAGE_BYTES, 16, MODULE_IDENTITY.vendor, 0x20);
  put(165, 0x02); // OUI: a locally administered one
  putText(page, 168 - PAGE_BYTES, 16, MODULE_IDENTITY.partNumber, 0x20);
  putText(page, 184 - PAGE_BYTES, 2, MODULE_IDENTITY.revision);
  put16(page, 186 - PAGE_BYTES, 17_000); // 850 nm in units of 0.05
  put16(page, 188 - PAGE_BYTES, 2_000);
  put(190, 70);
  put(192, 0x02); // 100GBASE-SR4
  putText(page, 196 - PAGE_BYTES, 16, serialNumber, 0x20);
  putText(page, 212 - PAGE_BYTES, 8, MODULE_IDENTITY.dateCode, 0x20);
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
    [128, [MODULE_LIMITS.temperature.high, MODULE_LIMITS.temperature.low, 70 * 256, 0]],
    [144, [MODULE_LIMITS.voltage.high, MODULE_LIMITS.voltage.low, 34_650, 31_350]],
    [176, [MODULE_LIMITS.receivedPower.high, MODULE_LIMITS.receivedPower.low, 17_378, 1_023]],
    [184, [MODULE_LIMITS.bias.high, MODULE_LIMITS.bias.low, 5_500, 1_500]],
    [192, [MODULE_LIMITS.sentPower.high, MODULE_LIMITS.sentPower.low, 17_378, 1_445]],
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
