import { u32, u8 } from '../../wire.js';
import { LEVEL, MODULE } from '../event-log.js';
import type { Port } from '../port.js';
import type { DscState } from '../state.js';
import { ATTRIBUTE, refused, RESULT, type Endpoint, type Operation, type OperationCall, type Outcome } from '../types.js';

type Run = (port: Port, state: DscState, call: OperationCall) => Outcome;

/** An operation whose request begins with the number of a port. */
function onPort(parts: Omit<Operation, 'run' | 'requestBytes'> & { readonly requestBytes?: number }, run: Run): Operation {
  return {
    requestBytes: 4,
    ...parts,
    run(state, call) {
      const port = state.ports[u32(call.payload, 0)];
      return port === undefined ? refused(RESULT.noSuchPort) : run(port, state, call);
    },
  };
}

const status = onPort({ number: 1, name: 'PORT_STATUS', attribute: ATTRIBUTE.read }, (port) => ({ data: port.status() }));

const counters = onPort({ number: 2, name: 'PORT_COUNTERS', attribute: ATTRIBUTE.read, version: 1 }, (port, state, { version }) => ({ data: port.counters(version, state.nowMs()) }));

const clearCounters = onPort({ number: 3, name: 'PORT_CLEAR_COUNTERS', attribute: ATTRIBUTE.write }, (port, state) => {
  port.clearCounters(state.nowMs());
  return {};
});

const setLoopback = onPort({ number: 4, name: 'PORT_SET_LOOPBACK', attribute: ATTRIBUTE.debugWrite, requestBytes: 8 }, (port, state, { payload }) => {
  const mode = u8(payload, 4);
  if (mode > 1) return refused(RESULT.badValue);
  port.isLoopedBack = mode === 1;
  state.note(LEVEL.warning, MODULE.port, `port ${port.index} loopback ${port.isLoopedBack ? 'on' : 'off'}`);
  return {};
});

/** The network ports: state and counters. Their configuration is in blocks. */
export const port: Endpoint = { id: 0x5349_4d02, name: 'PORT', operations: [status, counters, clearCounters, setLoopback] };
