import { HEADER_BYTES, WHEN, opModOf, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome, Register } from '../register.js';
import type { FirmwareState } from '../state.js';
import { bitsAt } from '../../wire.js';

const WRITE = 0;
const READ = 1;

/** The request's data, as long as the register: longer data is cut, shorter filled with zeros. */
function dataFor(register: Register, request: Uint8Array): Uint8Array {
  const data = new Uint8Array(register.sizeBytes);
  data.set(request.subarray(HEADER_BYTES, HEADER_BYTES + register.sizeBytes));
  return data;
}

function refuseLengths({ sizeBytes, minimumBytes = sizeBytes }: Register, request: Uint8Array, reply: Uint8Array): Outcome {
  if (request.length < HEADER_BYTES + minimumBytes) return REFUSAL.requestLength;
  return reply.length < HEADER_BYTES + minimumBytes ? REFUSAL.replyLength : undefined;
}

/** Writes or reads; a write is answered with what a read would then give. */
function access(state: FirmwareState, register: Register, request: Uint8Array, reply: Uint8Array): Outcome {
  const isWrite = opModOf(request) === WRITE;
  const data = dataFor(register, request);
  const out = new Uint8Array(register.sizeBytes);
  if (isWrite && register.write === undefined) return REFUSAL.registerReadOnly;
  const refusal = (isWrite ? register.write?.(state, data) : undefined) ?? register.read(state, data, out);
  if (refusal === undefined) reply.set(out.subarray(0, reply.length - HEADER_BYTES), HEADER_BYTES);
  return refusal;
}

const ACCESS_REG: Command = {
  opcode: 0x805, name: 'ACCESS_REG', requestBytes: HEADER_BYTES, hasTail: true, replyBytes: HEADER_BYTES, when: WHEN.enabledOrOperational, sender: 'tools',
  run: (state, request, reply) => {
    const opMod = opModOf(request);
    const register = state.registers.get(bitsAt(request, 0x8, 15, 0));
    if (opMod !== WRITE && opMod !== READ) return REFUSAL.opMod;
    if (register === undefined) return REFUSAL.register;
    return refuseLengths(register, request, reply) ?? access(state, register, request, reply);
  },
};

/** The same by the opcode that is meant for user contexts. */
const ACCESS_REGISTER_USER: Command = { ...ACCESS_REG, opcode: 0xb0c, name: 'ACCESS_REGISTER_USER' };

/** Registers. */
export const REGISTER_COMMANDS: readonly Command[] = [ACCESS_REG, ACCESS_REGISTER_USER];
