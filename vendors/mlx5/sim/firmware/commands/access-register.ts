import { HEADER_BYTES, WHEN, opModOf, type Command } from '../command.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import type { FirmwareState } from '../state.js';
import type { DirectAccess, DirectReply } from '../types.js';
import { bitsAt } from '../../wire.js';

const WRITE = 0;
const READ = 1;

/** Data as long as the register: longer data is cut, shorter filled with zeros. */
function imageOf(data: Uint8Array, sizeBytes: number): Uint8Array {
  const image = new Uint8Array(sizeBytes);
  image.set(data.subarray(0, sizeBytes));
  return image;
}

/**
 * Writes or reads a register, whoever asks; a write is answered with what a read would then give. `roomBytes` is what the asker has room for.
 */
export function accessRegister(state: FirmwareState, { id, isWrite, data }: DirectAccess, roomBytes: number): DirectReply {
  const register = state.registers.get(id);
  if (register === undefined) return refused(REFUSAL.register, false);
  const { sizeBytes, minimumBytes = sizeBytes } = register;
  if (data.length < minimumBytes) return refused(REFUSAL.requestLength);
  if (roomBytes < minimumBytes) return refused(REFUSAL.replyLength);
  if (isWrite && register.write === undefined) return refused(REFUSAL.registerReadOnly);
  const image = imageOf(data, sizeBytes);
  const out = new Uint8Array(sizeBytes);
  const refusal = (isWrite ? register.write?.(state, image) : undefined) ?? register.read(state, image, out);
  return refusal === undefined ? { outcome: undefined, isKnown: true, data: out } : refused(refusal);
}

function refused(outcome: Outcome, isKnown = true): DirectReply {
  return { outcome, isKnown, data: new Uint8Array() };
}

const ACCESS_REG: Command = {
  opcode: 0x805, name: 'ACCESS_REG', requestBytes: HEADER_BYTES, hasTail: true, replyBytes: HEADER_BYTES, when: WHEN.enabledOrOperational, sender: 'tools',
  run: (state, request, reply) => {
    const opMod = opModOf(request);
    if (opMod !== WRITE && opMod !== READ) return REFUSAL.opMod;
    const access = { id: bitsAt(request, 0x8, 15, 0), isWrite: opMod === WRITE, data: request.subarray(HEADER_BYTES) };
    const { outcome, data } = accessRegister(state, access, reply.length - HEADER_BYTES);
    reply.set(data.subarray(0, reply.length - HEADER_BYTES), HEADER_BYTES);
    return outcome;
  },
};

/** The same by the opcode that is meant for user contexts. */
const ACCESS_REGISTER_USER: Command = { ...ACCESS_REG, opcode: 0xb0c, name: 'ACCESS_REGISTER_USER' };

/** Registers. */
export const REGISTER_COMMANDS: readonly Command[] = [ACCESS_REG, ACCESS_REGISTER_USER];
