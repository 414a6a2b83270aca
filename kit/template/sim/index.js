/**
 * The firmware: bytes in, bytes out, state inside. Written from the manual and not from the layouts, so that the two check each other.
 *
 * @typedef {import('@auxctl/kit').FirmwareModel} FirmwareModel
 * @typedef {import('@auxctl/kit').ModelFactory} ModelFactory
 */

const STATUS = { done: 0, unknownCommand: 1, badLength: 2, noSuchRegister: 3, badValue: 4 };
const HEADER_BYTES = 8;
const REGISTER_BYTES = 4;
const SENSOR = 1;
const LED = 2;

/** @implements {FirmwareModel} */
class Gizmo {
  #index;
  #now;
  /** State and brightness of the light. */
  #led = [1, 80];

  /** @param {{ index: number, now: () => number }} options */
  constructor({ index, now }) {
    this.#index = index;
    this.#now = now;
  }

  /** @param {Uint8Array} request */
  execute(request) {
    if (request.length < HEADER_BYTES) return reply(STATUS.badLength);
    const opcode = request[0] | (request[1] << 8);
    const argument = request[2] | (request[3] << 8);
    const data = request.subarray(HEADER_BYTES);
    switch (opcode) {
      case 1: return reply(STATUS.done, [2, 5, this.#index, 0, ...Buffer.from(`GZ-${this.#index}`.padEnd(16, '\0'), 'latin1')]);
      case 2: return this.#read(argument, data);
      case 3: return this.#write(argument, data);
      case 4: return reply(STATUS.done, [2, argument === 1 ? 3 : 2, 0, 0]);
      default: return reply(STATUS.unknownCommand);
    }
  }

  /** @param {Uint8Array} whole */
  status(whole) {
    return whole[0] ?? 0;
  }

  /** What commands can change, and nothing that moves by itself. */
  digest() {
    return JSON.stringify(this.#led);
  }

  /** @param {number} register @param {Uint8Array} data */
  #read(register, data) {
    if (data.length < REGISTER_BYTES) return reply(STATUS.badLength);
    if (register === LED) return reply(STATUS.done, [...this.#led, 0, 0]);
    if (register !== SENSOR) return reply(STATUS.noSuchRegister);
    const which = data[0];
    if (which > 1) return reply(STATUS.badValue);
    const hundredths = (which === 0 ? 4_500 : 3_100) + Math.round(100 * Math.sin(this.#now() / 1_000));
    return reply(STATUS.done, [which, 0, hundredths & 0xff, hundredths >> 8]);
  }

  /** @param {number} register @param {Uint8Array} data */
  #write(register, data) {
    if (data.length < REGISTER_BYTES) return reply(STATUS.badLength);
    if (register !== LED) return reply(STATUS.noSuchRegister);
    const [state, brightness] = data;
    if (state > 2 || brightness > 100) return reply(STATUS.badValue);
    this.#led = [state, brightness];
    return reply(STATUS.done, [...this.#led, 0, 0]);
  }
}

/** @param {number} status @param {readonly number[]} body */
function reply(status, body = []) {
  return Uint8Array.from([status, 0, 0, 0, 0, 0, 0, 0, ...body]);
}

/** @type {ModelFactory} */
export const createModel = (options) => new Gizmo(options);
