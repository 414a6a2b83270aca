import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { KernelOffer } from '@auxctl/schemas';
import { offerCommand, placeholdersOf } from '@auxctl/schemas/model';
import type { Device } from '../device/types.js';
import { Devlink } from '../devlink/devlink.js';
import type { DevlinkHandle, DevlinkParam } from '../devlink/types.js';
import { findDevlinkHandle } from '../kernel-parameters/handle.js';
import { kernelValueText } from '../kernel-parameters/text.js';
import { defaultNative } from '../native.js';
import { RootedFiles } from '../system/rooted-files.js';
import { waitOf, type Remaining } from '../wait.js';
import type { KernelApiSource, OfferedValue } from './types.js';
import { commandFor, filled, kernelWord } from './words.js';

/** Each question's: the kernel answers at once, but for what a driver asks its firmware first. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The devlink instance of a device and what it offers. */
interface Instance {
  readonly handle: DevlinkHandle;
  readonly parameters: readonly DevlinkParam[];
}

type Found<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Missing);

/** Why an interface is not there. */
export interface Missing {
  readonly reason: string;
  /** Present where nobody knows: the kernel did not answer. */
  readonly isUnknown?: true;
}

/** One device as the kernel's own interfaces see it. Everything is asked for once, when it is needed; what fails is a reason, never an error. */
export class KernelPlace implements AsyncDisposable {
  readonly #device: Device;
  readonly #source: KernelApiSource;
  readonly #files: RootedFiles;
  readonly #wait: Remaining;
  #own: Devlink | undefined;
  #instance: Promise<Found<Instance>> | undefined;
  #names: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(device: Device, source: KernelApiSource) {
    this.#device = device;
    this.#source = source;
    this.#files = new RootedFiles(source.root);
    this.#wait = () => waitOf({ timeoutMs: DEFAULT_TIMEOUT_MS, ...waitOf(source) });
  }

  /** The names that placeholders stand for. */
  async names(): Promise<ReadonlyMap<string, string>> {
    this.#names ??= this.#collectNames();
    return this.#names;
  }

  /** Why the interface is not there for this value; undefined where it is. */
  async missing(offer: KernelOffer, offered: OfferedValue): Promise<Missing | undefined> {
    if (this.#device.bus === 'sim') return { reason: 'the device is simulated' };
    if (offer.type === 'devlink-param') {
      const found = await this.#parameter(offer.name, offer.mode);
      return found.ok ? undefined : found;
    }
    const names = await this.names();
    const text = offer.type === 'sysfs' ? offer.path : offerCommand(offer);
    const lacking = placeholdersOf(text).find(({ name }) => name !== 'value' && !names.has(name) && !offered.beside.has(name));
    if (lacking !== undefined) return { reason: NO_NAME[lacking.name] ?? `nothing says which ${lacking.name} is meant` };
    return offer.type === 'sysfs' && this.#file(offer.path, offered, names) === undefined ? { reason: `there is no ${filled(offer.path, offered, names)}` } : undefined;
  }

  /** The kernel's command line for a value; a file whose name was not known whole is named as it is here. */
  async command(offer: KernelOffer, offered: OfferedValue): Promise<string> {
    const names = await this.names();
    const path = offer.type === 'sysfs' ? this.#file(offer.path, offered, names) : undefined;
    return path === undefined ? commandFor(offer, offered, names) : `echo ${kernelWord(offer, offered) ?? 'VALUE'} > ${path}`;
  }

  /** What the kernel shows, as one line, and where; undefined where it does not. */
  async read(offer: KernelOffer, offered: OfferedValue): Promise<{ readonly source: 'devlink' | 'sysfs'; readonly text: string } | undefined> {
    if (this.#device.bus === 'sim') return undefined;
    if (offer.type === 'devlink-param') {
      const found = await this.#parameter(offer.name, offer.mode);
      return found.ok ? { source: 'devlink', text: found.value } : undefined;
    }
    const template = offer.type === 'sysfs' ? offer.path : offer.read;
    const path = template === undefined ? undefined : this.#file(template, offered, await this.names());
    const text = path === undefined ? undefined : this.#files.text(path);
    return text === undefined ? undefined : { source: 'sysfs', text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own?.close();
  }

  async #parameter(name: string, mode: string): Promise<Found<string>> {
    const instance = await this.#findInstance();
    if (!instance.ok) return instance;
    const parameter = instance.value.parameters.find((each) => each.name === name);
    if (parameter === undefined) return { ok: false, reason: `its driver offers no devlink parameter ${name}` };
    const value = parameter.values.find((each) => each.mode === mode)?.value;
    return value === undefined ? { ok: false, reason: `its driver offers no ${mode} value of ${name}` } : { ok: true, value: kernelValueText(value) };
  }

  async #findInstance(): Promise<Found<Instance>> {
    this.#instance ??= this.#askInstance();
    return this.#instance;
  }

  async #askInstance(): Promise<Found<Instance>> {
    if (this.#files.locate('') !== '') return { ok: false, reason: 'the device was found in another tree' };
    try {
      const devlink = this.#devlink();
      const handle = await findDevlinkHandle(devlink, this.#device, this.#wait);
      return handle === undefined ? { ok: false, reason: 'it has no devlink instance' } : { ok: true, value: { handle, parameters: await devlink.params(handle, this.#wait()) } };
    } catch (error) {
      return { ok: false, isUnknown: true, reason: `devlink cannot be asked: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async #collectNames(): Promise<ReadonlyMap<string, string>> {
    const { address, bus, names } = this.#device;
    const handle = bus === 'pci' ? `pci/${address}` : undefined;
    const known = { netdev: await this.#netdev(), rdma: names.rdma[0], nvme: names.nvme[0], memdev: names.memdev[0], pci: bus === 'pci' ? address : undefined, devlink: await this.#handleText(handle) };
    return new Map(Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  /** The bus and name of an instance are those of a PCI function; where there is another device, its instance tells. */
  async #handleText(known: string | undefined): Promise<string | undefined> {
    if (known !== undefined) return known;
    const instance = await this.#findInstance();
    return instance.ok ? `${instance.value.handle.bus}/${instance.value.handle.name}` : undefined;
  }

  /** The interface of the physical port, where there are several and devlink can tell. */
  async #netdev(): Promise<string | undefined> {
    const { netdev } = this.#device.names;
    const instance = netdev.length > 1 ? await this.#findInstance() : undefined;
    if (instance?.ok !== true) return netdev[0];
    const ports = await this.#devlink().ports(instance.value.handle, this.#wait()).catch(() => []);
    return ports.find((port) => port.flavour === 'physical' && port.netdev !== undefined && netdev.includes(port.netdev))?.netdev ?? netdev[0];
  }

  #devlink(): Devlink {
    const { devlink, native = defaultNative } = this.#source;
    return devlink ?? (this.#own ??= new Devlink(native));
  }

  /** The file that a path means: `*` stands for a part of a name; the first such file, in order of name. */
  #file(template: string, offered: OfferedValue, names: ReadonlyMap<string, string>): string | undefined {
    const parts = filled(template, offered, names).split('/').slice(1);
    let found = [''];
    for (const part of parts) found = part.includes('*') ? found.flatMap((folder) => this.#matches(folder, part)) : found.map((folder) => `${folder}/${part}`);
    return found.find((path) => posix.normalize(path) === path && existsSync(this.#files.locate(path)));
  }

  #matches(folder: string, part: string): string[] {
    const [start = '', end = ''] = part.split('*');
    const entries = this.#files.entries(folder) ?? [];
    return entries.filter((name) => name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length).sort().map((name) => `${folder}/${name}`);
  }
}

const NO_NAME: Readonly<Record<string, string>> = {
  netdev: 'it has no network interface', rdma: 'it has no RDMA device', nvme: 'it has no NVMe controller', memdev: 'it has no memory device',
  pci: 'it is no PCI function', devlink: 'it has no devlink instance',
};
