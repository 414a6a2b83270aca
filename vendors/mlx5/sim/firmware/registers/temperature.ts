import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import type { EventMode, Sensor } from '../sensors.js';
import { sheetRegister } from '../sheet/sheet-register.js';
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

/** Supply voltages in millivolts and currents in milliamperes, by sensor: the core's and the board's. */
const SUPPLIES = [{ name: 'core', millivolts: 852, milliamperes: 14_200 }, { name: 'board', millivolts: 12_080, milliamperes: 1_450 }] as const;
const SUPPLY_MAP = SUPPLIES.reduce((map, _, index) => map + 2 ** index, 0);

/** Which supplies are measured. */
export const MVCAP = sheetRegister({
  id: 0x902e, name: 'MVCAP', sizeBytes: 16,
  lines: `
    00: sensor_map:64=${SUPPLY_MAP}
    08: sensor_map_type[29:28]!3, slot_index[3:0]!0
  `,
});

/** One of them. */
export const MVCR = sheetRegister({
  id: 0x900c, name: 'MVCR', sizeBytes: 24,
  lines: `
    00: volt_cap[30], curr_cap[29], pwr_cap[28]=0, slot_index[19:16]!0, sensor_index[7:0]!${SUPPLIES.length - 1}
    04: voltage_sensor_value[15:0]@
    08: current_sensor_value[15:0]@
    10: sensor_name:64@
  `,
  live: {
    voltage_sensor_value: ({ index }) => SUPPLIES[index('sensor_index')]?.millivolts ?? 0,
    current_sensor_value: ({ index }) => SUPPLIES[index('sensor_index')]?.milliamperes ?? 0,
    sensor_name: ({ index }) => BigInt(`0x${Buffer.from((SUPPLIES[index('sensor_index')]?.name ?? '').padEnd(8, '\0'), 'latin1').toString('hex')}`),
  },
});
