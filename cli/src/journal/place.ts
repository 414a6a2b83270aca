import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJournalKey } from '@auxctl/core';
import type { Context } from '../command.js';

const STATE = 'var/lib/auxctl';
const KEY = 'etc/auxctl/journal.key';

type Place = Pick<Context, 'options' | 'environment'>;

/** The directory of the tool's state: `--state`, the one that systemd gives a service, or `/var/lib/auxctl`. */
export function stateDirectory({ options: { state, root }, environment }: Place): string {
  const [given = ''] = (environment['STATE_DIRECTORY'] ?? '').split(':');
  return state ?? (given === '' ? join(root, STATE) : given);
}

/** The key that the journal is sealed with: of `--journal-key`, or where `--state` is not given of `/etc/auxctl/journal.key`, if there is one. Throws `ERR_JOURNAL`. */
export function journalKey({ options: { state, root, journalKey: path } }: Place): Uint8Array | undefined {
  if (path !== undefined) return readJournalKey(path);
  const usual = join(root, KEY);
  return state === undefined && existsSync(usual) ? readJournalKey(usual) : undefined;
}
