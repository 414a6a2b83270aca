import { bytesField, integerField, openKernelFile, readPlacedCapabilities, type Codec, type Fields, type KernelFile, type NativeSource, type PlacedCapability, type Remaining } from '@auxctl/core';
import { notShown, type Answer } from './answer.js';

/** A register's number is the capability's own, and these for the list that it is in. */
const REGISTERS = { standard: 0x10000, extended: 0x20000 } as const;
const HEADER_BYTES = 64;

/** How to reach a configuration space. */
export interface ConfigSpaceOptions {
  readonly native: NativeSource;
  readonly path: string;
  readonly device: string;
  /** The layout of what registers begin with. */
  readonly place: Codec;
}

/** A function's configuration space by the kernel's file, opened when it is first asked for and read only where somebody asked. */
export class ConfigSpace {
  readonly #options: ConfigSpaceOptions;
  #file: Promise<KernelFile | undefined> | undefined;
  #capabilities: Promise<readonly PlacedCapability[]> | undefined;

  constructor(options: ConfigSpaceOptions) {
    this.#options = options;
  }

  /** The header, or the capability whose register and instance a request names; at most up to the next capability. */
  async readCapability(request: Fields, wait: Remaining): Promise<Answer> {
    const { place: codec } = this.#options;
    const [register, image] = [Number(integerField(request, 'register')), bytesField(request, 'image')];
    if (image.length < codec.sizeBytes) return 'BAD_REQUEST';
    const instance = integerField(codec.decode(image), 'instance');
    const found = await this.#find(register, Number(instance), wait);
    if (found === undefined) return 'NOT_THERE';
    const bytes = await this.#read(found.offsetBytes, Math.min(found.lengthBytes, image.length - codec.sizeBytes), wait);
    const data = codec.encode({ instance, offset_bytes: BigInt(found.offsetBytes), length_bytes: BigInt(bytes.length) }, new Uint8Array(image.length));
    data.set(bytes, codec.sizeBytes);
    return { data };
  }

  async list(wait: Remaining): Promise<Answer> {
    const capabilities = (await this.#all(wait)).map((each) => ({
      register: BigInt(registerOf(each)), version: BigInt(each.version ?? 0), offset_bytes: BigInt(each.offsetBytes), length_bytes: BigInt(each.lengthBytes),
    }));
    return { capabilities };
  }

  async readBytes(request: Fields, wait: Remaining): Promise<Answer> {
    const [offsetBytes, lengthBytes] = [Number(integerField(request, 'offset_bytes')), Number(integerField(request, 'length_bytes'))];
    const file = await this.#open(wait);
    if (file === undefined) return 'NOT_THERE';
    if (offsetBytes + lengthBytes > await file.sizeBytes(wait())) return 'OUT_OF_RANGE';
    return { data: await this.#read(offsetBytes, lengthBytes, wait) };
  }

  async close(): Promise<void> {
    await (await this.#file?.catch(() => undefined))?.close();
  }

  async #find(register: number, instance: number, wait: Remaining): Promise<Pick<PlacedCapability, 'offsetBytes' | 'lengthBytes'> | undefined> {
    if (register === 0) return instance === 0 && (await this.#open(wait)) !== undefined ? { offsetBytes: 0, lengthBytes: HEADER_BYTES } : undefined;
    return (await this.#all(wait)).filter((each) => registerOf(each) === register)[instance];
  }

  /** The lists do not change while a device is open. */
  async #all(wait: Remaining): Promise<readonly PlacedCapability[]> {
    this.#capabilities ??= this.#walk(wait);
    try {
      return await this.#capabilities;
    } catch (error) {
      this.#capabilities = undefined;
      throw error;
    }
  }

  async #walk(wait: Remaining): Promise<readonly PlacedCapability[]> {
    const file = await this.#open(wait);
    if (file === undefined) return [];
    const read = async (offsetBytes: number, lengthBytes: number): Promise<Uint8Array> => file.read(offsetBytes, lengthBytes, wait());
    const capabilities = await readPlacedCapabilities(read, await file.sizeBytes(wait()));
    if (capabilities === undefined) throw hidden(this.#options.device);
    return capabilities;
  }

  async #read(offsetBytes: number, lengthBytes: number, wait: Remaining): Promise<Uint8Array> {
    const file = await this.#open(wait);
    const bytes = await file?.read(offsetBytes, lengthBytes, wait()) ?? new Uint8Array();
    if (bytes.length < lengthBytes) throw hidden(this.#options.device);
    return bytes;
  }

  async #open(wait: Remaining): Promise<KernelFile | undefined> {
    const { native, path, device } = this.#options;
    this.#file ??= openKernelFile({ native, path, device, ...wait() });
    try {
      return await this.#file;
    } catch (error) {
      this.#file = undefined;
      throw error;
    }
  }
}

function registerOf({ id, isExtended }: PlacedCapability): number {
  return id + REGISTERS[isExtended ? 'extended' : 'standard'];
}

function hidden(device: string): Error {
  return notShown(`the kernel shows only the first ${HEADER_BYTES} bytes of configuration space to those without CAP_SYS_ADMIN: the capabilities are hidden`, 'EACCES', { device });
}
