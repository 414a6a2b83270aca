import type { Dump, DumpSubject, LayoutDocument } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { AuxctlError } from '../errors/base.js';
import { FirmwareError } from '../errors/classes.js';
import type { CallOptions, ChannelInfo, Decoded } from '../channel/types.js';
import { readingsOf } from '../channel/instances.js';
import type { FieldInput } from '../layout/types.js';
import type { LayoutStore } from '../store/store.js';
import { fieldsWithin } from '../layout/walk.js';
import type { CapabilityMode } from '../plugin/types.js';

/** What a snapshot is taken from. */
export interface DumpSource {
  readonly device: Device;
  readonly layouts: LayoutStore;
  readonly hasRegisters: boolean;
  readonly hasCapabilities: boolean;
  info(): Promise<ChannelInfo>;
  readRegister(name: string, index: FieldInput): Promise<Decoded>;
  readCapability(name: string, mode: CapabilityMode): Promise<Decoded>;
}

/** What to take, and who wants to know how far it is. */
export interface DumpOptions extends CallOptions {
  /** Takes the registers and capabilities for which this holds; all when left out. */
  readonly only?: (name: string) => boolean;
  /** Called before each read. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
  /** The time to write into the dump; now when left out. */
  readonly now?: () => Date;
}

/**
 * Reads every register and capability that reading does not change. What the device refuses is kept as a failure; a device that is
 * gone, or stops answering, ends the dump with its error.
 */
export async function takeDump(source: DumpSource, options: DumpOptions): Promise<Dump> {
  const { only = () => true, onProgress, now = () => new Date() } = options;
  const info = await source.info();
  const subjects = (await subjectsOf(source)).filter(({ name }) => only(name));
  const entries: Dump['entries'] = [];
  for (const [done, subject] of subjects.entries()) {
    onProgress?.(done, subjects.length, subject.name);
    entries.push(await readEntry(source, subject));
  }
  return {
    format: 'auxctl.dump/1', created: now().toISOString(), device: describeDevice(info), plugin: info.plugin, entries,
    layouts: await layoutsOf(source.layouts, subjects),
  };
}

async function subjectsOf({ layouts, hasRegisters, hasCapabilities }: DumpSource): Promise<DumpSubject[]> {
  const registers = hasRegisters ? await harmlessRegisters(layouts) : [];
  const capabilities = hasCapabilities ? layouts.names('capability') : [];
  return [
    ...capabilities.flatMap((name) => (['current', 'maximum'] as const).map((mode) => ({ kind: 'capability', name, mode } as const))),
    ...registers.map((name) => ({ kind: 'register', name } as const)),
  ];
}

/**
 * Those that can be read by inspecting, that say which of them to read, and none of whose fields, imported ones included, does anything
 * when read.
 */
async function harmlessRegisters(layouts: LayoutStore): Promise<string[]> {
  const registers = (await layouts.all('register')).filter(({ effects }) => effects.read === 'inspect');
  const harmless = await Promise.all(registers.map(async (register) => {
    const codec = await layouts.codec('register', register.name);
    const isHarmless = fieldsWithin(codec.structure, codec.scope).every(({ onRead }) => onRead === undefined);
    return isHarmless && readingsOf(register, codec).length > 0 ? [register.name] : [];
  }));
  return harmless.flat();
}

async function readEntry(source: DumpSource, subject: DumpSubject): Promise<Dump['entries'][number]> {
  try {
    const { raw } = subject.kind === 'register' ? await source.readRegister(subject.name, await firstReading(source.layouts, subject.name)) : await source.readCapability(subject.name, subject.mode);
    return { subject, bytes: Buffer.from(raw).toString('hex') };
  } catch (error) {
    if (!(error instanceof AuxctlError) || (error.layer !== 'firmware' && error.code !== 'ERR_KERNEL_REFUSED')) throw error;
    const status = error instanceof FirmwareError ? { status: hex(error.status), ...(error.syndrome === undefined ? {} : { syndrome: hex(error.syndrome) }) } : {};
    return { subject, failure: { code: error.code, message: error.message, ...status } };
  }
}

async function firstReading(layouts: LayoutStore, name: string): Promise<FieldInput> {
  return readingsOf(await layouts.document('register', name), await layouts.codec('register', name))[0] ?? {};
}

function describeDevice(info: ChannelInfo): Dump['device'] {
  const { device, product, identity } = info;
  const pci = device.aliases.find((alias) => alias.startsWith('pci:'))?.slice('pci:'.length);
  return {
    address: device.address, identity: [...identity],
    ...(device.driver === undefined ? {} : { driver: device.driver }),
    ...(pci === undefined ? {} : { pci }),
    ...(product === undefined ? {} : { product }),
  };
}

async function layoutsOf(store: LayoutStore, subjects: readonly DumpSubject[]): Promise<Record<string, LayoutDocument>> {
  const documents = new Map<string, LayoutDocument>();
  for (const { kind, name } of subjects) {
    for (const [path, document] of await store.withImports(kind, name)) documents.set(path, document);
  }
  return Object.fromEntries(documents);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
