import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { EventMode, Sensor } from '../sensors.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword, flagAt, putQuad, putText } from '../../wire.js';

const FIRST_MODULE_SENSOR = 64;
const EVENT_MODES = new Map<number, EventMode>([[0, 0], [1, 1], [2, 2]]);

/** Only slot 0, the board itself, exists. */
function hasSlot(data: Uint8Array): boolean {
  return bitsAt(data, 0x0, 19, 16) === 0;
}

function sensorOf(state: FirmwareState, data: Uint8Array): Sensor | undefined {
  const index = bitsAt(data, 0x0, 11, 0);
  return hasSlot(data) ? state.sensors.find(({ profile }) => profile.index === index) : undefined;
}

/** Which sensors exist. */
export const MTCAP: Register = {
  id: 0x9009,
  name: 'MTCAP',
  sizeBytes: 16,
  read: ({ sensors }, data, out) => {
    if (!hasSlot(data)) return REFUSAL.sensor;
    const internal = sensors.map(({ profile }) => profile.index).filter((index) => index < FIRST_MODULE_SENSOR);
    dword(out, 0x0, [6, 0, internal.length]);
    dword(out, 0x4, [7, 0, internal.length]);
    putQuad(out, 0x8, internal.reduce((map, index) => map | (1n << BigInt(index)), 0n));
    return undefined;
  },
};

/** One temperature sensor. A write whose high threshold is zero concerns only the maximum, as hwmon sends it. */
export const MTMP: Register = {
  id: 0x900a,
  name: 'MTMP',
  sizeBytes: 32,
  read: (state, data, out) => {
    const sensor = sensorOf(state, data);
    if (sensor === undefined) return REFUSAL.sensor;
    const nowMs = state.nowMs();
    dword(out, 0x0, [11, 0, sensor.profile.index]);
    dword(out, 0x4, [15, 0, sensor.read(nowMs)]);
    dword(out, 0x8, [31, 31, Number(sensor.keepsMaximum)], [15, 0, sensor.maximum(nowMs)]);
    dword(out, 0xc, [31, 30, sensor.eventMode], [15, 0, sensor.high]);
    dword(out, 0x10, [15, 0, sensor.low]);
    putText(out, 0x18, 8, sensor.profile.name);
    return undefined;
  },
  write: (state, data) => {
    const sensor = sensorOf(state, data);
    if (sensor === undefined) return REFUSAL.sensor;
    if (flagAt(data, 0x8, 30)) {
      sensor.resetMaximum(state.nowMs());
      return undefined;
    }
    const [high, low] = [signed16(bitsAt(data, 0xc, 15, 0)), signed16(bitsAt(data, 0x10, 15, 0))];
    const eventMode = EVENT_MODES.get(bitsAt(data, 0xc, 31, 30));
    if (eventMode === undefined || low > high) return REFUSAL.sensorSetting;
    sensor.keepsMaximum = flagAt(data, 0x8, 31);
    if (high !== 0) sensor.setThresholds(high, low, eventMode);
    state.reportTemperatures();
    return undefined;
  },
};

function signed16(value: number): number {
  return value >= 0x8000 ? value - 0x10000 : value;
}
