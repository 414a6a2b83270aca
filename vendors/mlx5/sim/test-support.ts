import type { CommandLogEntry } from '@auxctl/core';
import { bringUp, createUserContext } from './driver.js';
import { createFirmware } from './firmware/model.js';
import type { EventQueue, FirmwareEvent, FirmwareModel } from './firmware/types.js';
import { dword, dwordAt } from './wire.js';

/** Bytes of a hexadecimal text; blanks are ignored. */
export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

/** The hexadecimal text of bytes. */
export function hex(data: Uint8Array | undefined): string {
  return Buffer.from(data ?? []).toString('hex');
}

/** A request's header and, from byte 8 on, its rest in hexadecimal; filled up with zeros to `lengthBytes`. */
export interface Ask {
  readonly opcode: number;
  readonly opMod?: number;
  readonly uid?: number;
  /** From byte 8 on. */
  readonly rest?: string;
  readonly lengthBytes?: number;
  readonly replyBytes?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly syndrome: number;
  readonly reply: Uint8Array;
}

/** A model with a clock that stands still until it is moved, a record of its log and events, and short ways to send commands. */
export class TestModel {
  readonly log: CommandLogEntry[] = [];
  readonly events: { queue: EventQueue; event: FirmwareEvent }[] = [];
  readonly queues: string[] = [];
  /** What the firmware wrote into the driver's memory. */
  readonly memory: { address: bigint; data: Uint8Array }[] = [];
  readonly firmware: FirmwareModel;
  nowMs = 5_000;

  /** Powered on and nothing else. */
  constructor(profile = 'connectx-6-dx', index = 0) {
    this.firmware = createFirmware({
      profile, index, uars: { first: 4, count: 8 }, now: () => this.nowMs, onCommand: (entry) => this.log.push(entry),
    });
    this.firmware.attach({
      eventQueueCreated: (queue) => this.queues.push(`+${queue.number}`),
      eventQueueDestroyed: (queue) => this.queues.push(`-${queue.number}`),
      postEvent: (queue, event) => this.events.push({ queue, event }),
      writeMemory: (address, data) => {
        this.memory.push({ address, data });
        return true;
      },
    });
  }

  /** A model that the stand-in driver has brought up. */
  static operational(profile?: string, index?: number): TestModel {
    const model = new TestModel(profile, index);
    bringUp(model.firmware);
    return model;
  }

  /** Sends a command; a model that hangs is an error here. */
  send({ opcode, opMod = 0, uid = 0, rest = '', lengthBytes = 16, replyBytes = 16 }: Ask): Answer {
    const request = new Uint8Array(lengthBytes);
    dword(request, 0x0, [31, 16, opcode], [15, 0, uid]);
    dword(request, 0x4, [15, 0, opMod]);
    request.set(bytes(rest), 8);
    const reply = this.firmware.execute(request, replyBytes);
    if (reply === undefined) throw new TypeError('the model hangs');
    return { status: reply[0] ?? 0, syndrome: dwordAt(reply, 4), reply };
  }

  /** Makes a user context, with the tools capability if the device has it. */
  openContext(): number {
    return createUserContext(this.firmware).uid;
  }

  /** Reads a register of `sizeBytes`; `data` is its index fields in hexadecimal. The reply is the register alone. */
  readRegister(id: number, sizeBytes: number, data = ''): Answer {
    return this.#access(1, id, sizeBytes, data);
  }

  writeRegister(id: number, sizeBytes: number, data: string): Answer {
    return this.#access(0, id, sizeBytes, data);
  }

  #access(opMod: number, id: number, sizeBytes: number, data: string): Answer {
    const rest = `0000${id.toString(16).padStart(4, '0')}00000000${data}`;
    const answer = this.send({ opcode: 0x805, opMod, rest, lengthBytes: 16 + sizeBytes, replyBytes: 16 + sizeBytes });
    return { ...answer, reply: answer.reply.subarray(16) };
  }
}
