import { packed, putText, u32 } from '../../wire.js';
import { LEVEL, MODULE } from '../event-log.js';
import { ATTRIBUTE, refused, RESULT, type Endpoint, type Operation } from '../types.js';

const MOST_DELAY_MS = 60_000;
const CURRENT = 0;
const MAXIMUM = 1;

const version: Operation = {
  number: 1, name: 'SYSTEM_VERSION', attribute: ATTRIBUTE.read, requestBytes: 0,
  run({ profile, index }) {
    const bytes = packed(104, [96, 4, profile.build], [100, 1, profile.asicType], [101, 1, profile.asicRevision]);
    putText(bytes, 0, 32, profile.firmware);
    putText(bytes, 32, 32, profile.firmwarePackage);
    putText(bytes, 64, 32, profile.serial(index));
    return { data: bytes };
  },
};

const capabilities: Operation = {
  number: 2, name: 'SYSTEM_CAPABILITIES', attribute: ATTRIBUTE.read, requestBytes: 8,
  run({ profile, log, memory }, { payload }) {
    const mode = u32(payload, 4);
    if (mode !== CURRENT && mode !== MAXIMUM) return refused(RESULT.badValue);
    const isMaximum = mode === MAXIMUM;
    switch (u32(payload, 0)) {
      case 0: return { data: packed(8, [0, 4, isMaximum ? profile.features | profile.lockedFeatures : profile.features]) };
      case 1: return { data: packed(16, [0, 2, profile.ports], [4, 4, log.capacity], [8, 4, memory.length], [12, 4, profile.maxSpeedMbit]) };
      default: return refused(RESULT.noSuchSet);
    }
  },
};

const status: Operation = {
  number: 3, name: 'SYSTEM_STATUS', attribute: ATTRIBUTE.read, requestBytes: 0,
  run: (state) => ({ data: packed(16, [0, 8, Math.floor(state.uptimeMs())], [8, 4, state.restarts()], [12, 4, state.ports.filter(({ isUp }) => isUp).length]) }),
};

const restart: Operation = {
  number: 4, name: 'SYSTEM_RESTART', attribute: ATTRIBUTE.debugWrite, requestBytes: 8,
  run(state, { payload }) {
    const [delayMs, downMs] = [u32(payload, 0), u32(payload, 4)];
    if (delayMs > MOST_DELAY_MS || downMs > MOST_DELAY_MS) return refused(RESULT.badValue);
    state.note(LEVEL.warning, MODULE.system, `restart in ${delayMs} ms`);
    state.restart(delayMs, downMs);
    state.reportReset('pending');
    return {};
  },
};

/** Who the device is and how it is, and its restart. */
export const system: Endpoint = { id: 0x5349_4d01, name: 'SYSTEM', operations: [version, capabilities, status, restart] };
/** The same of a firmware that knows no more than its version. */
export const versionOnly: Endpoint = { ...system, operations: [version] };
