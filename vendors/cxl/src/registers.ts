import { bytesField, integerField, UsageError, type FieldInput, type PlanQueries, type RegisterAccess, type RegisterTarget, type WritePlace } from '@auxctl/core';
import { idValue } from '@auxctl/schemas/model';
import { COMMAND, listedFeature } from './commands.js';

/** In a register's image the feature's bytes stand behind the selection of one of its values. */
const SELECTION_BYTES = 1;

/** Features as registers: their ids are UUIDs, and the index field `selection` chooses among current, default and saved values. */
export const registers: RegisterAccess = {
  read: ({ id }, image) => ({ command: COMMAND.get, fields: { uuid: String(id), selection: image[0] ?? 0 } }),
  write: ({ id }, image) => ({ command: COMMAND.set, fields: { uuid: String(id), data: image.subarray(SELECTION_BYTES) } }),
  image: (reply, asked) => new Uint8Array(Buffer.concat([asked.subarray(0, SELECTION_BYTES), bytesField(reply, 'data')])),
  target(command, request): RegisterTarget | undefined {
    if (command !== COMMAND.get && command !== COMMAND.set) return undefined;
    const id = idValue(`0x${Buffer.from(bytesField(request, 'uuid')).toString('hex')}`);
    if (command === COMMAND.set) return { id, access: 'write', image: Buffer.concat([new Uint8Array(SELECTION_BYTES), bytesField(request, 'data')]) };
    return { id, access: 'read', image: Uint8Array.of(Number(integerField(request, 'selection'))) };
  },
  readBack: true,
  writePlace,
};

/** What takes effect at a reset shows as the saved value, if that can be read; everything else at once. */
async function writePlace({ id, name }: Parameters<RegisterAccess['read']>[0], fields: FieldInput, queries: PlanQueries): Promise<WritePlace> {
  const codec = await queries.layouts.codec('register', name);
  const index = (selection: string) => codec.encode({ selection })[0];
  const feature = await listedFeature(Buffer.from(String(id).replaceAll('-', ''), 'hex'), queries);
  const shows = feature?.isImmediate === false ? 'saved' : 'current';
  const isVisible = shows === 'current' || feature?.hasSaved === true;
  const asked = Object.hasOwn(fields, 'selection') ? codec.encode({ selection: fields['selection'] ?? 0 })[0] : undefined;
  const places = [index(shows), ...(feature?.hasSaved === true ? [index('saved')] : [])];
  if (asked !== undefined && !places.includes(asked)) throw new UsageError('ERR_FIELD_ACCESS', `what is written to ${name} shows as selection=${shows}`, { hint: 'Leave the selection out.' });
  return { index: isVisible ? { selection: shows } : {}, isVisible };
}
