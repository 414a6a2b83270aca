import { HEADER_BYTES, WHEN, refuseOtherFunction, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import { bitsAt, dword, putDword } from '../../wire.js';

/** The driver asks for less than a header here. */
const SHORT_REPLY_BYTES = 12;

const ENABLE_HCA: Command = {
  opcode: 0x104, name: 'ENABLE_HCA', requestBytes: HEADER_BYTES, replyBytes: SHORT_REPLY_BYTES, when: WHEN.disabled, sender: 'driver',
  run: (state, request) => {
    const refusal = refuseOtherFunction(request);
    if (refusal === undefined) state.lifeCycle = 'enabled';
    return refusal;
  },
};

const DISABLE_HCA: Command = {
  opcode: 0x105, name: 'DISABLE_HCA', requestBytes: HEADER_BYTES, replyBytes: SHORT_REPLY_BYTES, when: WHEN.enabled, sender: 'driver',
  run: (state, request) => {
    const refusal = refuseOtherFunction(request);
    if (refusal === undefined) state.powerDown();
    return refusal;
  },
};

const INIT_HCA: Command = {
  opcode: 0x102, name: 'INIT_HCA', requestBytes: 32, replyBytes: HEADER_BYTES, when: WHEN.enabled, sender: 'driver',
  run: (state) => {
    if (!state.pages.isSatisfied) return REFUSAL.pagesMissing;
    state.lifeCycle = 'operational';
    return undefined;
  },
};

const GRACEFUL = 0;
const FORCE = 1;

const TEARDOWN_HCA: Command = {
  opcode: 0x103, name: 'TEARDOWN_HCA', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.operational, sender: 'driver',
  run: (state, request) => {
    const profile = bitsAt(request, 0x8, 15, 0);
    if (profile !== GRACEFUL && profile !== FORCE) return REFUSAL.teardownProfile;
    state.tearDown();
    return undefined;
  },
};

const QUERY_ISSI: Command = {
  opcode: 0x10a, name: 'QUERY_ISSI', requestBytes: HEADER_BYTES, replyBytes: 112, when: WHEN.enabledOrOperational, sender: 'tools',
  run: ({ profile, interfaceStep }, _request, reply) => {
    if (profile.interfaceSteps === 0) return REFUSAL.opcode;
    dword(reply, 0x8, [15, 0, interfaceStep]);
    putDword(reply, 0x6c, profile.interfaceSteps);
    return undefined;
  },
};

const SET_ISSI: Command = {
  opcode: 0x10b, name: 'SET_ISSI', requestBytes: HEADER_BYTES, replyBytes: HEADER_BYTES, when: WHEN.enabled, sender: 'driver',
  run: (state, request) => {
    const step = bitsAt(request, 0x8, 15, 0);
    if (step > 31 || ((state.profile.interfaceSteps >>> step) & 1) === 0) return REFUSAL.interfaceStep;
    state.interfaceStep = step;
    return undefined;
  },
};

/** From ENABLE_HCA to DISABLE_HCA. */
export const LIFE_CYCLE_COMMANDS: readonly Command[] = [ENABLE_HCA, DISABLE_HCA, INIT_HCA, TEARDOWN_HCA, QUERY_ISSI, SET_ISSI];
