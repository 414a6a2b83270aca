import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyedDigest, readJournalKey, type Digest } from '@auxctl/core';
import type { Report } from '@auxctl/schemas';
import type { Context } from '../command.js';
import { stateDirectory } from '../journal/place.js';

/** What stands in place of what tells devices apart. */
export interface Redaction {
  readonly digest: Digest;
  /** Tells keys apart, and not what they are. */
  readonly id: string;
}

const KEY_BYTES = 32;
const KEY_FILE = 'redact.key';
const ONLY_OWNER = 0o600;
const DIGITS = 16;
/** What identifies machines and disks in a kernel's command line: UUIDs, and addresses of six bytes. */
const IDENTIFIERS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/gi;

/** The key in a file, else this machine's, which is made when it is first needed. Without a place to keep one it lasts for one report. Throws as `readJournalKey` does. */
export function redactionFor(file: string | undefined, context: Pick<Context, 'options' | 'environment' | 'notes'>): Redaction {
  const digest = keyedDigest(file === undefined ? ownKey(context) : readJournalKey(file));
  return { digest, id: hex(digest('key', new Uint8Array())) };
}

/** The machine around the devices, without its name and what stands for it. */
export function redactedHost(host: Report['host'], { digest }: Redaction): Report['host'] {
  const hidden = (text: string): string => `redacted:${hex(digest('host', Buffer.from(text)))}`;
  const { name, bootId, commandLine } = host;
  return {
    ...host, name: hidden(name), ...(bootId === undefined ? {} : { bootId: hidden(bootId) }),
    ...(commandLine === undefined ? {} : { commandLine: commandLine.replaceAll(IDENTIFIERS, hidden) }),
  };
}

function ownKey(context: Pick<Context, 'options' | 'environment' | 'notes'>): Uint8Array {
  const folder = stateDirectory(context);
  const path = join(folder, KEY_FILE);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, randomBytes(KEY_BYTES), { flag: 'wx', mode: ONLY_OWNER });
  } catch {
    // It is there already, or cannot be made: reading it tells.
  }
  try {
    const key = readFileSync(path);
    if (key.length >= KEY_BYTES) return key;
  } catch {
    // As where it is too short: a key for this report alone.
  }
  context.notes.note(`no key could be kept in ${folder}: this report can be compared with no other; --redact-key names a key`);
  return randomBytes(KEY_BYTES);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').slice(0, DIGITS);
}
