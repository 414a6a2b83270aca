import { createHmac, timingSafeEqual } from 'node:crypto';
import { journalSealSchema, type JournalSeal } from '@auxctl/schemas';
import { fileFormatFault, JOURNAL_FORMAT, type JournalFormat } from '@auxctl/schemas/model';
import { PolicyError } from '../errors/classes.js';

/** What stands for the hash of the record before the first. */
export const NO_HASH = '0'.repeat(64);

/** So many bytes a key has at least. */
export const LEAST_KEY_BYTES = 16;

/** What a seal says, without its proof. */
export type SealedState = Omit<JournalSeal, 'format' | 'mac'>;

/** The seal of a journal that holds nothing yet. */
export const EMPTY_STATE: SealedState = { sequence: 0, hash: NO_HASH, file: 1, bytes: 0, oldest: { file: 1, sequence: 1 } };

/** A seal as the text of its file; with a proof when there is a key. */
export function sealText(state: SealedState, key: Uint8Array | undefined): string {
  const members = membersOf(state, JOURNAL_FORMAT);
  return `${JSON.stringify(key === undefined ? members : { ...members, mac: macOf(members, key) })}\n`;
}

/** Is a seal's proof the one that the key makes? */
export function isProven(seal: JournalSeal, key: Uint8Array): boolean {
  return seal.mac !== undefined && timingSafeEqual(Buffer.from(seal.mac, 'hex'), Buffer.from(macOf(membersOf(seal, seal.format), key), 'hex'));
}

/** Reads the text of a seal. Throws `ERR_JOURNAL` for one that is none, and for one of a newer format. */
export function parseSeal(text: string, path: string): JournalSeal {
  const fault = journalFormatFault(text);
  if (fault !== undefined) throw new PolicyError('ERR_JOURNAL', `${path}: ${fault}`, { hint: '--state DIR begins a journal elsewhere.' });
  try {
    return journalSealSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new PolicyError('ERR_JOURNAL', `${path} is no seal of a journal`, { cause });
  }
}

/** Why a seal or a record cannot be read, where it is of a version of the format that is not read; undefined for all else, be it sound or not. */
export function journalFormatFault(text: string): string | undefined {
  try {
    return fileFormatFault('journal', JSON.parse(text));
  } catch {
    return undefined;
  }
}

function membersOf({ sequence, hash, file, bytes, oldest }: SealedState, format: JournalFormat): JournalSeal {
  return { format, sequence, hash, file, bytes, oldest: { file: oldest.file, sequence: oldest.sequence } };
}

function macOf(members: JournalSeal, key: Uint8Array): string {
  return createHmac('sha256', key).update(JSON.stringify(members)).digest('hex');
}
