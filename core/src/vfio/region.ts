import { TransportError } from '../errors/classes.js';
import { integerField } from '../layout/fields.js';
import type { DeviceMemory, MemorySource } from '../device-memory/types.js';
import { systemClock } from '../patience/clock.js';
import { Patience } from '../patience/patience.js';
import type { Eventfd, Mapping, Native, NativeChannel, NativeSource } from '../native.js';
import { RootedFiles } from '../system/rooted-files.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { hasFlag, VFIO, VFIO_REQUEST_IRQ, vfioStructure } from './abi.js';
import { openByCdev } from './cdev.js';
import { translateVfioFailure } from './failures.js';
import { openByGroup } from './group.js';
import { request, type VfioDevice } from './nodes.js';
import { findVfio } from './place.js';

/** How long to wait for a device that another program has, and for its reset, where the caller says nothing. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** How often to look whether the kernel wants the device back. */
const LOOK_EVERY_MS = 200;

/** Which region to open. */
export interface VfioRegionOptions extends WaitOptions {
  readonly native: NativeSource;
  /** The PCI function's address, `dddd:bb:dd.f`. */
  readonly address: string;
  /** The BAR, 0 to 5. */
  readonly bar: number;
  /** Map no more than this from its start, in bytes; all of it when left out. */
  readonly lengthBytes?: number;
  /** The directory that holds `sys` and `dev`. Default `/`. */
  readonly root?: string | undefined;
}

/**
 * Opens a BAR of a PCI function that an administrator has bound to vfio-pci; nothing is bound here. While it is open no other program can have the
 * function: one that tries waits. Opening and closing each reset the function, where it can be reset. When the kernel wants it back, as
 * for a removal, `gone` aborts, and the removal waits for the closing.
 *
 * Rejects with `ERR_NO_TRANSPORT` when the function is bound to another driver, its group cannot be used, or the BAR cannot be mapped;
 * `ERR_PERMISSION`, `ERR_DEVICE_GONE`, `ERR_TRANSPORT_TIMEOUT` while another program has it, `ERR_ABORTED`, `ERR_NATIVE_MISSING`.
 */
export async function openVfioRegion(options: VfioRegionOptions): Promise<MemorySource> {
  const { address } = options;
  const patience = new Patience({ clock: systemClock, device: address, endings: [], wait: waitOf(options), defaultTimeoutMs: DEFAULT_TIMEOUT_MS });
  const opening = open(options, patience);
  try {
    // Requests that yield descriptors are never given up, since nobody would close those.
    await patience.until((done) => {
      opening.then(done, done);
      return () => undefined;
    }, `opening ${address} took too long`);
  } catch (error) {
    opening.then((source) => source.close()).catch(() => undefined);
    throw error;
  }
  return opening;
}

async function open(options: VfioRegionOptions, patience: Patience): Promise<MemorySource> {
  const native = await options.native();
  const device = await openDevice(native, options, patience);
  let mapping: Mapping | undefined;
  try {
    mapping = await mapBar(device.channel, options);
    return new VfioRegion({ device, mapping, request: await requestLine(native, device.channel, options.address) });
  } catch (error) {
    mapping?.close();
    await device.close();
    throw error;
  }
}

async function openDevice(native: Native, { address: device, root }: VfioRegionOptions, patience: Patience): Promise<VfioDevice> {
  const files = new RootedFiles(root);
  const place = findVfio(files, device);
  if (place.cdev !== undefined) return openByCdev({ native, cdev: place.cdev, iommu: files.locate('/dev/iommu'), device, patience });
  if (place.group === undefined) throw new TransportError('ERR_NO_TRANSPORT', `${device} has no IOMMU group`, { device, hint: 'Without an IOMMU, VFIO has to be allowed: module option vfio.enable_unsafe_noiommu_mode=1' });
  return openByGroup({ native, place, group: place.group, container: files.locate('/dev/vfio/vfio'), device, patience });
}

async function mapBar(channel: NativeChannel, { address, bar, lengthBytes }: VfioRegionOptions): Promise<Mapping> {
  const codec = vfioStructure('vfio_region_info');
  const { argument } = await request(channel, { ...VFIO.deviceGetRegionInfo, argument: codec.encode({ argsz: codec.sizeBytes, index: bar }) }, address);
  const info = codec.decode(argument);
  const sizeBytes = Number(integerField(info, 'size'));
  const flags = integerField(info, 'flags');
  if (sizeBytes === 0) throw new TransportError('ERR_NO_TRANSPORT', `${address} has no BAR ${bar}`, { device: address });
  const lacking = ['READ', 'WRITE', 'MMAP'].filter((name) => !hasFlag(codec, flags, name));
  if (lacking.length > 0) throw new TransportError('ERR_NO_TRANSPORT', `BAR ${bar} of ${address} cannot be used: the kernel does not offer ${lacking.join(', ')} on it`, { device: address });
  try {
    return await channel.map({ offsetBytes: integerField(info, 'offset'), lengthBytes: Math.min(sizeBytes, lengthBytes ?? sizeBytes), protection: 'read-write' });
  } catch (error) {
    throw translateVfioFailure(error, address);
  }
}

/** The line on which the kernel asks for the device back; a driver of VFIO without one makes a removal wait until the device is closed. */
async function requestLine(native: Native, channel: NativeChannel, device: string): Promise<Eventfd | undefined> {
  const info = vfioStructure('vfio_irq_info');
  const { argument } = await request(channel, { ...VFIO.deviceGetIrqInfo, argument: info.encode({ argsz: info.sizeBytes, index: VFIO_REQUEST_IRQ }) }, device);
  const { count = 0, flags = 0 } = info.decode(argument);
  if (count === 0 || !hasFlag(info, BigInt(Number(flags)), 'EVENTFD')) return undefined;
  const line = native.createEventfd();
  const set = vfioStructure('vfio_irq_set');
  const wanted = { argsz: set.sizeBytes, flags: 'DATA_EVENTFD|ACTION_TRIGGER', index: VFIO_REQUEST_IRQ, start: 0, count: 1, data: line.fd };
  try {
    await request(channel, { ...VFIO.deviceSetIrqs, argument: set.encode(wanted) }, device);
    return line;
  } catch (error) {
    line.close();
    throw error;
  }
}

interface RegionParts {
  readonly device: VfioDevice;
  readonly mapping: Mapping;
  readonly request: Eventfd | undefined;
}

class VfioRegion implements MemorySource {
  readonly memory: DeviceMemory;
  readonly #parts: RegionParts;
  readonly #gone = new AbortController();
  readonly #looking: NodeJS.Timeout;

  constructor(parts: RegionParts) {
    this.#parts = parts;
    this.memory = parts.mapping;
    // Looked at now and then, since to wait for it would keep a program from ending that has nothing else to do.
    this.#looking = setInterval(() => { this.#look(); }, LOOK_EVERY_MS).unref();
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#parts.mapping.close();
    await this.#parts.device.close();
    this.#parts.request?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #look(): void {
    if (this.#parts.request?.tryTake() !== undefined) this.#gone.abort();
  }
}
