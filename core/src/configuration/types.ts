import type { Activation, Effect, Scope } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { ParamMode } from '../devlink/types.js';
import type { FieldInput } from '../layout/types.js';
import type { RegisterPlace } from './registers.js';

/** The path of a value in a file. */
export type ValuePath = readonly PropertyKey[];

/** One step of a transaction: a change that has been checked, and not been made. */
export interface TransactionStep {
  /** Makes the change and reads it back. Rejects when it was not made, or not as asked. */
  apply(): Promise<void>;
  /**
   * Puts back what was there before, whether {@link apply} made its change, made a part of it, or nothing; reads that back too. Resolves with false where
   * everything is as before already and nothing was sent. Rejects when it could not find out or put it back.
   */
  undo(): Promise<boolean>;
}

/** What became of a step, and how it was rolled back: `none` where that was not tried, `needless` where nothing of it was left. */
export interface StepOutcome<S extends TransactionStep = TransactionStep> {
  readonly step: S;
  readonly state: 'applied' | 'failed' | 'not-tried';
  readonly rollback: 'none' | 'needless' | 'done' | 'failed';
  /** Why the rollback failed. */
  readonly rollbackError?: AuxctlError;
}

/** How a transaction ended: well where there is no failure. */
export interface TransactionOutcome<S extends TransactionStep = TransactionStep> {
  /** In the order in which they were to be applied. */
  readonly steps: readonly StepOutcome<S>[];
  /** The step's own error, or `ERR_ABORTED` where the caller gave up between two steps. */
  readonly failure?: AuxctlError;
}

/** What is about to happen. */
export type TransactionEvent<S extends TransactionStep = TransactionStep> =
  | { readonly type: 'apply'; readonly step: S }
  /** What was done is about to be undone. */
  | { readonly type: 'rollback'; readonly failure: AuxctlError }
  | { readonly type: 'undo'; readonly step: S };

/** How a transaction runs. */
export interface TransactionOptions<S extends TransactionStep = TransactionStep> {
  /** Looked at before each step: a step that has begun goes to its end, and a rollback too. */
  readonly signal?: AbortSignal;
  /** What was done before a failure stays. Default false. */
  readonly keep?: boolean;
  readonly onEvent?: (event: TransactionEvent<S>) => void;
}

/** What makes a step's values current. */
export type StepActivation = Activation | 'driver-reload' | 'device-reset';

/** One value before and after, each as one line of text. */
export interface StepChange {
  readonly name: string;
  /** Absent where nobody can tell. */
  readonly before?: string;
  readonly after: string;
  /** False for one that changes because what it is part of does. */
  readonly isAsked: boolean;
}

/** A step towards a wanted configuration. */
export interface ConfigurationStep extends TransactionStep {
  readonly kind: 'stored' | 'driver' | 'register';
  /** The device's address. */
  readonly device: string;
  /** What is changed as one: an item of stored configuration, a parameter of the kernel's, a register with its index fields. */
  readonly subject: string;
  readonly effect: Effect;
  /** Absent for what the kernel changes by itself. */
  readonly scope?: Scope;
  readonly activation: StepActivation;
  readonly changes: readonly StepChange[];
}

/** The steps that a device needs. */
export interface DeviceSteps {
  readonly steps: readonly ConfigurationStep[];
  /** So many values are as wanted already. */
  readonly unchanged: number;
}

/** A value of the kernel's that a device is to have. */
export interface DriverWish {
  readonly name: string;
  readonly value: string;
  readonly mode?: ParamMode;
  readonly path: ValuePath;
}

/** Fields of one register that a device is to have; of all places that name it. */
export interface RegisterWish extends RegisterPlace {
  readonly fields: FieldInput;
  /** Where each of them stands. */
  readonly paths: ReadonlyMap<string, ValuePath>;
}

/** All that one device is to be. */
export interface DeviceWishes {
  /** By the parameters' own names. */
  readonly stored: ReadonlyMap<string, { readonly text: string; readonly path: ValuePath }>;
  readonly driver: readonly DriverWish[];
  readonly registers: readonly RegisterWish[];
}

/** Something in a file that cannot be had. */
export interface ConfigurationFault {
  readonly code: ErrorCode;
  readonly path: ValuePath;
  readonly message: string;
  /** Where the same value is set already. */
  readonly earlier?: ValuePath;
}
