import type { Activation, LayoutDocumentOf, NvParameter } from '@auxctl/schemas';
import type { CallOptions, CommandPlan } from '../channel/types.js';
import type { NvRecord, NvSet } from '../plugin/nvconfig.js';
import type { PresentedScalar } from '../present/present.js';

/** A document that describes one item of non-volatile configuration. */
export type NvItemDocument = LayoutDocumentOf<'nvconfig'>;

/** A parameter and the item that holds it: all that is known without a device. */
export interface NvParameterEntry {
  readonly parameter: NvParameter;
  readonly document: NvItemDocument;
}

/** A parameter's value in one set. */
export interface NvValue extends PresentedScalar {
  /** False where the item says that nobody has set the parameter: the device then does as it likes. */
  readonly isSet: boolean;
}

/** One parameter as a device has it. */
export interface NvReading {
  readonly name: string;
  readonly title: string;
  /** The document of its item. */
  readonly item: string;
  /** Does the device have it, and can it be read? */
  readonly isSupported: boolean;
  readonly canWrite: boolean;
  /** Why there is no value where there is none. */
  readonly problem?: string;
  /** A set that the device does not show is left out. */
  readonly values: Readonly<Partial<Record<NvSet, NvValue>>>;
  /** Who wrote the item for the next boot, where the device tells. */
  readonly writer?: string;
  /** The largest value, where the device tells. */
  readonly limit?: bigint;
  /** The value of the next boot is neither the current nor the default one, or these two differ. */
  readonly isChanged: boolean;
}

/** What a query found. */
export interface NvReport {
  /** The sets that the device shows. */
  readonly sets: readonly NvSet[];
  readonly readings: readonly NvReading[];
}

/** One parameter before and after a change, each as one line of text. */
export interface NvChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** False for one that changes because its item does. */
  readonly isAsked: boolean;
  /** What makes it current. */
  readonly activation: Activation;
}

/** One item of a prepared change: what it is for the next boot, and what it is to be. */
export interface PreparedNvItem {
  readonly document: NvItemDocument;
  readonly before: NvRecord;
  /** The item as it is to be; absent when it is to have its default values. */
  readonly after?: NvRecord;
  /** These, where the device shows them. */
  readonly defaults?: NvRecord;
}

/** A change that has been checked against the device, and not been made. */
export interface PreparedNvChange {
  readonly items: readonly PreparedNvItem[];
  /** Everything goes back to its default, what no document describes as well. */
  readonly isEverything: boolean;
  readonly changes: readonly NvChange[];
}

/** What is to be changed. */
export type NvRequest =
  | { readonly type: 'set'; readonly values: Readonly<Record<string, string>> }
  /** All items when there are no names. */
  | { readonly type: 'reset'; readonly names: readonly string[] };

/** The non-volatile configuration of an open device. */
export interface Nvconfig {
  /** Reads parameters in all sets that the device shows; all that are known when no names are given. Rejects with `ERR_UNKNOWN_NAME`. */
  query(names?: readonly string[], options?: CallOptions): Promise<NvReport>;
  /** Every item that the device stores, known or not. Rejects with `ERR_REPLY` for a walk that does not end. */
  items(set: NvSet, options?: CallOptions): Promise<NvRecord[]>;
  /** What a change would do, by names and values alone; sends nothing. Rejects with `ERR_UNKNOWN_NAME`, `ERR_FIELD_VALUE` or `ERR_FIELD_ACCESS`. */
  plan(request: NvRequest): Promise<CommandPlan>;
  /** Reads what a change concerns and prepares it. Rejects with `ERR_NOT_ALLOWED` before anything is sent, with `ERR_UNSUPPORTED` for what the device has not. */
  prepare(request: NvRequest, options: CallOptions): Promise<PreparedNvChange>;
  /** Makes a change, then reads it back. Rejects with `ERR_VERIFY` when the device did not take it. */
  commit(prepared: PreparedNvChange, options: CallOptions): Promise<void>;
  /**
   * Puts the items of a change back as they were for the next boot before it, the last first, and reads them back. Resolves with false where all are so
   * already and nothing was sent. Rejects as {@link commit} does.
   */
  restore(prepared: PreparedNvChange, options: CallOptions): Promise<boolean>;
}
