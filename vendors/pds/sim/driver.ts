import { TransportError, type DmaMemory } from '@auxctl/core';
import { completionStatus, type Firmware } from './firmware/model.js';
import { packed, putText, u16, u32, u8 } from './wire.js';

/** What the driver refuses with, for each status (Linux 7.2, drivers/net/ethernet/amd/pds_core/core.c, pdsc_err_to_errno). */
const ERRNO: ReadonlyMap<number, string> = new Map([
  [1, 'EINVAL'], [4, 'EPERM'], [5, 'EINVAL'], [6, 'EINVAL'], [7, 'ENOENT'], [9, 'EAGAIN'], [10, 'ENOMEM'], [11, 'EFAULT'], [12, 'EBUSY'], [13, 'EEXIST'],
  [14, 'EINVAL'], [15, 'ENOSPC'], [16, 'ERANGE'], [17, 'EFAULT'], [19, 'EINVAL'], [31, 'ENODEV'], [33, 'ECHILD'], [255, 'ENXIO'],
]);
const OTHER_ERRNO = 'EIO';

/** The least scope, by number, for an operation's attribute (drivers/fwctl/pds/main.c, pdsfc_get_operations). */
const SCOPE_OF_ATTRIBUTE: ReadonlyMap<number, number> = new Map([[0x00, 0], [0x04, 0], [0x10, 0], [0x02, 1], [0x08, 2]]);
const LARGEST_SCOPE = 3;

const PAGE_BYTES = 4096;
const LIST_AT = 0x1_0000n;
const REQUEST_AT = 0x10_0000n;
const RESPONSE_AT = 0x80_0000n;

/** Names of entries in the admin queue. */
const ENTRY = { register: 6, client: 8, identify: 70, rpc: 71, query: 72 };

interface KnownOperation {
  readonly number: number;
  readonly version: number;
  readonly scope: number;
}

/** One call of FWCTL_RPC. */
export interface DriverCall {
  /** 32 bits: number, version and a byte that is passed on. */
  readonly operation: number;
  readonly endpoint: number;
  readonly payload: Uint8Array;
  readonly roomBytes: number;
  /** By number, 0 to 3. */
  readonly scope: number;
}

/** What came of it; `undefined` where the firmware hangs. */
export type DriverResult = { readonly errno: string } | { readonly result: number; readonly data: Uint8Array } | undefined;

/** The pieces of memory that the driver has mapped for the device. */
class MappedBuffers implements DmaMemory {
  readonly #buffers = new Map<bigint, Uint8Array>();

  map(address: bigint, bytes: Uint8Array): Uint8Array {
    this.#buffers.set(address, bytes);
    return bytes;
  }

  read(address: bigint, lengthBytes: number): Uint8Array {
    return this.#at(address, lengthBytes).slice(0, lengthBytes);
  }

  write(address: bigint, data: Uint8Array): void {
    this.#at(address, data.length).set(data);
  }

  #at(address: bigint, lengthBytes: number): Uint8Array {
    const buffer = this.#buffers.get(address);
    if (buffer !== undefined && lengthBytes <= buffer.length) return buffer;
    throw new TransportError('ERR_DMA_RANGE', `the driver has not mapped ${lengthBytes} bytes at 0x${address.toString(16)}`);
  }
}

/** The kernel's fwctl driver in this process: the same questions to firmware, the same checks in the same order, the same errno. */
export class KernelDriver {
  readonly #firmware: Firmware;
  readonly #memory = new MappedBuffers();
  readonly #client: number;
  readonly #limits: { readonly requestBytes: number; readonly replyBytes: number };
  /** By endpoint; operations are asked for at its first use. */
  readonly #endpoints: Map<number, readonly KnownOperation[] | undefined>;

  /** Probes. @throws ERR_NO_TRANSPORT when the firmware does not answer as a driver needs it to. */
  constructor(firmware: Firmware) {
    this.#firmware = firmware;
    const register = packed(64, [0, 1, ENTRY.register]);
    putText(register, 4, 32, 'pds_core.fwctl.0');
    this.#client = u16(this.#required(register), 4);
    const identity = this.#memory.map(LIST_AT, new Uint8Array(22));
    this.#required(this.#wrapped(ENTRY.identify, [4, 4, identity.length], [8, 8, LIST_AT]));
    this.#limits = { requestBytes: u32(identity, 12), replyBytes: u32(identity, 16) };
    const list = this.#list(0, 0);
    if (list === undefined) throw unprobed();
    this.#endpoints = new Map(list.map((entry) => [u32(entry, 0), undefined]));
  }

  call({ operation, endpoint, payload, roomBytes, scope }: DriverCall): DriverResult {
    this.#firmware.life.look();
    if (payload.length > this.#limits.requestBytes || roomBytes > this.#limits.replyBytes) return { errno: 'EINVAL' };
    if (!this.#endpoints.has(endpoint)) return { errno: 'EINVAL' };
    const operations = this.#operations(endpoint);
    if (operations === undefined) return this.#firmware.faults.hang ? undefined : { errno: 'ENOMEM' };
    const [number, version] = [operation & 0xffff, (operation >>> 16) & 0xff];
    const known = operations.find((each) => each.number === number && version <= each.version);
    if (known === undefined) return { errno: 'EINVAL' };
    if (scope < known.scope) return { errno: 'EPERM' };
    return this.#send(operation, endpoint, payload, roomBytes);
  }

  #send(operation: number, endpoint: number, payload: Uint8Array, roomBytes: number): DriverResult {
    if (!this.#firmware.life.isRunning) return { errno: 'ENXIO' };
    this.#memory.map(REQUEST_AT, payload);
    const response = this.#memory.map(RESPONSE_AT, new Uint8Array(roomBytes));
    const completion = this.#firmware.execute(this.#wrapped(
      ENTRY.rpc, [2, 2, 3], [4, 4, endpoint], [8, 4, operation], [28, 8, payload.length === 0 ? 0n : REQUEST_AT], [36, 4, payload.length], [44, 8, roomBytes === 0 ? 0n : RESPONSE_AT], [52, 4, roomBytes],
    ), this.#memory);
    if (completion === undefined) return undefined;
    const status = completionStatus(completion);
    return status === 0 ? { result: u32(completion, 4), data: response } : { errno: ERRNO.get(status) ?? OTHER_ERRNO };
  }

  /** The operations of an endpoint, known from its first use on; `undefined` when firmware does not tell. */
  #operations(endpoint: number): readonly KnownOperation[] | undefined {
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined) return known;
    const operations = this.#list(1, endpoint)?.map((entry) => ({ number: u16(entry, 0), version: u8(entry, 2), scope: SCOPE_OF_ATTRIBUTE.get(u8(entry, 4)) ?? LARGEST_SCOPE }));
    this.#endpoints.set(endpoint, operations);
    return operations;
  }

  /** The entries of a list of endpoints (entity 0) or operations (entity 1). */
  #list(entity: 0 | 1, endpoint: number): readonly Uint8Array[] | undefined {
    if (!this.#firmware.life.isRunning) return undefined;
    const page = this.#memory.map(LIST_AT, new Uint8Array(PAGE_BYTES));
    const completion = this.#firmware.execute(this.#wrapped(ENTRY.query, [1, 1, entity], [4, 4, PAGE_BYTES], [8, 8, LIST_AT], [16, 4, endpoint]), this.#memory);
    if (completion === undefined || completionStatus(completion) !== 0) return undefined;
    const entryBytes = entity === 0 ? 4 : 8;
    return Array.from({ length: u32(page, 4) }, (_, index) => page.subarray(8 + index * entryBytes, 8 + (index + 1) * entryBytes));
  }

  #required(entry: Uint8Array): Uint8Array {
    const completion = this.#firmware.execute(entry, this.#memory);
    if (completion === undefined || completionStatus(completion) !== 0) throw unprobed();
    return completion;
  }

  /** A client's command, in the entry that carries it. */
  #wrapped(command: number, ...values: readonly (readonly [at: number, widthBytes: number, value: number | bigint])[]): Uint8Array {
    const entry = packed(64, [0, 1, ENTRY.client], [2, 2, this.#client]);
    entry.set(packed(60, [0, 1, command], ...values), 4);
    return entry;
  }
}

function unprobed(): TransportError {
  return new TransportError('ERR_NO_TRANSPORT', 'the simulated firmware did not answer as its driver needs it to');
}
