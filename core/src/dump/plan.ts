import type { DumpEntry, DumpFailure, DumpSubject, Effect, IntegerLiteral, LayoutDocument } from '@auxctl/schemas';
import { integerValue, type CommandEntry } from '@auxctl/schemas/model';
import { completeSelectors, indexFields } from '../channel/access.js';
import type { DeviceChannel } from '../channel/channel.js';
import { permits, strongerEffect } from '../channel/effects.js';
import { readingsOf } from '../channel/instances.js';
import type { CallOptions, PreparedCall } from '../channel/types.js';
import { AuxctlError } from '../errors/base.js';
import { UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput, FieldInputValue } from '../layout/types.js';
import { fieldsWithin } from '../layout/walk.js';
import type { Plugin } from '../plugin/types.js';
import type { LayoutStore } from '../store/store.js';
import { failureOf } from './failure.js';

/** What a dump can hold of a device: one of the names that its plugin's layouts know. */
export interface DumpTarget {
  readonly kind: 'capability' | 'register' | 'object' | 'parameter';
  readonly name: string;
  /** What reading it does. */
  readonly effect: Effect;
}

/** What a dump is to hold. */
export interface DumpSelection extends CallOptions {
  /** Takes the targets for which this holds; all when left out. */
  readonly only?: (target: DumpTarget) => boolean;
  /** Instead of targets, exactly these, as another dump has them. Segments are passed over. */
  readonly subjects?: readonly DumpSubject[];
  /** Values of index fields: a register that has such a field is read with this value only. */
  readonly index?: FieldInput;
  /** Also reads what changes by being read, as far as `allow` goes. Default false. */
  readonly withEffects?: boolean;
}

/** One entry in the making: what is sent for it, or why nothing is. */
export type Reading = ReadingTarget & ({ readonly call: PreparedCall } | { readonly failure: DumpFailure });

interface ReadingTarget extends Pick<DumpEntry, 'subject' | 'structure'> {
  /** What decodes it; absent for a name that the layouts do not know. */
  readonly document?: LayoutDocument;
}

/** What a plan is made from. */
export interface DumpPlanner {
  readonly channel: DeviceChannel;
  readonly layouts: LayoutStore;
  readonly plugin: Plugin;
}

/** Everything that a dump can hold of a plugin's devices, in the order of its entries. */
export async function dumpTargets({ layouts, plugin }: Pick<DumpPlanner, 'layouts' | 'plugin'>): Promise<DumpTarget[]> {
  const capabilities = plugin.capabilities === undefined ? [] : layouts.names('capability').map((name): DumpTarget => ({ kind: 'capability', name, effect: 'inspect' }));
  const registers = plugin.registers === undefined ? [] : await Promise.all(layouts.names('register').map(async (name) => registerTarget(layouts, name)));
  const objects = (await layouts.entries('command')).flatMap(({ object }) => objectTarget(object));
  const items = plugin.nvconfig === undefined ? [] : layouts.names('nvconfig').map((name): DumpTarget => ({ kind: 'parameter', name, effect: 'inspect' }));
  return [...capabilities, ...registers.flat(), ...objects, ...items];
}

/** Everything that a dump of this device reads, but for items of stored configuration. Nothing is sent. */
export async function planDump(planner: DumpPlanner, selection: DumpSelection): Promise<Reading[]> {
  const { only = () => true, subjects } = selection;
  const readings: Reading[] = [];
  if (subjects !== undefined) {
    for (const subject of subjects) readings.push(...(await subjectReading(planner, subject, selection)));
    return readings;
  }
  for (const { kind, name, effect } of (await dumpTargets(planner)).filter(only)) {
    if (kind === 'parameter') continue;
    if (kind === 'register') readings.push(...(await registerReadings(planner, name, effect, selection)));
    else if (kind === 'object') readings.push(await objectReading(planner, { kind, name }, selection));
    else for (const mode of ['current', 'maximum'] as const) readings.push(await capabilityReading(planner, { kind, name, mode }, selection));
  }
  return readings;
}

/** A register that can only be written has nothing to dump. */
async function registerTarget(layouts: LayoutStore, name: string): Promise<DumpTarget[]> {
  const { effects: { read } } = await layouts.document('register', name);
  return read === undefined ? [] : [{ kind: 'register', name, effect: readEffect(read, await layouts.codec('register', name)) }];
}

/** An object without a key is one of its kind; those that need a key are too many to guess. */
function objectTarget(object: CommandEntry['object']): DumpTarget[] {
  return object?.key.length === 0 ? [{ kind: 'object', name: object.name, effect: 'inspect' }] : [];
}

/** The reading of a subject that another dump has. */
async function subjectReading(planner: DumpPlanner, subject: DumpSubject, selection: DumpSelection): Promise<Reading[]> {
  if (subject.kind === 'segment' || subject.kind === 'parameter') return [];
  try {
    if (subject.kind === 'capability') return [await capabilityReading(planner, subject, selection)];
    if (subject.kind === 'object') return [await objectReading(planner, subject, selection)];
    const [target] = await registerTarget(planner.layouts, subject.name);
    if (target === undefined) throw new UsageError('ERR_FIELD_ACCESS', `${subject.name} cannot be read`);
    return [await registerReading(planner, subject, target.effect, selection)];
  } catch (error) {
    return [{ subject, failure: failureOf(requireUsage(error)) }];
  }
}

async function capabilityReading({ channel, layouts }: DumpPlanner, subject: Extract<DumpSubject, { kind: 'capability' }>, selection: DumpSelection): Promise<Reading> {
  const document = await layouts.document('capability', subject.name);
  return prepared({ subject, document }, async () => channel.prepareCapability(subject.name, subject.mode, selection));
}

async function registerReadings(planner: DumpPlanner, name: string, effect: Effect, selection: DumpSelection): Promise<Reading[]> {
  const codec = await planner.layouts.codec('register', name);
  const readings = narrowed(readingsOf(await planner.layouts.document('register', name), codec), codec, selection.index ?? {});
  return Promise.all(readings.map(async (index) => registerReading(planner, { kind: 'register', name, ...keyOf(index, codec) }, effect, selection)));
}

async function registerReading({ channel, layouts }: DumpPlanner, subject: Extract<DumpSubject, { kind: 'register' }>, effect: Effect, selection: DumpSelection): Promise<Reading> {
  const document = await layouts.document('register', subject.name);
  const isWanted = effect === 'inspect' || (selection.withEffects === true && permits(selection.allow ?? 'inspect', effect));
  if (!isWanted) return { subject, document, failure: { code: 'ERR_NOT_ALLOWED', message: `${subject.name} was not read: reading it changes the device` } };
  return prepared({ subject, document }, async () => channel.registers.prepareRead(subject.name, valuesOf(subject), selection));
}

async function objectReading({ channel, layouts }: DumpPlanner, subject: Extract<DumpSubject, { kind: 'object' }>, selection: DumpSelection): Promise<Reading> {
  const entry = (await layouts.entries('command')).find(({ object }) => object?.name === subject.name);
  if (entry === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `no object is called '${subject.name}'`);
  const document = await layouts.document('command', entry.name);
  const codec = await layouts.codec('command', document.name, document.request);
  return prepared({ subject, document, structure: document.reply }, async () => channel.prepare(document.name, completeSelectors(codec, valuesOf(subject)), selection));
}

function valuesOf({ key = {} }: { readonly key?: Readonly<Record<string, IntegerLiteral>> | undefined }): FieldInput {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, integerValue(value)]));
}

/** A field that does something when it is read makes reading its register more than inspecting. */
function readEffect(effect: Effect, { structure, scope }: Codec): Effect {
  return fieldsWithin(structure, scope).some(({ onRead }) => onRead !== undefined) ? strongerEffect(effect, 'configure') : effect;
}

/** The readings with the values that were asked for; one that lacks a value is left for the encoder to explain. */
function narrowed(readings: readonly FieldInput[], codec: Codec, wanted: FieldInput): readonly FieldInput[] {
  const all = readings.length === 0 ? [{}] : readings;
  const own = Object.fromEntries(indexFields(codec).flatMap(({ name }) => (Object.hasOwn(wanted, name) ? [[name, wanted[name]] as [string, FieldInputValue]] : [])));
  if (Object.keys(own).length === 0) return all;
  return [...new Map(all.map((reading) => ({ ...reading, ...own })).map((reading) => [JSON.stringify(keyOf(reading, codec)), reading])).values()];
}

/** The index fields that a reading gives, as integers: whoever gave them may have written them in other ways. */
function keyOf(index: FieldInput, codec: Codec): { key?: Record<string, IntegerLiteral> } {
  const entries = Object.entries(index);
  if (entries.length === 0) return {};
  const isPlain = entries.every(([, value]) => typeof value === 'bigint');
  const values = isPlain ? index : codec.decode(codec.encode(index));
  return { key: Object.fromEntries(entries.map(([name]) => [name, literal(values[name])])) };
}

function literal(value: unknown): IntegerLiteral {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return 0;
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : `0x${value.toString(16)}`;
}

/** What cannot even be sent is an entry too: it says why. */
async function prepared(target: ReadingTarget, prepare: () => Promise<PreparedCall>): Promise<Reading> {
  try {
    return { ...target, call: await prepare() };
  } catch (error) {
    return { ...target, failure: failureOf(requireUsage(error)) };
  }
}

/** Passes on what says that something cannot be asked for; throws anything else. */
function requireUsage(error: unknown): AuxctlError {
  if (error instanceof AuxctlError && (error.layer === 'usage' || error.layer === 'policy')) return error;
  throw error;
}
