import { createHash } from 'node:crypto';
import type { CommandLogEntry } from '@auxctl/core';
import { capabilities, configSpace } from './config-space.js';

/** What kinds of function there are: a network adapter; a conventional function without a driver; the adapter as an ordinary user sees it. */
export const PROFILES = ['adapter', 'conventional', 'unprivileged'] as const;
/** One of them. */
export type Profile = (typeof PROFILES)[number];

/** What the kernel refuses with. */
export interface Refused {
  readonly errno: 'EACCES' | 'EPERM';
}

const STATUS = { ok: 0, notThere: 1, outOfRange: 2, notSupported: 3, badRequest: 4 } as const;
type Status = Exclude<keyof typeof STATUS, 'ok'>;
type Answer = Uint8Array | Status | Refused;
type Property = readonly [name: string, value: string];

const NAME_BYTES = 96;
const PROPERTY_BYTES = 256;
const REGION_BYTES = 4096;
const REGISTERS = Buffer.from(Array.from({ length: 128 }, (_, index) => (index * 37) % 256));
const VISIBLE_BYTES = 64;

/** How long a request is at least, by opcode. */
const LEAST_BYTES: Readonly<Record<number, number>> = {
  0x1: 8, 0x2: 4, 0x3: 8, 0x4: 16, 0x5: 8, 0x10: 8, 0x11: 12, 0x20: 8, 0x21: 8, 0x22: 8, 0x23: 8, 0x24: 8, 0x25: 8, 0x26: 12, 0x27: 12, 0x28: 12, 0x29: 20, 0x2a: 8, 0x2b: 12,
};

/** The kernel and the drivers around a simulated function: bytes in, bytes out, as a request's page says. Written without auxctl's layouts. */
export class SimulatedFunction {
  readonly #space: Uint8Array;
  readonly #profile: Profile;
  readonly #index: number;
  readonly #onCommand: ((entry: CommandLogEntry) => void) | undefined;
  readonly #bar = Buffer.alloc(REGION_BYTES, 0x5a);
  readonly #snapshots = new Map<number, Buffer>();
  readonly #reports = new Set<number>();
  #sequence = 0;

  constructor(index: number, profile: Profile, onCommand?: (entry: CommandLogEntry) => void) {
    this.#space = configSpace(index, profile === 'conventional');
    this.#profile = profile;
    this.#index = index;
    this.#onCommand = onCommand;
  }

  /** What commands can change on purpose: snapshots and reports that are kept. */
  digest(): string {
    return createHash('sha256').update(JSON.stringify([[...this.#snapshots.keys()], [...this.#reports]])).digest('hex');
  }

  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array | Refused {
    const bytes = Buffer.from(request);
    const opcode = bytes.length < 4 ? -1 : bytes.readUInt16LE(0);
    const answer = this.#run(opcode, bytes);
    const status = answer instanceof Uint8Array ? STATUS.ok : typeof answer === 'string' ? STATUS[answer] : undefined;
    this.#onCommand?.({ sequence: this.#sequence++, command: `0x${opcode.toString(16)}`, request: request.slice(), status });
    if (typeof answer !== 'string' && !(answer instanceof Uint8Array)) return answer;
    const reply = Buffer.concat([word(status ?? STATUS.badRequest), answer instanceof Uint8Array ? answer : Buffer.alloc(Math.max(0, replyLengthBytes - 4))]);
    return Uint8Array.from(reply.subarray(0, replyLengthBytes));
  }

  #run(opcode: number, request: Buffer): Answer {
    const least = LEAST_BYTES[opcode];
    if (least === undefined || request.length < least) return 'badRequest';
    switch (opcode) {
      case 0x1: return this.#readCapability(request);
      case 0x2: return this.#see(() => this.#listCapabilities());
      case 0x3: return this.#readBytes(request.readUInt16LE(4), request.readUInt16LE(6));
      case 0x4: return this.#readBar(request);
      case 0x5: return this.#see(() => properties([['ID', 'Simulated adapter'], ['R.PN', 'SIM-0042'], ['R.SN', `SIM26P${String(this.#index).padStart(5, '0')}`], ['R.RV', 'c3']], request.readUInt32LE(4)));
      default: return this.#profile === 'conventional' ? 'notThere' : this.#askDriver(opcode, request);
    }
  }

  #readCapability(request: Buffer): Answer {
    const register = request.readUInt32LE(4);
    const room = request.length - 8;
    if (room < 8) return 'badRequest';
    const instance = request.readUInt8(8);
    if (register !== 0 && this.#profile === 'unprivileged') return { errno: 'EACCES' };
    const found = register === 0 ? [{ at: 0, bytes: VISIBLE_BYTES }] : capabilities(this.#space).filter((each) => each.register === register);
    const { at, bytes } = found[instance] ?? { at: -1, bytes: 0 };
    if (at < 0) return 'notThere';
    const data = Buffer.alloc(room);
    const real = Math.min(bytes, room - 8);
    data.writeUInt8(instance, 0);
    data.writeUInt16LE(at, 2);
    data.writeUInt16LE(real, 4);
    data.set(this.#space.subarray(at, at + real), 8);
    return data;
  }

  #listCapabilities(): Buffer {
    return Buffer.concat(capabilities(this.#space).flatMap(({ register, version, at, bytes }) => [word(register), half(version), half(at), half(bytes), Buffer.alloc(6)]));
  }

  #readBytes(at: number, length: number): Answer {
    if (at + length > this.#space.length) return 'outOfRange';
    return this.#profile === 'unprivileged' && at + length > VISIBLE_BYTES ? { errno: 'EACCES' } : this.#space.subarray(at, at + length);
  }

  #readBar(request: Buffer): Answer {
    const [bar, length, at] = [request.readUInt8(4), request.readUInt16LE(6), Number(request.readBigUInt64LE(8))];
    if (bar > 5 || length === 0 || length > REGION_BYTES || length % 4 !== 0 || at % 4 !== 0) return 'badRequest';
    return this.#see(() => (bar !== 0 ? 'notThere' : at + length > this.#bar.length ? 'outOfRange' : this.#bar.subarray(at, at + length)));
  }

  #askDriver(opcode: number, request: Buffer): Answer {
    const first = request.readUInt32LE(4);
    switch (opcode) {
      case 0x10: return request.readUInt16LE(4) === 0 ? this.#driverInfo() : 'notThere';
      case 0x11: return this.#registers(request.readUInt16LE(4), request.readUInt32LE(8));
      case 0x20: return properties([['driver', 'simnic'], ['serial_number', `S-${this.#index}`], ['fixed.board.id', 'SIM-0042'], ['running.fw', '4.2.1'], ['stored.fw', '4.3.0']], first);
      case 0x21: return properties([['max_macs.driverinit', '32'], ['max_macs.driverinit.default', '32'], ['enable_roce.driverinit', 'true'], ['label.permanent', 'rack 7']], first);
      case 0x22: return properties([['0.type', 'eth'], ['0.flavour', 'physical'], ['0.number', '1'], ['0.netdev', `simnet${this.#index}`]], first);
      case 0x23: return properties([['memory.key', '0'], ['memory.size', String(REGION_BYTES)], ['memory.max_snapshots', '4'], ['memory.snapshots', [...this.#snapshots.keys()].join(', ')]], first);
      case 0x24: return properties([['fw.key', '0'], ['fw.state', 'healthy'], ['fw.errors', '0'], ['fw.recoveries', '0'], ['fw.auto_dump', 'true']], first);
      case 0x25: return properties([['IPv4.size', 'unlimited'], ['IPv4.fib.size', '1024'], ['IPv4.fib.occupied', '3']], first);
      case 0x26:
      case 0x27:
      case 0x28: return this.#report(opcode, request.readUInt16LE(4), request.readUInt32LE(8));
      default: return this.#region(opcode, request);
    }
  }

  #driverInfo(): Buffer {
    const texts = [[`simnet${this.#index}`, 16], ['simnic', 32], ['7.2.0', 32], ['4.2.1', 32], [`0000:ff:00.${this.#index % 8}`, 32], ['', 32]] as const;
    return Buffer.concat([...texts.map(([text, bytes]) => fixed(text, bytes)), word(42), word(256), word(REGISTERS.length)]);
  }

  #registers(netdev: number, at: number): Answer {
    if (netdev !== 0) return 'notThere';
    if (this.#profile === 'unprivileged') return { errno: 'EPERM' };
    return at > REGISTERS.length ? 'outOfRange' : Buffer.concat([word(0x0102_0304), word(REGISTERS.length), REGISTERS.subarray(at)]);
  }

  #report(opcode: number, reporter: number, first: number): Answer {
    if (this.#profile === 'unprivileged') return { errno: 'EPERM' };
    if (reporter !== 0 || (opcode === 0x27 && !this.#reports.has(reporter))) return 'notThere';
    if (opcode === 0x28) this.#reports.add(reporter);
    const content: Property[] = opcode === 0x26 ? [['state', 'healthy'], ['queues[0].depth', '16']] : [['registers', 'ff'.repeat(160)], ['assert', 'none']];
    return properties(content, first);
  }

  #region(opcode: number, request: Buffer): Answer {
    if (this.#profile === 'unprivileged') return { errno: 'EPERM' };
    if (request.readUInt16LE(4) !== 0) return 'notThere';
    if (opcode === 0x2a) return this.#takeSnapshot();
    const snapshot = request.readUInt32LE(8);
    const bytes = this.#snapshots.get(snapshot);
    if (bytes === undefined) return 'notThere';
    if (opcode === 0x2b) {
      this.#snapshots.delete(snapshot);
      return Buffer.alloc(0);
    }
    const at = Number(request.readBigUInt64LE(12));
    return at >= bytes.length ? 'outOfRange' : Buffer.concat([word(bytes.length), word(0), bytes.subarray(at)]);
  }

  #takeSnapshot(): Answer {
    if (this.#snapshots.size === 4) return 'badRequest';
    const id = Math.max(-1, ...this.#snapshots.keys()) + 1;
    this.#snapshots.set(id, Buffer.from(this.#bar));
    return word(id);
  }

  #see(make: () => Answer): Answer {
    return this.#profile === 'unprivileged' ? { errno: 'EACCES' } : make();
  }
}

/** A page of a list, a long value in pieces of 160 bytes. */
function properties(list: readonly Property[], first: number): Buffer {
  const all = list.flatMap(([name, value]) => (value.match(/.{1,160}/gs) ?? ['']).map((piece) => Buffer.concat([fixed(name, NAME_BYTES), fixed(piece, PROPERTY_BYTES - NAME_BYTES)])));
  return Buffer.concat([word(0), ...all.slice(first)]);
}

function fixed(text: string, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.write(text, 'latin1');
  return out;
}

function half(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

function word(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}
