import { packed, put, u32, u8, u16 } from '../wire.js';

/** Values of `admin_state` and `oper_state`. */
const UP = 1;
const FEC_AUTO = 3;
const FEC_REED_SOLOMON = 2;
const SPEEDS_MBIT = [25_000, 50_000, 100_000, 200_000];
const MTU = { least: 68, most: 9216 };
const KNOWN_FLAGS = 0x7;

/** Offsets in a PORT_CONFIG block, 16 bytes. */
const CONFIG = { port: 0, adminState: 4, fec: 5, flags: 6, reserved: 7, speed: 8, mtu: 12, lengthBytes: 16 };

const FRAMES_PER_MS = 1483;
const OCTETS_PER_FRAME = 842;
const FRAMES_PER_CORRECTION = 1_000_000;

/** One port: what it is set to, and what follows from it. The far end of its cable always answers. */
export class Port {
  readonly index: number;
  readonly #maxSpeedMbit: number;
  config: Uint8Array;
  isLoopedBack = false;
  linkChanges = 0;
  #countingSinceMs: number;
  #framesBefore = 0;

  constructor(index: number, maxSpeedMbit: number, nowMs: number) {
    this.index = index;
    this.#maxSpeedMbit = maxSpeedMbit;
    this.#countingSinceMs = nowMs;
    this.config = packed(CONFIG.lengthBytes, [CONFIG.port, 4, index], [CONFIG.adminState, 1, UP], [CONFIG.fec, 1, FEC_AUTO], [CONFIG.flags, 1, 1], [CONFIG.speed, 4, maxSpeedMbit], [CONFIG.mtu, 2, 1500]);
  }

  get isUp(): boolean {
    return u8(this.config, CONFIG.adminState) === UP;
  }

  /** Mbit/s; 0 while it is down. */
  get speedMbit(): number {
    return this.isUp ? u32(this.config, CONFIG.speed) : 0;
  }

  /** Can a port be set to this? */
  accepts(config: Uint8Array): boolean {
    const speed = u32(config, CONFIG.speed);
    const mtu = u16(config, CONFIG.mtu);
    return u8(config, CONFIG.adminState) <= UP && u8(config, CONFIG.fec) <= FEC_AUTO && (u8(config, CONFIG.flags) & ~KNOWN_FLAGS) === 0 && u8(config, CONFIG.reserved) === 0
      && SPEEDS_MBIT.includes(speed) && speed <= this.#maxSpeedMbit && mtu >= MTU.least && mtu <= MTU.most && u16(config, CONFIG.mtu + 2) === 0;
  }

  /** Sets it to an accepted configuration; true when the link has changed by that. */
  configure(config: Uint8Array, nowMs: number): boolean {
    const before = this.speedMbit;
    this.#framesBefore = this.#frames(nowMs);
    this.#countingSinceMs = nowMs;
    this.config = config.slice(0, CONFIG.lengthBytes);
    if (this.speedMbit === before) return false;
    this.linkChanges++;
    return true;
  }

  clearCounters(nowMs: number): void {
    this.#framesBefore = 0;
    this.#countingSinceMs = nowMs;
  }

  /** What PORT_STATUS says, 32 bytes. */
  status(): Uint8Array {
    const fec = u8(this.config, CONFIG.fec);
    const active = !this.isUp ? 0 : fec === FEC_AUTO ? FEC_REED_SOLOMON : fec;
    const bytes = packed(32, [0, 4, this.index], [4, 1, this.isUp ? UP : 0], [5, 1, u8(this.config, CONFIG.adminState)], [6, 1, active], [7, 1, this.isLoopedBack ? 1 : 0], [8, 4, this.speedMbit], [12, 4, this.linkChanges]);
    bytes.set(Buffer.from('SIM-QSFP56-DR4', 'latin1'), 16);
    return bytes;
  }

  /** What PORT_COUNTERS says: 64 bytes in version 0, 80 in version 1, which adds what forward error correction did. */
  counters(version: number, nowMs: number): Uint8Array {
    const received = this.#frames(nowMs);
    const sent = this.isLoopedBack ? received : Math.floor(received / 2);
    const values = [received, received * OCTETS_PER_FRAME, sent, sent * OCTETS_PER_FRAME, 0, 0, Math.floor(received / 100_000), 0, ...(version === 0 ? [] : [Math.floor(received / FRAMES_PER_CORRECTION), 0])];
    const bytes = new Uint8Array(values.length * 8);
    values.forEach((value, index) => { put(bytes, index * 8, 8, value); });
    return bytes;
  }

  #frames(nowMs: number): number {
    return this.#framesBefore + (this.isUp ? Math.floor((nowMs - this.#countingSinceMs) * FRAMES_PER_MS) : 0);
  }
}
