import { packed, put, u32, u8 } from '../../wire.js';
import { LEVEL, MODULE } from '../event-log.js';
import { ATTRIBUTE, refused, RESULT, type Endpoint, type Operation } from '../types.js';

const HEADER_BYTES = 4;
/** The bits of the tests that there are: memory, links. */
const TESTS = { memory: 0x1, links: 0x2 };

const readLog: Operation = {
  number: 1, name: 'LOG_READ', attribute: ATTRIBUTE.debugRead, requestBytes: 4,
  run: ({ log }, { payload, roomBytes }) => ({ data: log.read(u32(payload, 0), roomBytes) }),
};

const clearLog: Operation = {
  number: 2, name: 'LOG_CLEAR', attribute: ATTRIBUTE.debugWrite, requestBytes: 0,
  run({ log }) {
    log.clear();
    return {};
  },
};

const readMemory: Operation = {
  number: 1, name: 'MEMORY_READ', attribute: ATTRIBUTE.debugRead, requestBytes: 8,
  run({ memory }, { payload, roomBytes }) {
    const [address, lengthBytes] = [u32(payload, 0), u32(payload, 4)];
    if (lengthBytes > memory.length - address) return refused(RESULT.badAddress);
    if (lengthBytes > roomBytes - HEADER_BYTES) return refused(RESULT.badLength);
    const bytes = new Uint8Array(HEADER_BYTES + lengthBytes);
    put(bytes, 0, 4, lengthBytes);
    bytes.set(memory.subarray(address, address + lengthBytes), HEADER_BYTES);
    return { data: bytes };
  },
};

const writeMemory: Operation = {
  number: 2, name: 'MEMORY_WRITE', attribute: ATTRIBUTE.debugWrite, requestBytes: HEADER_BYTES,
  run({ memory }, { payload }) {
    const bytes = payload.subarray(HEADER_BYTES);
    const address = u32(payload, 0);
    if (bytes.length > memory.length - address) return refused(RESULT.badAddress);
    memory.set(bytes, address);
    return {};
  },
};

/** The test of the links takes every port down for a moment, which shows as two changes of each link. */
const selfTest: Operation = {
  number: 3, name: 'SELF_TEST', attribute: ATTRIBUTE.maintenance, requestBytes: 4,
  run(state, { payload }) {
    const tests = u32(payload, 0);
    if ((tests & ~(TESTS.memory | TESTS.links)) !== 0) return refused(RESULT.badValue);
    if ((tests & TESTS.links) !== 0) {
      for (const port of state.ports) {
        const { config } = port;
        const down = config.slice();
        put(down, 4, 1, 0);
        for (const next of [down, config]) if (port.configure(next, state.nowMs())) state.reportLink(port);
      }
    }
    const failed = (tests & TESTS.memory) !== 0 && u8(state.memory, 0) === 0xff ? TESTS.memory : 0;
    state.note(failed === 0 ? LEVEL.info : LEVEL.error, MODULE.diagnostics, `self test ${tests}: ${failed === 0 ? 'passed' : 'failed'}`);
    return { ...(failed === 0 ? {} : { error: RESULT.testFailed }), data: packed(8, [0, 4, failed], [4, 4, 1200]) };
  },
};

/** What firmware noted. */
export const log: Endpoint = { id: 0x5349_4d04, name: 'LOG', operations: [readLog, clearLog] };
/** Its memory, and its test of itself. */
export const diagnostics: Endpoint = { id: 0x5349_4d05, name: 'DIAG', operations: [readMemory, writeMemory, selfTest] };
/** An endpoint that is there and offers nothing. */
export const empty: Endpoint = { id: 0x5349_4d06, name: 'EMPTY', operations: [] };
