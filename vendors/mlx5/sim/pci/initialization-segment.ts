import type { FirmwareModel } from '../firmware/types.js';
import { bitsAt, dwordAt, putDword } from '../wire.js';

/** Where the driver stands in bits [10:8] of the low address register. */
const NIC_INTERFACE = { fullDriver: 0, disabled: 1, softwareReset: 7 } as const;

const COMMAND_INTERFACE_REVISION = 5;
const LOG_COMMAND_SLOTS = 5;
const LOG_COMMAND_STRIDE = 6;
const COMMAND_TIMEOUT_MS = 60_000;
const BOOT_TIMEOUT_MS = 2000;
const HEALTH_PERIOD_MS = 10;
const DWORD = 2 ** 32;

/** What writing to the segment sets off. */
export interface SegmentEffects {
  /** The driver set bits of the command doorbell; bit n is slot n. */
  commandDoorbell(slots: number): void;
  /** The driver asked for a reset of the firmware through the segment. */
  softwareReset(): void;
}

/** The first pages of BAR0: who the device is, where the command queue lies, and how the firmware feels. */
export class InitializationSegment {
  readonly #model: FirmwareModel;
  readonly #effects: SegmentEffects;
  readonly #registers: ReadonlyMap<number, (uptimeMs: number) => number>;
  #addressHigh = 0;
  #addressLow = 0;
  #nicInterface: number = NIC_INTERFACE.fullDriver;

  constructor(model: FirmwareModel, effects: SegmentEffects) {
    this.#model = model;
    this.#effects = effects;
    this.#registers = new Map([...this.#identityRegisters(), ...this.#healthRegisters(), ...this.#clockRegisters()]);
  }

  /** Guest bus address of the command queue; `undefined` until the driver has written it, and while it has disabled the interface. */
  get commandQueueAddress(): bigint | undefined {
    const address = (BigInt(this.#addressHigh) << 32n) | BigInt(this.#addressLow);
    return address === 0n || this.#nicInterface === NIC_INTERFACE.disabled ? undefined : address;
  }

  /** Reads 1, 2, 4 or 8 bytes; what is not a register reads as zero. */
  read(offsetBytes: number, widthBytes: number): Uint8Array {
    const first = offsetBytes - (offsetBytes % 4);
    const uptimeMs = this.#model.uptimeMs();
    const bytes = new Uint8Array(Math.max(4, widthBytes));
    for (let at = 0; at < bytes.length; at += 4) putDword(bytes, at, this.#registers.get(first + at)?.(uptimeMs) ?? 0);
    return bytes.subarray(offsetBytes - first, offsetBytes - first + widthBytes);
  }

  /** Writes 1, 2, 4 or 8 bytes; what is not a writable register stays as it is. */
  write(offsetBytes: number, data: Uint8Array): void {
    const first = offsetBytes - (offsetBytes % 4);
    const bytes = new Uint8Array(Math.max(4, data.length));
    bytes.set(this.read(first, bytes.length));
    bytes.set(data, offsetBytes - first);
    for (let at = 0; at < bytes.length; at += 4) this.#writeDword(first + at, dwordAt(bytes, at), bytes.subarray(at));
  }

  /** As after power-on: no command queue. */
  reset(): void {
    this.#addressHigh = 0;
    this.#addressLow = 0;
    this.#nicInterface = NIC_INTERFACE.fullDriver;
  }

  /** The low byte of 14h is the device's own and survives what the driver writes. */
  #writeDword(offsetBytes: number, value: number, bytes: Uint8Array): void {
    if (offsetBytes === 0x10) this.#addressHigh = value;
    if (offsetBytes === 0x18 && value !== 0) this.#effects.commandDoorbell(value);
    if (offsetBytes !== 0x14) return;
    this.#addressLow = bitsAt(bytes, 0, 31, 12) * 0x1000;
    this.#nicInterface = bitsAt(bytes, 0, 10, 8);
    if (this.#nicInterface !== NIC_INTERFACE.softwareReset) return;
    this.#effects.softwareReset();
    this.#nicInterface = NIC_INTERFACE.disabled;
  }

  #identityRegisters(): [number, (uptimeMs: number) => number][] {
    const { version, publishesTimeouts } = this.#model.identity;
    return [
      [0x000, () => version.minor * 0x10000 + version.major],
      [0x004, () => COMMAND_INTERFACE_REVISION * 0x10000 + version.subMinor],
      [0x010, () => this.#addressHigh],
      [0x014, () => this.#addressLow + this.#nicInterface * 0x100 + LOG_COMMAND_SLOTS * 0x10 + LOG_COMMAND_STRIDE],
      [0x1fc, () => 0x40000000],
      [0xff8, () => (publishesTimeouts ? COMMAND_TIMEOUT_MS : 0)],
      [0xffc, () => (publishesTimeouts ? BOOT_TIMEOUT_MS : 0)],
    ];
  }

  #healthRegisters(): [number, (uptimeMs: number) => number][] {
    const { identity, health } = this.#model;
    const { major, minor, subMinor } = identity.version;
    return [
      [0x22c, (uptimeMs) => Math.floor(uptimeMs / 1000)],
      [0x230, () => (major % 0x100) * 0x1000000 + (minor % 0x100) * 0x10000 + subMinor],
      [0x234, () => identity.hardwareId],
      [0x238, () => (health.resetFlowRequired ? 0x80000000 : 0) + (health.syndrome === 0 ? 0 : 0x08000000) + health.severity * 0x1000000],
      [0x23c, () => health.syndrome * 0x10000 + health.extendedSyndrome],
      [0x1010, (uptimeMs) => Math.floor(uptimeMs / HEALTH_PERIOD_MS) % 0x1000000],
    ];
  }

  #clockRegisters(): [number, (uptimeMs: number) => number][] {
    const { timerFrequencyKhz } = this.#model.identity;
    const ticks = (uptimeMs: number): number => Math.floor(uptimeMs * timerFrequencyKhz);
    const nanoseconds = (uptimeMs: number): number => Math.floor(uptimeMs * 1_000_000);
    return [
      [0x1000, (uptimeMs) => Math.floor(ticks(uptimeMs) / DWORD)],
      [0x1004, (uptimeMs) => ticks(uptimeMs) % DWORD],
      [0x1040, (uptimeMs) => Math.floor(uptimeMs / 1000)],
      [0x1044, (uptimeMs) => Math.floor((uptimeMs % 1000) * 1_000_000)],
      [0x2000, (uptimeMs) => Math.floor(nanoseconds(uptimeMs) / DWORD)],
      [0x2004, (uptimeMs) => nanoseconds(uptimeMs) % DWORD],
    ];
  }
}
