import type { DumpEntry, DumpFailure, DumpSubject, Effect, IntegerLiteral, LayoutDocument, LayoutDocumentOf } from '@auxctl/schemas';
import { completeSelectors, indexFields } from '../channel/access.js';
import type { DeviceChannel } from '../channel/channel.js';
import { permits, strongerEffect } from '../channel/effects.js';
import { readingsOf } from '../channel/instances.js';
import type { CallOptions, PreparedCall } from '../channel/types.js';
import { AuxctlError } from '../errors/base.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput, FieldInputValue } from '../layout/types.js';
import { fieldsWithin } from '../layout/walk.js';
import type { Plugin } from '../plugin/types.js';
import type { LayoutStore } from '../store/store.js';
import { failureOf } from './failure.js';

/** What a dump is to hold. */
export interface DumpSelection extends CallOptions {
  /** Takes what has a name for which this holds; all when left out. */
  readonly only?: (name: string) => boolean;
  /** Values of index fields: a register that has such a field is read with this value only. */
  readonly index?: FieldInput;
  /** Also reads what changes by being read, as far as `allow` goes. Default false. */
  readonly withEffects?: boolean;
}

/** One entry in the making: what is sent for it, or why nothing is. */
export type Reading = ReadingTarget & ({ readonly call: PreparedCall } | { readonly failure: DumpFailure });

interface ReadingTarget extends Pick<DumpEntry, 'subject' | 'structure'> {
  /** What decodes it. */
  readonly document: LayoutDocument;
}

/** What a plan is made from. */
export interface DumpPlanner {
  readonly channel: DeviceChannel;
  readonly layouts: LayoutStore;
  readonly plugin: Plugin;
}

/** Everything that a dump of this device reads, in the order of its entries. Nothing is sent. */
export async function planDump(planner: DumpPlanner, selection: DumpSelection): Promise<Reading[]> {
  const { layouts, plugin } = planner;
  const { only = () => true } = selection;
  const readings: Reading[] = [];
  for (const name of plugin.capabilities === undefined ? [] : layouts.names('capability').filter(only)) {
    for (const mode of ['current', 'maximum'] as const) readings.push(await capabilityReading(planner, { kind: 'capability', name, mode }, selection));
  }
  for (const name of plugin.registers === undefined ? [] : layouts.names('register').filter(only)) readings.push(...(await registerReadings(planner, name, selection)));
  for (const document of await layouts.all('command')) {
    if (document.object !== undefined && only(document.object.name)) readings.push(...(await objectReadings(planner, document, document.object.name, selection)));
  }
  return readings;
}

async function capabilityReading({ channel, layouts }: DumpPlanner, subject: Extract<DumpSubject, { kind: 'capability' }>, selection: DumpSelection): Promise<Reading> {
  const document = await layouts.document('capability', subject.name);
  return prepared({ subject, document }, async () => channel.prepareCapability(subject.name, subject.mode, selection));
}

async function registerReadings({ channel, layouts }: DumpPlanner, name: string, selection: DumpSelection): Promise<Reading[]> {
  const document = await layouts.document('register', name);
  if (document.effects.read === undefined) return [];
  const codec = await layouts.codec('register', name);
  const effect = readEffect(document.effects.read, codec);
  const isWanted = effect === 'inspect' || (selection.withEffects === true && permits(selection.allow ?? 'inspect', effect));
  if (!isWanted) return [{ subject: { kind: 'register', name }, document, failure: { code: 'ERR_NOT_ALLOWED', message: `${name} was not read: reading it changes the device` } }];
  const readings = narrowed(readingsOf(document, codec), codec, selection.index ?? {});
  return Promise.all(readings.map(async (index) => {
    const subject: DumpSubject = { kind: 'register', name, ...keyOf(index, codec) };
    return prepared({ subject, document }, async () => channel.registers.prepareRead(name, index, selection));
  }));
}

/** An object without a key is one of its kind; those that need a key are too many to guess. */
async function objectReadings({ channel, layouts }: DumpPlanner, document: LayoutDocumentOf<'command'>, name: string, selection: DumpSelection): Promise<Reading[]> {
  const codec = await layouts.codec('command', document.name, document.request);
  if (indexFields(codec).some((field) => field.default === undefined)) return [];
  const target = { subject: { kind: 'object', name }, document, structure: document.reply } as const;
  return [await prepared(target, async () => channel.prepare(document.name, completeSelectors(codec, {}), selection))];
}

/** A field that does something when it is read makes reading its register more than inspecting. */
function readEffect(effect: Effect, { structure, scope }: Codec): Effect {
  return fieldsWithin(structure, scope).some(({ onRead }) => onRead !== undefined) ? strongerEffect(effect, 'configure') : effect;
}

/** The readings with the values that were asked for; one that lacks a value is left for the encoder to explain. */
function narrowed(readings: readonly FieldInput[], codec: Codec, wanted: FieldInput): FieldInput[] {
  const own = Object.fromEntries(indexFields(codec).flatMap(({ name }) => (Object.hasOwn(wanted, name) ? [[name, wanted[name]] as [string, FieldInputValue]] : [])));
  const all = (readings.length === 0 ? [{}] : readings).map((reading) => ({ ...reading, ...own }));
  return [...new Map(all.map((reading) => [JSON.stringify(keyOf(reading, codec)), reading])).values()];
}

/** The index fields that a reading gives, as integers. */
function keyOf(index: FieldInput, codec: Codec): { key?: Record<string, IntegerLiteral> } {
  const names = Object.keys(index);
  if (names.length === 0) return {};
  const fields = codec.decode(codec.encode(index));
  return { key: Object.fromEntries(names.map((name) => [name, literal(fields[name])])) };
}

function literal(value: unknown): IntegerLiteral {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : 0;
}

/** What cannot even be sent is an entry too: it says why. */
async function prepared(target: ReadingTarget, prepare: () => Promise<PreparedCall>): Promise<Reading> {
  try {
    return { ...target, call: await prepare() };
  } catch (error) {
    if (!(error instanceof AuxctlError) || (error.layer !== 'usage' && error.layer !== 'policy')) throw error;
    return { ...target, failure: failureOf(error) };
  }
}
