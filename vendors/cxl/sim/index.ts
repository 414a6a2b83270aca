import { InProcessTransport, UsageError, type Device, type PciDevice, type SimulatedDevice, type Simulator, type SimulatorOptions, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };
import { FeatureDriver } from './driver.js';
import { Firmware } from './firmware/model.js';
import type { Faults } from './firmware/types.js';
import { IDENTITY, MemoryFunction } from './pci/function.js';
import { PROFILES } from './profiles/index.js';

/** fwctl's number for CXL memory devices (`include/uapi/fwctl/fwctl.h`). */
const DEVICE_TYPE = 2;
const MAX_RPC_BYTES = 2 * 1024 * 1024;
const SCOPES: Readonly<Record<string, number>> = { 'configuration': 0, 'debug-read-only': 1, 'debug-write': 2, 'debug-write-full': 3 };
const FIRST_SERIAL = 0x5e5100000000;
const DEFAULT_PROFILE = [...PROFILES.keys()][0] ?? '';

/** A simulated CXL memory device: one function, which either this process or a virtual machine's kernel drives. */
export class SimulatedMemoryDevice implements SimulatedDevice {
  readonly device: Device;
  readonly firmware: Firmware;
  readonly #serial: number;

  /** @throws ERR_UNKNOWN_NAME when there is no such profile. */
  constructor({ index, profile = DEFAULT_PROFILE, onCommand }: SimulatorOptions) {
    const chosen = PROFILES.get(profile);
    if (chosen === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the cxl simulator has no profile '${profile}'`, { hint: `Profiles: ${[...PROFILES.keys()].join(', ')}.` });
    this.firmware = new Firmware(chosen, onCommand);
    this.#serial = FIRST_SERIAL + index;
    const hex = (value: number): string => value.toString(16).padStart(4, '0');
    this.device = {
      address: `sim-cxl-${index}`, bus: 'sim', pci: IDENTITY,
      names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [`simmem${index}`] },
      aliases: [`pci-class:${IDENTITY.classCode.toString(16).padStart(6, '0')}`, `pci:${hex(IDENTITY.vendorId)}:${hex(IDENTITY.deviceId)}`],
    };
  }

  get faults(): Faults {
    return this.firmware.faults;
  }

  /** Each transport is a driver of its own, which asks for the list of features when it starts. */
  openTransport(): Promise<Transport> {
    const { address } = this.device;
    const driver = new FeatureDriver(this.firmware);
    return Promise.resolve(new InProcessTransport({
      device: address,
      limits: { maxRequestBytes: MAX_RPC_BYTES, maxReplyBytes: MAX_RPC_BYTES },
      meanings: manifest,
      kernelFiles: this.#kernelFiles(),
      info: { deviceType: DEVICE_TYPE, data: new Uint8Array() },
      execute: ({ request, scope, replyLengthBytes }) => driver.rpc({ request, scope: SCOPES[scope] ?? 0, replyLengthBytes }),
      isPresent: () => true,
    }));
  }

  /** What the kernel's files of such a device say (`drivers/cxl/core/memdev.c`). */
  #kernelFiles(): ReadonlyMap<string, string> {
    const { firmware, payloadBytes } = this.firmware.profile;
    const attributes = { firmware_version: firmware, serial: `0x${this.#serial.toString(16)}`, payload_max: String(payloadBytes), 'security/state': 'disabled' };
    return new Map(Object.entries(attributes).map(([name, value]) => [`/sys/bus/cxl/devices/${this.device.names.memdev[0] ?? ''}/${name}`, value]));
  }

  /** A hash of all feature values. */
  digest(): string {
    return this.firmware.digest();
  }

  pciDevice(): PciDevice {
    return new MemoryFunction(this.firmware, this.#serial);
  }
}

/** The simulator of CXL memory devices. */
export const simulator = {
  profiles: [...PROFILES.keys()],
  create: (options: SimulatorOptions): SimulatedMemoryDevice => new SimulatedMemoryDevice(options),
} satisfies Simulator;
