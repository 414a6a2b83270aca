import type { CommandLogEntry } from '@auxctl/core';

const STATUS = { done: 0, unknownCommand: 1, badLength: 2, noSuchRegister: 3, badValue: 4 };
const HEADER_BYTES = 8;
const REGISTER_BYTES = 4;
const LONGEST_TEST_MS = 10_000;
const CONFIRMATION = 0xacce;
/** On, at 80 %; the hours come after. */
const FACTORY_LAMP = [1, 80] as const;
const LAMP_HOURS = [12, 0] as const;

/** What one command came to. */
export interface Answer {
  readonly reply: Uint8Array;
  /** How long the firmware takes. */
  readonly durationMs: number;
}

interface Outcome {
  readonly status: number;
  readonly body?: Uint8Array;
  readonly durationMs?: number;
}

/** The firmware: bytes in, bytes out. Written from the manual, without auxctl's layouts. */
export class Anvil {
  readonly #index: number;
  readonly #onCommand: ((entry: CommandLogEntry) => void) | undefined;
  #sequence = 0;
  /** State and brightness: kept in non-volatile memory. */
  #lamp: readonly number[] = FACTORY_LAMP;

  constructor(index: number, onCommand?: (entry: CommandLogEntry) => void) {
    this.#index = index;
    this.#onCommand = onCommand;
  }

  /** All that commands can change. */
  get settings(): string {
    return `lamp ${this.#lamp.join(' ')}`;
  }

  execute(request: Uint8Array): Answer {
    const opcode = (request[0] ?? 0) | ((request[1] ?? 0) << 8);
    const argument = (request[2] ?? 0) | ((request[3] ?? 0) << 8);
    const { status, body = new Uint8Array(), durationMs = 0 } = request.length < HEADER_BYTES ? { status: STATUS.badLength } : this.#run(opcode, argument, request.subarray(HEADER_BYTES));
    this.#onCommand?.({ sequence: this.#sequence++, command: `0x${opcode.toString(16)}`, request: request.slice(), status });
    const reply = new Uint8Array(HEADER_BYTES + body.length);
    reply[0] = status;
    reply.set(body, HEADER_BYTES);
    return { reply, durationMs };
  }

  #run(opcode: number, argument: number, data: Uint8Array): Outcome {
    switch (opcode) {
      case 1: return { status: STATUS.done, body: Buffer.from(`1.4.${this.#index}`.padEnd(16, '\0') + `ANVIL-${this.#index}`.padEnd(16, '\0'), 'latin1') };
      case 2: return this.#readRegister(argument, data);
      case 3: return this.#writeRegister(argument, data);
      case 4: return { status: STATUS.done, body: Uint8Array.of(0x21, argument === 1 ? 3 : 2, 0, 0) };
      case 5: return argument > LONGEST_TEST_MS ? { status: STATUS.badValue } : { status: STATUS.done, body: Uint8Array.of(0xb8, 0x01, 0, 0), durationMs: argument };
      case 6: return this.#forget(argument);
      default: return { status: STATUS.unknownCommand };
    }
  }

  #readRegister(register: number, data: Uint8Array): Outcome {
    if (data.length < REGISTER_BYTES) return { status: STATUS.badLength };
    const sensor = data[0] ?? 0;
    if (register === 1) return { status: STATUS.done, body: Uint8Array.of(...this.#lamp, ...LAMP_HOURS) };
    if (register !== 2) return { status: STATUS.noSuchRegister };
    return sensor > 1 ? { status: STATUS.badValue } : { status: STATUS.done, body: Uint8Array.of(sensor, 0, 0xc4, sensor === 0 ? 0x09 : 0xff) };
  }

  #writeRegister(register: number, data: Uint8Array): Outcome {
    if (data.length < REGISTER_BYTES) return { status: STATUS.badLength };
    if (register !== 1) return { status: STATUS.noSuchRegister };
    const [state = 0, brightness = 0] = data;
    if (state > 2 || brightness > 100) return { status: STATUS.badValue };
    this.#lamp = [state, brightness];
    return { status: STATUS.done, body: Uint8Array.of(...this.#lamp, ...LAMP_HOURS) };
  }

  #forget(confirmation: number): Outcome {
    if (confirmation !== CONFIRMATION) return { status: STATUS.badValue };
    this.#lamp = FACTORY_LAMP;
    return { status: STATUS.done };
  }
}
