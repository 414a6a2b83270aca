import type { Effect } from '@auxctl/schemas';

/** What a value is part of, in the order in which people ask: what outlives a restart first. */
export const DRIFT_GROUPS = ['identity', 'stored', 'driver', 'feature', 'register', 'object', 'capability', 'answer'] as const;
/** One of {@link DRIFT_GROUPS}. */
export type DriftGroup = (typeof DRIFT_GROUPS)[number];

/** A field of an item of stored configuration. */
export interface StoredPlace {
  readonly item: string;
  readonly path: string;
}

/** Where a value stands in the device, for those who look for what has changed it. */
export type DriftPlace =
  | { readonly type: 'register'; readonly register: string; readonly key: Readonly<Record<string, bigint>>; readonly path: string; readonly isReadOnly: boolean }
  | { readonly type: 'item' } & StoredPlace
  /** `shows`: the stored values that it may show. */
  | { readonly type: 'kernel'; readonly parameter: string; readonly mode: string; readonly shows: readonly StoredPlace[] }
  | { readonly type: 'other' };

/** Something that could have made a difference. */
export interface DriftCause {
  /** A command line or, of the device's own, a command's name. */
  readonly command: string;
  /** Whose it is. */
  readonly by: 'auxctl' | 'kernel' | 'firmware';
  readonly effect?: Effect;
}

/** One value that is not the same on both sides; a side that does not have it has none. */
export interface DriftDifference {
  readonly group: DriftGroup;
  /** What it is about, such as `PAOS local_port=1`; the same for all values of one subject. */
  readonly subject: string;
  /** What that is, in the layout's words. */
  readonly title?: string;
  /** The value's name in it. */
  readonly name: string;
  /** What the value means. */
  readonly description?: string;
  /** Of stored configuration: which set of values. */
  readonly set?: string;
  readonly before?: string;
  readonly after?: string;
  /** Of stored configuration: what is in force now had been stored for the next reset before. */
  readonly isActivation?: true;
  readonly place: DriftPlace;
  readonly causes: readonly DriftCause[];
}

/** What two states have that is not the same. */
export interface StateComparison {
  /** By group, then in the order of the dump. */
  readonly differences: readonly DriftDifference[];
  /** How many subjects were compared. */
  readonly compared: number;
  /** Subjects that only one side has read, by name. */
  readonly notCompared: readonly string[];
  /** How many values differ and were left out since they change by themselves, or tell devices apart. */
  readonly leftOut: number;
}
