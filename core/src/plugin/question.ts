import type { Decoded } from '../channel/types.js';
import type { FieldInput } from '../layout/types.js';
import type { CommandCall } from './types.js';

/** An access to a register by name: of a read the index fields, of a write all that it sets. */
export interface RegisterStep {
  readonly register: string;
  readonly fields: FieldInput;
}

/** One thing to do with a device. */
export type Step = RegisterStep | CommandCall;

/** One thing to ask a device, which changes nothing, and what the reply means. */
export interface Question<T> {
  readonly ask: Step;
  /** May throw `ERR_REPLY` for a reply that makes no sense. */
  answer(reply: Decoded): T;
}
