import { leavesOf } from '../dump/leaves.js';
import { withoutSecrets } from '../dump/secrets.js';
import type { Codec } from '../layout/codec.js';
import { padded } from '../layout/padded.js';
import { fieldsWithin, walk } from '../layout/walk.js';
import type { ChannelParts } from './channel.js';
import type { PermittedRequest, RegisterImage } from './permitted.js';
import type { CommandIntent, FieldChange } from './recorder.js';
import { understand } from './understood.js';

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
  const { holds } = await understand(parts, checked);
  switch (holds.type) {
    case 'register': return describeImage(holds.image);
    case 'unknown-register': return { register: holds.register, secrets: [] };
    case 'command': return { fields: textsOf(holds.codec, checked.request), secrets: secretsOf(holds.codec) };
    case 'bytes': return { secrets: [] };
  }
}

function describeImage({ register, codec, image, before }: RegisterImage): Described {
  const whole = padded(image, codec.sizeBytes);
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
