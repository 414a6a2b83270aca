import type { Question, Step } from './question.js';

/** The three sets of values of non-volatile configuration: the factory's, those in force, those of the next boot. */
export const NV_SETS = ['default', 'current', 'next'] as const;
/** One of {@link NV_SETS}. */
export type NvSet = (typeof NV_SETS)[number];

/** One item as a device gives it. */
export interface NvRecord {
  /** What the device calls the item. */
  readonly type: bigint;
  /** As long as the device says that the item is; fresh memory. */
  readonly data: Uint8Array;
  /** The longest data that the device could carry in this way. */
  readonly roomBytes: number;
  /** Who wrote it last, where the device tells. */
  readonly writer?: string;
}

/** What a device lets one do with an item. */
export interface NvSupport {
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** One step of a walk through all items. */
export interface NvWalkStep {
  readonly record: NvRecord;
  /** Where to go on; absent after the last item. */
  readonly next?: bigint;
}

/** How a plugin reaches non-volatile configuration. Items are named by the `type` of their documents. */
export interface NvconfigAccess {
  /** Which sets can be read besides `next`. */
  readonly sets: Question<readonly NvSet[]>;
  support(type: bigint): Question<NvSupport>;
  read(type: bigint, set: NvSet): Question<NvRecord>;
  /** Sets a whole item for the next boot. The writer is the plugin's own. */
  write(record: NvRecord): Step;
  /** Gives an item its default values from the next boot on. */
  reset(type: bigint): Step;
  /** The same for every item, known or not. */
  readonly resetAll: Step;
  /** One step of the walk; it begins at 0. */
  walk(at: bigint, set: NvSet): Question<NvWalkStep>;
}
