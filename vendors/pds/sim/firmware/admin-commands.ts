import { AuxctlError, type DmaMemory } from '@auxctl/core';
import { packed, put, textAt, u16, u32, u64, u8 } from '../wire.js';
import { STATUS, type Endpoint, type Operation, type Outcome } from './types.js';

/** Commands on the admin queue (Linux 7.2, include/linux/pds/pds_adminq.h). */
const COMMAND = { nop: 0, register: 6, unregister: 7, client: 8, identify: 70, rpc: 71, query: 72 } as const;
/** The client's command within the entry that wraps it. */
const WRAPPED_AT = 4;
const ENTITY = { root: 0, endpoint: 1 } as const;
const COMPLETION_BYTES = 16;
const BOTH_BY_ADDRESS = 3;
const NAME_BYTES = 32;

/** What runs an operation. */
export interface AdminTarget {
  readonly endpoints: readonly Endpoint[];
  readonly maxRequestBytes: number;
  readonly maxReplyBytes: number;
  /** Runs an operation that has been found and whose request has been fetched. */
  run(operation: Operation, payload: Uint8Array, version: number, roomBytes: number): Outcome;
}

/** One answer, and what to call the command in a log. */
export interface AdminAnswer {
  /** 16 bytes; the color bit is the queue's. */
  readonly completion: Uint8Array;
  readonly name: string;
  /** What was asked: the entry, or of an RPC its operation, endpoint and payload. */
  readonly request: Uint8Array;
  /** The status of the command, or else the operation's own result. */
  readonly status: number;
}

/** Firmware's side of the admin queue: entries of 64 bytes in, completions of 16 bytes out, payloads in the driver's memory. */
export class AdminCommands {
  readonly #target: AdminTarget;
  /** By id. Ids outlive a restart of firmware, and are never 0. */
  readonly #clients = new Map<number, string>();
  #nextClient = 1;

  constructor(target: AdminTarget) {
    this.#target = target;
  }

  /** Names of the clients that have registered. */
  get clients(): readonly string[] {
    return [...this.#clients.values()];
  }

  /** The driver and its clients are gone. */
  forgetClients(): void {
    this.#clients.clear();
  }

  execute(entry: Uint8Array, memory: DmaMemory): AdminAnswer {
    switch (u8(entry, 0)) {
      case COMMAND.nop: return answer('NOP', entry, STATUS.success);
      case COMMAND.register: return this.#register(entry);
      case COMMAND.unregister: return answer('CLIENT_UNREG', entry, this.#clients.delete(u16(entry, 2)) ? STATUS.success : STATUS.noClient);
      case COMMAND.client: return this.#clientCommand(entry, memory);
      default: return answer(`0x${u8(entry, 0).toString(16)}`, entry, STATUS.opcode);
    }
  }

  #register(entry: Uint8Array): AdminAnswer {
    const name = textAt(entry, 4, NAME_BYTES);
    if (name === '') return answer('CLIENT_REG', entry, STATUS.invalid);
    const id = this.#nextClient;
    this.#nextClient = (id % 0xffff) + 1;
    this.#clients.set(id, name);
    return answer('CLIENT_REG', entry, STATUS.success, [4, 2, id]);
  }

  #clientCommand(entry: Uint8Array, memory: DmaMemory): AdminAnswer {
    if (!this.#clients.has(u16(entry, 2))) return answer('CLIENT_CMD', entry, STATUS.noClient);
    const command = entry.subarray(WRAPPED_AT);
    switch (u8(command, 0)) {
      case COMMAND.identify: return answer('IDENT', entry, this.#identify(command, memory));
      case COMMAND.query: return answer('QUERY', entry, this.#query(command, memory));
      case COMMAND.rpc: return this.#rpc(command, memory);
      default: return answer(`CLIENT_CMD 0x${u8(command, 0).toString(16)}`, entry, STATUS.opcode);
    }
  }

  #identify(command: Uint8Array, memory: DmaMemory): number {
    const identity = packed(22, [12, 4, this.#target.maxRequestBytes], [16, 4, this.#target.maxReplyBytes]);
    if (u8(command, 2) !== 0) return STATUS.version;
    return statusOfWrite(memory, u64(command, 8), identity.subarray(0, u32(command, 4)));
  }

  #query(command: Uint8Array, memory: DmaMemory): number {
    if (u8(command, 2) !== 0) return STATUS.version;
    const { endpoints } = this.#target;
    const entity = u8(command, 1);
    if (entity === ENTITY.root) return writeList(command, memory, endpoints.map(({ id }) => packed(4, [0, 4, id])));
    if (entity !== ENTITY.endpoint) return STATUS.notSupported;
    const endpoint = endpoints.find(({ id }) => id === u32(command, 16));
    if (endpoint === undefined) return STATUS.noEntry;
    if (endpoint.queryStatus !== undefined) return endpoint.queryStatus;
    return writeList(command, memory, endpoint.operations.map(({ number, version = 0, attribute }) => packed(8, [0, 2, number], [2, 1, version], [4, 1, attribute])));
  }

  #rpc(command: Uint8Array, memory: DmaMemory): AdminAnswer {
    const endpoint = this.#target.endpoints.find(({ id }) => id === u32(command, 4));
    const operation = endpoint?.operations.find(({ number }) => number === u16(command, 8));
    const version = u8(command, 10);
    const requestBytes = u32(command, 36);
    const roomBytes = u32(command, 52);
    const header = packed(8, [0, 4, u32(command, 8)], [4, 4, u32(command, 4)]);
    const name = operation?.name ?? 'RPC';
    const isBadForm = u16(command, 2) !== BOTH_BY_ADDRESS || u8(command, 40) !== 0 || u8(command, 56) !== 0 || requestBytes > this.#target.maxRequestBytes || roomBytes > this.#target.maxReplyBytes;
    if (isBadForm) return answer(name, header, STATUS.invalid);
    if (endpoint === undefined) return answer(name, header, STATUS.noEntry);
    if (operation === undefined) return answer(name, header, STATUS.notSupported);
    if (version > (operation.version ?? 0)) return answer(name, header, STATUS.version);
    const payload = reached(() => (requestBytes === 0 ? new Uint8Array() : memory.read(u64(command, 28), requestBytes)));
    if (payload === undefined) return answer(name, header, STATUS.badAddress);
    const { status = STATUS.success, error = 0, data = new Uint8Array() } = this.#target.run(operation, payload, version, roomBytes);
    const reply = data.subarray(0, roomBytes);
    const written = status === STATUS.success ? statusOfWrite(memory, u64(command, 44), reply) : status;
    return answer(name, Buffer.concat([header, payload]), written, [4, 4, error], [8, 4, reply.length]);
  }
}

function answer(name: string, request: Uint8Array, status: number, ...values: readonly (readonly [at: number, widthBytes: number, value: number])[]): AdminAnswer {
  const completion = packed(COMPLETION_BYTES, ...values, [0, 1, status]);
  const result = name === 'CLIENT_REG' ? 0 : u32(completion, 4);
  return { completion, name, request: request.slice(), status: status === STATUS.success ? result : status };
}

/** A list as QUERY gives it: how many, then the entries; one that does not fit is refused, as the driver trusts the number. */
function writeList(command: Uint8Array, memory: DmaMemory, entries: readonly Uint8Array[]): number {
  const head = new Uint8Array(8);
  put(head, 4, 4, entries.length);
  const list = Buffer.concat([head, ...entries]);
  return list.length > u32(command, 4) ? STATUS.invalid : statusOfWrite(memory, u64(command, 8), list);
}

function statusOfWrite(memory: DmaMemory, address: bigint, bytes: Uint8Array): number {
  const isDone = reached(() => {
    if (bytes.length > 0) memory.write(address, bytes);
    return true;
  });
  return isDone === true ? STATUS.success : STATUS.badAddress;
}

/** Memory that the driver has not mapped is no fault of the model. */
function reached<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch (error) {
    if (error instanceof AuxctlError && error.code === 'ERR_DMA_RANGE') return undefined;
    throw error;
  }
}
