import type { Question, Step } from './question.js';

/** A part of a device's firmware that can be updated by itself. */
export interface ComponentStatus {
  /** From 0. */
  readonly index: number;
  /** What it is, by the device's name for it. */
  readonly name: string;
  /** Is it there, is it in use? In the device's words. */
  readonly status: string;
  /** How far an update of it has come, in the device's words. */
  readonly updateState: string;
  readonly progressPercent: number;
  /** The device counts it and does not have it. */
  readonly isSupported: boolean;
  /** No component comes after this one. */
  readonly isLast: boolean;
}

/** What there may be to know about a component. */
export interface ComponentDetails {
  readonly version?: string;
  /** When it was built: `2026-03-20 18:30:00`, in whatever time the builder had. */
  readonly built?: string;
  readonly sizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** The most that one transfer carries. */
  readonly maxWriteBytes?: number;
  /** What the device demands of a new one, and whether it can be read back. */
  readonly rules?: readonly string[];
  /** What makes an updated one active. */
  readonly activation?: readonly string[];
}

/** A way to reset, or a part that a reset reaches, and what that means for whoever uses the device. */
export interface ResetChoice {
  readonly name: string;
  /** What it does and what it costs. */
  readonly description: string;
  readonly isSupported: boolean;
}

/** How a device's firmware can be reset now. */
export interface ResetState {
  /** In the device's words. */
  readonly state: string;
  /** From cheap to dear. */
  readonly levels: readonly ResetChoice[];
  readonly types: readonly ResetChoice[];
}

/** By which levels one type of reset can be done. */
export interface ResetOption {
  readonly type: string;
  readonly levels: readonly string[];
}

/** How a plugin reaches a device's firmware as a whole. */
export interface FirmwareAccess {
  component(index: number): Question<ComponentStatus>;
  /** Each may be refused by a component that does not have it. */
  details(index: number): readonly Question<ComponentDetails>[];
  readonly resets: Question<ResetState>;
  /** One for each type of reset; each may be refused, and a type that is not there has no levels. */
  readonly resetOptions: readonly Question<ResetOption>[];
  /** Resets by a level and of a type that {@link resets} names; of the first type when none is given. */
  reset(level: string, type: string | undefined): Step;
}
