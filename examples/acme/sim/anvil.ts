import type { CommandLogEntry } from '@auxctl/core';

const STATUS = { done: 0, unknownCommand: 1, badLength: 2, noSuchRegister: 3, badValue: 4 };
const HEADER_BYTES = 8;
const REGISTER_BYTES = 4;

/** The firmware: bytes in, bytes out. Written from the manual, without auxctl's layouts. */
export class Anvil {
  readonly #index: number;
  readonly #onCommand: ((entry: CommandLogEntry) => void) | undefined;
  #sequence = 0;
  #lamp = Uint8Array.of(1, 80, 12, 0);

  constructor(index: number, onCommand?: (entry: CommandLogEntry) => void) {
    this.#index = index;
    this.#onCommand = onCommand;
  }

  /** All that a command can change. */
  digest(): string {
    return Buffer.from(this.#lamp).toString('hex');
  }

  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array {
    const opcode = (request[0] ?? 0) | ((request[1] ?? 0) << 8);
    const argument = (request[2] ?? 0) | ((request[3] ?? 0) << 8);
    const [status, body] = request.length < HEADER_BYTES ? [STATUS.badLength] : this.#run(opcode, argument, request.subarray(HEADER_BYTES));
    this.#onCommand?.({ sequence: this.#sequence++, command: `0x${opcode.toString(16)}`, request: request.slice(), status });
    const reply = new Uint8Array(replyLengthBytes);
    reply.set([status].slice(0, replyLengthBytes));
    reply.set((body ?? new Uint8Array()).subarray(0, Math.max(0, replyLengthBytes - HEADER_BYTES)), Math.min(HEADER_BYTES, replyLengthBytes));
    return reply;
  }

  #run(opcode: number, argument: number, data: Uint8Array): [status: number, body?: Uint8Array] {
    switch (opcode) {
      case 1: return [STATUS.done, Buffer.from(`1.4.${this.#index}`.padEnd(16, '\0') + `ANVIL-${this.#index}`.padEnd(16, '\0'), 'latin1')];
      case 2: return this.#readRegister(argument, data);
      case 3: return this.#writeRegister(argument, data);
      case 4: return [STATUS.done, Uint8Array.of(0x21, argument === 1 ? 3 : 2, 0, 0)];
      default: return [STATUS.unknownCommand];
    }
  }

  #readRegister(register: number, data: Uint8Array): [status: number, body?: Uint8Array] {
    if (data.length < REGISTER_BYTES) return [STATUS.badLength];
    const sensor = data[0] ?? 0;
    if (register === 1) return [STATUS.done, this.#lamp];
    if (register !== 2) return [STATUS.noSuchRegister];
    return sensor > 1 ? [STATUS.badValue] : [STATUS.done, Uint8Array.of(sensor, 0, 0xc4, sensor === 0 ? 0x09 : 0xff)];
  }

  #writeRegister(register: number, data: Uint8Array): [status: number, body?: Uint8Array] {
    if (data.length < REGISTER_BYTES) return [STATUS.badLength];
    if (register !== 1) return [STATUS.noSuchRegister];
    const [state = 0, brightness = 0] = data;
    if (state > 2 || brightness > 100) return [STATUS.badValue];
    this.#lamp = Uint8Array.of(state, brightness, 12, 0);
    return [STATUS.done, this.#lamp];
  }
}
