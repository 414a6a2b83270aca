import {
  bytesField, DeviceError, forDevice, integerField, namedBits, ReplyError, strongerEffect, SystemCallError, TransportError, UsageError,
  type CommandPlan, type FieldInput, type Fields, type FieldValue, type PlanQueries,
} from '@auxctl/core';
import type { Effect, LayoutDocumentOf } from '@auxctl/schemas';
import { idValue } from '@auxctl/schemas/model';

/** The commands that the driver passes, by the names of their layouts. */
export const COMMAND = { list: 'GET_SUPPORTED_FEATURES', get: 'GET_FEATURE', set: 'SET_FEATURE' } as const;

/** What the driver wants scope debug-write-full for, and what debug-write (`cxlctl_validate_set_features`), by the layout's names. */
const IMMEDIATE = ['CONFIG_CHANGE_IMMEDIATE', 'DATA_CHANGE_IMMEDIATE', 'POLICY_CHANGE_IMMEDIATE', 'LOG_CHANGE_IMMEDIATE'];
const AT_RESET = ['CONFIG_CHANGE_COLD_RESET', 'CONFIG_CHANGE_CONVENTIONAL_RESET', 'CONFIG_CHANGE_CXL_RESET'];
/** What may leave a supported state: data in memory change, or who may do what. */
const INVASIVE = ['DATA_CHANGE_IMMEDIATE', 'SECURITY_STATE_CHANGE'];
const RESERVED = 'RESERVED_';
const MOST_FEATURES = 65_536;

/** A feature as the device lists it. */
export interface Feature {
  readonly uuid: string;
  readonly getBytes: number;
  readonly setBytes: number;
  readonly setVersion: number;
  readonly isChangeable: boolean;
  /** Can what is saved for the next reset be read? */
  readonly hasSaved: boolean;
  /** What setting it does, by the layout's names. */
  readonly effects: readonly string[];
  readonly isImmediate: boolean;
}

/** The feature of this UUID in the device's list, which is asked for once; undefined when it is not there. */
export async function listedFeature(uuid: Uint8Array, queries: PlanQueries): Promise<Feature | undefined> {
  const features = await queries.remember('features', async () => readFeatures(queries));
  return features.get(hex(uuid));
}

/**
 * Fills in what a request leaves out: of GET_FEATURE how much there is to read, of SET_FEATURE the version and the size. Throws
 * `ERR_FIELD_VALUE` for data that are longer than the feature.
 */
export async function completeRequest(command: string, fields: FieldInput, queries: PlanQueries | undefined): Promise<FieldInput> {
  if (queries === undefined || (command !== COMMAND.get && command !== COMMAND.set)) return fields;
  const document = await queries.layouts.document('command', command);
  const codec = await queries.layouts.codec('command', command, document.request);
  const request = codec.encode(fields);
  const given = codec.decode(request);
  const feature = await listedFeature(bytesField(given, 'uuid'), queries);
  const offset = Number(integerField(given, 'offset'));
  if (command === COMMAND.get) return { count: Math.max(1, (feature?.getBytes ?? 0) - offset), ...fields };
  const lengthBytes = bytesField(given, 'data').length;
  const isTooLong = feature?.isChangeable === true && offset + lengthBytes > feature.setBytes;
  if (isTooLong) throw new UsageError('ERR_FIELD_VALUE', `data: ${feature.uuid} takes ${feature.setBytes} bytes, not ${offset + lengthBytes}`);
  const header = await queries.layouts.codec('structures', 'framing', 'request_header');
  return { version: feature?.setVersion ?? 0, op_size: request.length - header.sizeBytes, ...fields };
}

/**
 * What setting a feature does and the least scope for it, by the effects that the device lists. Throws `ERR_UNSUPPORTED` for a feature that
 * cannot be set and `ERR_OUT_OF_REACH` for one that the driver does not set: a refused request would taint the kernel as well.
 */
export async function refinePlan(plan: CommandPlan, request: Uint8Array, queries: PlanQueries): Promise<CommandPlan> {
  const document = await queries.layouts.document('command', COMMAND.set);
  const codec = await queries.layouts.codec('command', document.name, document.request);
  if (request.length < codec.sizeBytes) return plan;
  const fields = codec.decode(request);
  if (integerField(fields, 'opcode') !== idValue(document.opcode)) return plan;
  const feature = await requireSettable(bytesField(fields, 'uuid'), queries);
  const effect: Effect = feature.effects.some((name) => INVASIVE.includes(name)) ? 'invasive' : 'configure';
  return { ...plan, effect: strongerEffect(plan.effect, effect), leastScope: feature.isImmediate ? 'debug-write-full' : 'debug-write' };
}

/** A reply without data and without a code says that the command did not reach the device: throws `ERR_DELIVERY`. */
export function checkReply(command: string, _request: Uint8Array, reply: Fields): void {
  if (command !== COMMAND.get || integerField(reply, 'size') > 0) return;
  throw new SystemCallError('ERR_DELIVERY', `${command} did not reach the device: its mailbox was busy, did not answer in 2 seconds, or gave less than was asked for`, 'EIO', {
    command, hint: 'The driver does not say which; the kernel log may.',
  });
}

async function requireSettable(id: Uint8Array, queries: PlanQueries): Promise<Feature> {
  const { address: device } = queries.device;
  const feature = await listedFeature(id, queries);
  const register = await registerOf(id, queries);
  const name = register?.name ?? uuidText(id);
  const context = { device, command: COMMAND.set };
  if (feature === undefined) throw new DeviceError('ERR_UNSUPPORTED', `the device lists no feature ${name}, and the driver passes no other; nothing was sent`, context);
  const [kernelInterface] = register?.kernelInterfaces ?? [];
  if (!feature.isChangeable && kernelInterface !== undefined) {
    throw new TransportError('ERR_OUT_OF_REACH', `the kernel keeps ${name} for itself: fwctl only reads it; nothing was sent`, { ...context, hint: `The kernel sets it: ${forDevice(kernelInterface.command, queries.device)} (${kernelInterface.what}).` });
  }
  if (!feature.isChangeable) throw new DeviceError('ERR_UNSUPPORTED', `${name} is not changeable, says the device; nothing was sent`, context);
  const reason = unpassed(feature);
  if (reason !== undefined) throw new TransportError('ERR_OUT_OF_REACH', `the driver does not pass a change of ${name}: ${reason}; nothing was sent`, context);
  return feature;
}

/** The driver's rule that stands against setting a feature, whatever the scope. */
function unpassed({ effects, isImmediate }: Feature): string | undefined {
  const reserved = effects.filter((name) => name.startsWith(RESERVED));
  if (reserved.length > 0) return `it has effects that no specification names (${reserved.join(', ')})`;
  if (effects.includes('BACKGROUND')) return 'it would go on in the background';
  return isImmediate || effects.some((name) => AT_RESET.includes(name)) ? undefined : 'the device says of it neither an immediate effect nor one at a reset';
}

async function registerOf(id: Uint8Array, { layouts }: PlanQueries): Promise<LayoutDocumentOf<'register'> | undefined> {
  const entry = (await layouts.entries('register')).find((candidate) => idValue(candidate.id) === idValue(uuidText(id)));
  return entry === undefined ? undefined : layouts.document('register', entry.name);
}

async function readFeatures({ call, layouts }: PlanQueries): Promise<ReadonlyMap<string, Feature>> {
  const codec = await layouts.codec('structures', 'features', 'feature_entry');
  const features = new Map<string, Feature>();
  for (let start = 0, total = 1; start < total && start < MOST_FEATURES;) {
    const reply = await call(COMMAND.list, { start_index: start });
    const entries = structures(reply['features']);
    for (const fields of entries) features.set(hex(bytesField(fields, 'uuid')), featureOf(fields, (name) => namedBits({ codec, fields }, name)));
    total = entries.length === 0 ? 0 : Number(integerField(reply, 'supported_features'));
    start += entries.length;
  }
  return features;
}

function featureOf(fields: Fields, bitsOf: (field: string) => ReturnType<typeof namedBits>): Feature {
  const set = (field: string): string[] => bitsOf(field).filter(({ isSet }) => isSet).map(({ name }) => name);
  const [flags, effects] = [set('flags'), set('effects')];
  return {
    uuid: uuidText(bytesField(fields, 'uuid')),
    getBytes: Number(integerField(fields, 'get_size')), setBytes: Number(integerField(fields, 'set_size')), setVersion: Number(integerField(fields, 'set_version')),
    isChangeable: flags.includes('CHANGEABLE'), hasSaved: flags.includes('SAVED_SELECTION'),
    effects, isImmediate: effects.some((name) => IMMEDIATE.includes(name)),
  };
}

function structures(value: FieldValue | undefined): readonly Fields[] {
  if (Array.isArray(value)) return value as readonly Fields[];
  throw new ReplyError('ERR_REPLY', 'the list of features is none');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A UUID as RFC 9562 writes it. */
function uuidText(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
