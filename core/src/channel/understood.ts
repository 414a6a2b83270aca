import { idValue } from '@auxctl/schemas/model';
import type { Codec } from '../layout/codec.js';
import type { ChannelParts } from './channel.js';
import { planFor } from './effects.js';
import type { PermittedRequest, RegisterImage } from './permitted.js';

/** What a request holds, as far as the plugin's layouts reach. */
export type UnderstoodRequest =
  /** An access to a register that the layouts describe. */
  | { readonly type: 'register'; readonly image: RegisterImage }
  /** One to a register that they do not describe, by its number in hexadecimal. */
  | { readonly type: 'unknown-register'; readonly register: string }
  /** A command whose request they describe. */
  | { readonly type: 'command'; readonly codec: Codec }
  /** Bytes. `isKnown`: the plugin's table knows the command. */
  | { readonly type: 'bytes'; readonly isKnown: boolean };

/** Finds out what a request holds, and by which names its command goes. */
export async function understand({ framing, layouts, plugin }: ChannelParts, { plan, request, known: { image } }: PermittedRequest): Promise<{ readonly commands: readonly string[]; readonly holds: UnderstoodRequest }> {
  const { opcode, modifier } = framing.identify(request);
  const row = planFor(await layouts.opcodes(), opcode, modifier);
  const commands = [...new Set([plan.command, row.command])];
  if (image !== undefined) return { commands, holds: { type: 'register', image } };
  const name = layouts.names('command').find((each) => commands.includes(each));
  if (name === undefined) return { commands, holds: { type: 'bytes', isKnown: row.leastScope !== undefined } };
  const document = await layouts.document('command', name);
  const codec = await layouts.codec('command', document.name, document.request);
  if (request.length < codec.sizeBytes) return { commands, holds: { type: 'bytes', isKnown: false } };
  const target = plugin.registers?.target(document.name, codec.decode(request));
  if (target === undefined) return { commands, holds: { type: 'command', codec } };
  const entry = (await layouts.entries('register')).find(({ id }) => idValue(id) === target.id);
  if (entry === undefined) return { commands, holds: { type: 'unknown-register', register: `0x${target.id.toString(16)}` } };
  return { commands, holds: { type: 'register', image: { register: entry.name, codec: await layouts.codec('register', entry.name), image: target.image } } };
}
