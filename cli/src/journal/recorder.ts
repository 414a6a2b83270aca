import { journalRecorder, type CommandRecorder } from '@auxctl/core';
import type { Context } from '../command.js';
import { journalKey, stateDirectory } from './place.js';

/** The recorder that a command line's options name. Throws `ERR_JOURNAL` for a key that cannot be read. */
export function openRecorder(context: Pick<Context, 'options' | 'environment' | 'notes'>): CommandRecorder {
  return journalRecorder({ state: stateDirectory(context), key: journalKey(context), reason: context.options.reason, warn: (text) => { context.notes.warn(text); } });
}
