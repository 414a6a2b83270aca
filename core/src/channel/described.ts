import { idValue } from '@auxctl/schemas/model';
import { leavesOf } from '../dump/leaves.js';
import { withoutSecrets } from '../dump/secrets.js';
import type { Codec } from '../layout/codec.js';
import { fieldsWithin, walk } from '../layout/walk.js';
import type { ChannelParts } from './channel.js';
import type { PermittedRequest, RegisterImage } from './permitted.js';
import type { CommandIntent, FieldChange } from './recorder.js';

type Described = Pick<CommandIntent, 'register' | 'item' | 'fields' | 'changes' | 'secrets'>;

/**
 * What a request says, by name, as far as the plugin's layouts reach; a register access shows the register and not the command around it, and what a
 * caller knows to be about something inside the register shows what becomes of that.
 */
export async function describeRequest(parts: ChannelParts, checked: PermittedRequest): Promise<Described> {
  const described = await describeBytes(parts, checked);
  const { about } = checked.known;
  return about === undefined ? described : { ...described, item: about.item, changes: about.changes };
}

async function describeBytes(parts: ChannelParts, checked: PermittedRequest): Promise<Described> {
  if (checked.known.image !== undefined) return describeImage(checked.known.image);
  const { framing, layouts, plugin } = parts;
  const { opcode } = framing.identify(checked.request);
  const row = (await layouts.opcodes()).opcodes.find((each) => idValue(each.opcode) === opcode);
  const name = layouts.names('command').find((each) => each === checked.plan.command || each === row?.name);
  if (name === undefined) return { secrets: [] };
  const document = await layouts.document('command', name);
  const codec = await layouts.codec('command', document.name, document.request);
  if (checked.request.length < codec.sizeBytes) return { secrets: [] };
  const target = plugin.registers?.target(document.name, codec.decode(checked.request));
  if (target === undefined) return { fields: textsOf(codec, checked.request), secrets: secretsOf(codec) };
  const entry = (await layouts.entries('register')).find(({ id }) => idValue(id) === target.id);
  if (entry === undefined) return { register: `0x${target.id.toString(16)}`, secrets: [] };
  return describeImage({ register: entry.name, codec: await layouts.codec('register', entry.name), image: target.image });
}

function describeImage({ register, codec, image, before }: RegisterImage): Described {
  const whole = new Uint8Array(Math.max(codec.sizeBytes, image.length));
  whole.set(image);
  const described: Described = { register, fields: textsOf(codec, whole), secrets: secretsOf(codec) };
  return before === undefined ? described : { ...described, changes: changesOf(codec, before, whole) };
}

/** The fields that two images of one structure have not in common, without secret ones. */
export function changesOf(codec: Codec, before: Uint8Array, after: Uint8Array): FieldChange[] {
  const secret = secretPaths(codec, after);
  const was = leavesOf(codec, before);
  return [...leavesOf(codec, after).values()]
    .filter(({ path, value }) => was.get(path)?.value !== value && !secret.has(path))
    .map(({ path, text }) => ({ field: path, before: was.get(path)?.text ?? '', after: text }));
}

/** Every value that is neither zero nor secret. */
function textsOf(codec: Codec, raw: Uint8Array): Record<string, string> {
  const secret = secretPaths(codec, raw);
  const leaves = [...leavesOf(codec, withoutSecrets({ codec, raw })).values()];
  return Object.fromEntries(leaves.filter(({ path, value }) => !/^0*$/.test(value) && !secret.has(path)).map(({ path, text }) => [path, text]));
}

function secretPaths(codec: Codec, raw: Uint8Array): ReadonlySet<string> {
  const paths = new Set<string>();
  walk(raw, codec.structure, codec.scope, codec.document.byteOrder, ({ path, within }) => {
    if (within.some(({ secret }) => secret === true)) paths.add(path);
  });
  return paths;
}

/** The names of all fields that are secret, and of what is inside them. */
export function secretsOf(codec: Codec): string[] {
  return fieldsWithin(codec.structure, codec.scope).filter(({ secret }) => secret === true).map(({ name }) => name);
}
