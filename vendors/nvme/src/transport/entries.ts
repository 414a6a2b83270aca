import { compileLayout, integerField, MACHINE_BYTE_ORDER, TransportError, UsageError, type Codec, type Fields, type IoctlCall, type IoctlResult, type LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';

/** One admin command with a 64-bit result (`include/uapi/linux/nvme_ioctl.h`, Linux 7.2); `_IOWR('N', 0x47, struct nvme_passthru_cmd64)`. */
const NVME_IOCTL_ADMIN64_CMD = { name: 'NVME_IOCTL_ADMIN64_CMD', request: 0xc050_4e47 } as const;

/** A controller register to read. */
export interface PropertyKind {
  readonly type: 'property';
  readonly offsetBytes: number;
  /** 64 bits rather than 32. */
  readonly isWide: boolean;
}

/** A command to send. */
export interface CommandKind {
  readonly type: 'command';
  /** Which way its data go. */
  readonly direction: 'none' | 'out' | 'in';
  /** How many bytes the controller transfers, where the command says so. */
  readonly transferBytes: number | undefined;
}

const DIRECTIONS = ['none', 'out', 'in'] as const;
const DWORDS = ['nsid', 'cdw2', 'cdw3', 'cdw10', 'cdw11', 'cdw12', 'cdw13', 'cdw14', 'cdw15'];
/** What the kernel fills in, or does not pass. */
const NOT_OURS = ['flags', 'command_identifier', 'mptr', 'dptr_low', 'dptr_high'];
const DWORD_BYTES = 4;
const DWORD_BITS = 32;

/** Submission and completion queue entries, and the kernel's structure for them, by the plugin's layouts. */
export class Entries {
  readonly #header: Codec;
  readonly #entry: Codec;
  readonly #completion: Codec;
  readonly #passthru: Codec;
  readonly #logPage: Command;
  readonly #identify: Command;
  readonly #property: Command;

  private constructor([header, entry, completion]: readonly [Codec, Codec, Codec], passthru: Codec, [logPage, identify, property]: readonly [Command, Command, Command]) {
    [this.#header, this.#entry, this.#completion, this.#passthru] = [header, entry, completion, passthru];
    [this.#logPage, this.#identify, this.#property] = [logPage, identify, property];
  }

  /** Loads the layouts of the entries and of the commands that say how much they transfer. */
  static async load(layouts: LayoutStore): Promise<Entries> {
    const framing = (name: string): Promise<Codec> => layouts.codec('structures', 'framing', name);
    const passthru = await layouts.document('structures', 'passthru');
    return new Entries(
      [await framing('request_header'), await framing('submission_entry'), await framing('completion_entry')],
      compileLayout({ ...passthru, byteOrder: MACHINE_BYTE_ORDER }, []),
      [await command(layouts, 'GET_LOG_PAGE'), await command(layouts, 'IDENTIFY'), await command(layouts, 'PROPERTY_GET')],
    );
  }

  /** The sizes of a submission and of a completion queue entry. */
  get sizes(): { readonly entryBytes: number; readonly completionBytes: number } {
    return { entryBytes: this.#entry.sizeBytes, completionBytes: this.#completion.sizeBytes };
  }

  /** What a request is. Throws `ERR_USAGE` for one that is too short, `ERR_NOT_CARRIED` for one that the kernel does not carry. */
  kindOf(request: Uint8Array, device: string): PropertyKind | CommandKind {
    if (request.length < this.#entry.sizeBytes) throw new UsageError('ERR_USAGE', `a request has at least ${this.#entry.sizeBytes} bytes, this one ${request.length}`, { device });
    const opcode = integerField(this.#header.decode(request), 'opcode');
    if (opcode === this.#property.opcode) {
      const { ofst, attrib } = this.#property.codec.decode(request);
      return { type: 'property', offsetBytes: Number(ofst), isWide: attrib === 1 };
    }
    const fields = this.#entry.decode(request);
    const wrong = NOT_OURS.find((name) => integerField(fields, name) > 0n);
    const direction = DIRECTIONS[Number(fields['data_transfer'])];
    if (wrong !== undefined) throw notCarried(`the kernel itself fills in ${wrong}, which must be 0`, device);
    if (direction === undefined) throw notCarried('the kernel carries no data both ways at once', device);
    const pageBytes = opcode === this.#logPage.opcode ? (Number(this.#logPage.codec.decode(request)['numd']) + 1) * DWORD_BYTES : undefined;
    return { type: 'command', direction, transferBytes: opcode === this.#identify.opcode ? this.#identify.replyTailBytes : pageBytes };
  }

  /** The ioctl that sends a request. Its timeout is the kernel's own: after a shorter one the driver would reset the controller. */
  callOf(request: Uint8Array, direction: CommandKind['direction'], roomBytes: number): IoctlCall {
    const fields = this.#entry.decode(request);
    const dwords: Fields = Object.fromEntries(DWORDS.map((name) => [name, integerField(fields, name)]));
    const data = request.subarray(this.#entry.sizeBytes);
    const lengthBytes = { none: 0, out: data.length, in: roomBytes }[direction];
    const [opcode = 0] = request;
    const pointers = lengthBytes === 0 ? [] : [{ offsetBytes: offsetOf(this.#passthru, 'addr'), buffer: direction === 'in' ? { lengthBytes } : data }];
    return { ...NVME_IOCTL_ADMIN64_CMD, argument: this.#passthru.encode({ ...dwords, opcode, data_len: lengthBytes }), pointers };
  }

  /** The completion queue entry that the kernel tells of: its result, and as the return value the status, from its code up. */
  completionOf({ argument, result }: IoctlResult): Uint8Array {
    return this.completion(integerField(this.#passthru.decode(argument), 'result'), result);
  }

  /** A completion queue entry of a result and a status. */
  completion(result: bigint, status = 0): Uint8Array {
    const [high, low] = [result >> BigInt(DWORD_BITS), BigInt.asUintN(DWORD_BITS, result)];
    return this.#completion.encode({ dw0: low, dw1: high, status_field: status });
  }

  /** The command that a controller on fabrics knows for a register's request. */
  plain(request: Uint8Array): Uint8Array {
    return this.#entry.encode({ flags: 0 }, request);
  }
}

interface Command {
  readonly opcode: bigint;
  readonly codec: Codec;
  readonly replyTailBytes: number | undefined;
}

async function command(layouts: LayoutStore, name: string): Promise<Command> {
  const { opcode, request, replyTailBytes } = await layouts.document('command', name);
  return { opcode: integerValue(opcode), codec: await layouts.codec('command', name, request), replyTailBytes };
}

function offsetOf({ scope, structure }: Codec, name: string): number {
  const field = scope.structures.get(structure)?.fields.find((each) => each.name === name);
  return (field?.offsetBits ?? 0) / (DWORD_BITS / DWORD_BYTES);
}

function notCarried(why: string, device: string): TransportError {
  return new TransportError('ERR_NOT_CARRIED', `${why}; nothing was sent`, { device });
}
