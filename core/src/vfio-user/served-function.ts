import type { Native, OwnedDescriptor } from '../native.js';
import { TransportError } from '../errors/classes.js';
import { CONFIG_SPACE_BYTES } from '../simulator/config-space.js';
import type { PciDevice } from '../simulator/pci-device.js';
import { PciSlot } from '../simulator/pci-slot.js';
import { encodeDeviceInfo, encodeIrqInfo, encodeRegionInfo, IRQ_INDEX, IRQ_INDICES, REGION, REGIONS } from './protocol/device-info.js';
import type { VfioUserEventListener } from './events.js';
import { GuestMemory, type MemoryMapper } from './guest-memory.js';
import { ERRNO, MAX_TRANSFER_BYTES, type Errno } from './protocol/header.js';
import { InterruptLines } from './interrupt-lines.js';
import type { ClientRequest, DmaMapRequest, DmaUnmapRequest, InfoRequest, RegionReadRequest, RegionWriteRequest, SetIrqsRequest } from './protocol/requests.js';
import { encodeVersionReply } from './protocol/version.js';
import { WireWriter } from './protocol/wire.js';

/** The payload of a reply, or the errno of an error reply. */
export type Answer = Uint8Array | Errno;

const NOTHING = new Uint8Array(0);
const REGION_ACCESS_BYTES = 16;
const DMA_UNMAP_BYTES = 24;

/** One device as a client sees it: answers requests, whatever carries them. */
export class ServedFunction {
  readonly #slot: PciSlot;
  readonly #memory: GuestMemory;
  readonly #vectorLines: InterruptLines;
  /** A client warns when a device cannot report errors, so the line is there; nothing ever uses it. */
  readonly #errorLine: InterruptLines;
  readonly #onEvent: VfioUserEventListener;
  #isNegotiated = false;
  #hasWarned = false;

  /** Attaches the device, which belongs to this object from then on. Throws `ERR_PLUGIN` when it contradicts itself. */
  constructor(device: PciDevice, native: MemoryMapper & Pick<Native, 'eventfdFrom'>, onEvent: VfioUserEventListener) {
    this.#memory = new GuestMemory(native);
    this.#vectorLines = new InterruptLines(native);
    this.#errorLine = new InterruptLines(native);
    this.#onEvent = onEvent;
    this.#slot = new PciSlot(device, { memory: this.#memory, signal: (vector) => this.#vectorLines.signal(vector) });
  }

  /**
   * Answers one request. Descriptors that it needs are taken over; the caller closes the others. Throws `ERR_PROTOCOL` when the
   * client must be sent away: for a request before VERSION or a second one, and for descriptors where none belong.
   */
  answer(request: ClientRequest, descriptors: readonly OwnedDescriptor[]): Answer {
    if (this.#isNegotiated === (request.type === 'version')) {
      throw new TransportError('ERR_PROTOCOL', this.#isNegotiated ? 'The client negotiated the version twice.' : 'The client did not begin with VERSION.');
    }
    if (descriptors.length > descriptorLimit(request)) {
      throw new TransportError('ERR_PROTOCOL', `A ${request.type} request brought ${String(descriptors.length)} descriptors.`);
    }
    return this.#dispatch(request, descriptors);
  }

  /** The client has gone: its memory and event counters are let go. The device keeps its state until somebody resets it. */
  forgetClient(): void {
    this.#memory.clear();
    this.#vectorLines.disconnectAll();
    this.#errorLine.disconnectAll();
    this.#isNegotiated = false;
    this.#hasWarned = false;
  }

  #dispatch(request: ClientRequest, descriptors: readonly OwnedDescriptor[]): Answer {
    switch (request.type) {
      case 'version': return this.#negotiate(encodeVersionReply(request));
      case 'dma-map': return this.#mapMemory(request, descriptors[0]);
      case 'dma-unmap': return this.#unmapMemory(request);
      case 'device-info': return limited(encodeDeviceInfo(), request);
      case 'region-info': return this.#regionInfo(request);
      case 'irq-info': return this.#irqInfo(request);
      case 'set-irqs': return this.#setIrqs(request, descriptors);
      case 'region-read': return this.#readRegion(request);
      case 'region-write': return this.#writeRegion(request);
      case 'device-reset': return this.#reset();
      case 'unknown': return ERRNO.EOPNOTSUPP;
    }
  }

  #negotiate(reply: Uint8Array): Answer {
    this.#isNegotiated = true;
    return reply;
  }

  #mapMemory(request: DmaMapRequest, descriptor: OwnedDescriptor | undefined): Answer {
    const errno = this.#memory.map(request, descriptor);
    if (errno !== undefined) return errno;
    if (descriptor === undefined && request.writable && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#onEvent({ type: 'memory-not-shared', address: request.address, lengthBytes: request.lengthBytes });
    }
    return NOTHING;
  }

  #unmapMemory(request: DmaUnmapRequest): Answer {
    const errno = this.#memory.unmap(request);
    return errno ?? new WireWriter(DMA_UNMAP_BYTES).u32(DMA_UNMAP_BYTES).u32(0).u64(request.address).u64(request.lengthBytes).finish();
  }

  #regionInfo(request: InfoRequest): Answer {
    if (request.index >= REGIONS) return ERRNO.EINVAL;
    return limited(encodeRegionInfo(request.index, this.#regionSizeBytes(request.index)), request);
  }

  #irqInfo(request: InfoRequest): Answer {
    if (request.index >= IRQ_INDICES) return ERRNO.EINVAL;
    return limited(encodeIrqInfo(request.index, this.#vectors(request.index)), request);
  }

  #setIrqs(request: SetIrqsRequest, descriptors: readonly OwnedDescriptor[]): Answer {
    const { index, start, count, data, action } = request;
    if (index >= IRQ_INDICES || start + count > this.#vectors(index) || action !== 'trigger') return ERRNO.EINVAL;
    if (data === 'eventfd' && descriptors.length !== 0 && descriptors.length !== count) return ERRNO.EINVAL;
    const lines = index === IRQ_INDEX.error ? this.#errorLine : this.#vectorLines;
    if (data === 'eventfd' && descriptors.length > 0) lines.connect(start, descriptors);
    else if (data === 'eventfd') lines.disconnect(start, count);
    else if (count > 0) triggerEach(lines, request);
    else if (this.#vectors(index) > 0) lines.disconnectAll();
    this.#slot.sendHeld();
    return NOTHING;
  }

  #readRegion(request: RegionReadRequest): Answer {
    const { region, offsetBytes, lengthBytes } = request;
    if (!this.#isWithinRegion(region, offsetBytes, lengthBytes)) return ERRNO.EINVAL;
    const data = region === REGION.config
      ? this.#slot.readConfig(offsetBytes, lengthBytes)
      : this.#slot.readBar(region, offsetBytes, lengthBytes);
    return regionAccess(request, lengthBytes, data);
  }

  #writeRegion(request: RegionWriteRequest): Answer {
    const { region, offsetBytes, data } = request;
    if (!this.#isWithinRegion(region, offsetBytes, data.length)) return ERRNO.EINVAL;
    if (region === REGION.config) this.#slot.writeConfig(offsetBytes, data);
    else this.#slot.writeBar(region, offsetBytes, data);
    return regionAccess(request, data.length, NOTHING);
  }

  #reset(): Answer {
    this.#slot.reset();
    return NOTHING;
  }

  #isWithinRegion(region: number, offsetBytes: number, lengthBytes: number): boolean {
    return lengthBytes <= MAX_TRANSFER_BYTES && offsetBytes + lengthBytes <= this.#regionSizeBytes(region) && this.#regionSizeBytes(region) > 0;
  }

  #regionSizeBytes(region: number): number {
    if (region === REGION.config) return CONFIG_SPACE_BYTES;
    return region <= REGION.lastBar ? this.#slot.barSizeBytes(region) : 0;
  }

  #vectors(index: number): number {
    if (index === IRQ_INDEX.error) return 1;
    return index === IRQ_INDEX.msix ? this.#slot.vectors : 0;
  }
}

function triggerEach(lines: InterruptLines, { start, count, data, selected }: SetIrqsRequest): void {
  for (let at = 0; at < count; at += 1) if (data === 'none' || selected[at] === true) lines.signal(start + at);
}

/** How many descriptors a request may bring. */
function descriptorLimit(request: ClientRequest): number {
  if (request.type === 'dma-map') return 1;
  return request.type === 'set-irqs' && request.data === 'eventfd' ? request.count : 0;
}

/** An answer of a fixed length, unless the client has no room for it. */
function limited(payload: Uint8Array, { maxReplyBytes }: InfoRequest): Answer {
  return maxReplyBytes < payload.length ? ERRNO.EINVAL : payload;
}

function regionAccess({ offsetBytes, region }: RegionReadRequest | RegionWriteRequest, lengthBytes: number, data: Uint8Array): Uint8Array {
  return new WireWriter(REGION_ACCESS_BYTES + data.length).u64(BigInt(offsetBytes)).u32(region).u32(lengthBytes).bytes(data).finish();
}
