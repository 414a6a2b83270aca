import { mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Eventfd, IoctlCall, IoctlResult, Mapping, MapOptions, Native, NativeChannel } from '../native.js';

export const ADDRESS = '0000:3b:00.0';

const errno = (code: string): Error => Object.assign(new TypeError(code), { code, syscall: 'ioctl' });

/** How the tree below the root looks. */
export interface Tree {
  readonly driver?: string;
  readonly isWatched?: boolean;
  readonly hasCdev?: boolean;
  /** Further functions of the group, with their drivers. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Makes the part of sysfs and of /dev that VFIO is found by. */
export function makeTree(root: string, { driver, isWatched = true, hasCdev = false, others = {} }: Tree): void {
  const functions = join(root, 'sys/bus/pci/devices');
  for (const [address, bound] of Object.entries({ [ADDRESS]: driver, ...others })) {
    mkdirSync(join(functions, address), { recursive: true });
    if (bound !== undefined) symlinkSync(`../../../../bus/pci/drivers/${bound}`, join(functions, address, 'driver'));
  }
  const group = join(root, 'sys/kernel/iommu_groups/7');
  mkdirSync(join(group, 'devices'), { recursive: true });
  for (const address of [ADDRESS, ...Object.keys(others)]) writeFileSync(join(group, 'devices', address), '');
  if (!isWatched) writeFileSync(join(group, 'name'), 'vfio-noiommu\n');
  symlinkSync('../../../../kernel/iommu_groups/7', join(functions, ADDRESS, 'iommu_group'));
  mkdirSync(join(root, 'dev/vfio/devices'), { recursive: true });
  for (const node of ['dev/vfio/vfio', 'dev/iommu', 'dev/device']) writeFileSync(join(root, node), '');
  if (!hasCdev) return;
  mkdirSync(join(functions, ADDRESS, 'vfio-dev/vfio3'), { recursive: true });
  writeFileSync(join(root, 'dev/vfio/devices/vfio3'), '');
}

/** What the kernel answers; by default all is well. */
export interface Behaviour {
  /** What opening a node fails with, in order; `undefined` is success. */
  readonly opening?: (string | undefined)[];
  readonly failures?: Readonly<Record<string, readonly (string | undefined)[]>>;
  readonly version?: number;
  readonly extension?: number;
  readonly groupFlags?: number;
  readonly regionFlags?: number;
  readonly regionSizeBytes?: number;
  readonly irqCount?: number;
  readonly isLocked?: readonly boolean[];
}

/** A kernel with one function, which notes what it is asked and what is closed. */
export class FakeKernel {
  readonly log: string[] = [];
  readonly arguments = new Map<string, Uint8Array | bigint>();
  deviceFd = -1;
  wantsBack = false;
  readonly #root: string;
  readonly #behaviour: Behaviour;
  readonly #failures: Record<string, (string | undefined)[]>;

  constructor(root: string, behaviour: Behaviour = {}) {
    this.#root = root;
    this.#behaviour = behaviour;
    this.#failures = Object.fromEntries(Object.entries(behaviour.failures ?? {}).map(([name, codes]) => [name, [...codes]]));
  }

  readonly native = async (): Promise<Native> => Promise.resolve({
    openChannel: async (path: string, options: { readonly worker?: string }) => {
      const name = path.slice(this.#root.length);
      const code = this.#behaviour.opening?.shift();
      if (code !== undefined) throw errno(code);
      this.log.push(`open ${name} ${options.worker ?? ''}`);
      return Promise.resolve(this.#channel(name));
    },
    adoptDescriptor: (fd: number) => this.#channel(fd === this.deviceFd ? 'device' : 'container'),
    createEventfd: (): Partial<Eventfd> => ({ fd: 77, tryTake: () => (this.wantsBack ? 1n : undefined), close: () => { this.log.push('close request line'); } }),
  } as unknown as Native);

  #channel(name: string): NativeChannel {
    const locks = [...this.#behaviour.isLocked ?? []];
    return {
      ioctl: async (call: IoctlCall) => Promise.resolve(this.#ioctl(call)),
      tryLock: async () => Promise.resolve(!(locks.shift() ?? false)),
      map: async (options: MapOptions) => {
        this.log.push(`map ${options.lengthBytes} at ${String(options.offsetBytes)} ${options.protection}`);
        return Promise.resolve({ lengthBytes: options.lengthBytes, close: () => { this.log.push('unmap'); } } as Partial<Mapping> as Mapping);
      },
      close: async () => { this.log.push(`close ${name}`); return Promise.resolve(); },
    } as Partial<NativeChannel> as NativeChannel;
  }

  #ioctl({ name, request, argument }: IoctlCall): IoctlResult {
    const failure = this.#failures[name]?.shift();
    this.log.push(`${name} 0x${request.toString(16)}${failure === undefined ? '' : ` ${failure}`}`);
    this.arguments.set(name, argument instanceof Uint8Array ? argument.slice() : argument);
    if (failure !== undefined) throw errno(failure);
    return { result: this.#result(name), argument: this.#answer(name, argument), buffers: [] };
  }

  #result(name: string): number {
    if (name === 'VFIO_GET_API_VERSION') return this.#behaviour.version ?? 0;
    if (name === 'VFIO_CHECK_EXTENSION') return this.#behaviour.extension ?? 1;
    if (name !== 'VFIO_GROUP_GET_DEVICE_FD') return 0;
    this.deviceFd = openSync(join(this.#root, 'dev/device'), 'r');
    return this.deviceFd;
  }

  /** By the header's structures, in this machine's byte order, which is taken to be little-endian. */
  #answer(name: string, argument: Uint8Array | bigint): Uint8Array {
    if (typeof argument === 'bigint') return new Uint8Array();
    const answer = argument.slice();
    const view = new DataView(answer.buffer);
    if (name === 'VFIO_GROUP_GET_STATUS') view.setUint32(4, this.#behaviour.groupFlags ?? 3, true);
    if (name === 'VFIO_DEVICE_GET_REGION_INFO') {
      view.setUint32(4, this.#behaviour.regionFlags ?? 7, true);
      view.setBigUint64(16, BigInt(this.#behaviour.regionSizeBytes ?? 8192), true);
      view.setBigUint64(24, BigInt(view.getUint32(8, true)) << 40n, true);
    }
    if (name === 'VFIO_DEVICE_GET_IRQ_INFO') {
      view.setUint32(4, 1, true);
      view.setUint32(12, this.#behaviour.irqCount ?? 1, true);
    }
    return answer;
  }
}
