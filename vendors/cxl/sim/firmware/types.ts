import type { SimulatorFaults } from '@auxctl/core';

/** Return codes of the mailbox (CXL 3.2, section 8.2.9.4.5.1). */
export const CODE = {
  success: 0x0, invalidInput: 0x2, unsupported: 0x3, payloadLength: 0x16, log: 0x17,
  featureVersion: 0x19, featureSelection: 0x1a, transferInProgress: 0x1b, transferOutOfOrder: 0x1c,
} as const;
/** One of {@link CODE}. */
export type Code = (typeof CODE)[keyof typeof CODE];

/** Opcodes that the model knows. */
export const OPCODE = {
  setTimestamp: 0x0301, getSupportedLogs: 0x0400, getLog: 0x0401, getSupportedFeatures: 0x0500, getFeature: 0x0501, setFeature: 0x0502, identify: 0x4000,
} as const;

/** Flags of a feature. */
export const FLAG = { changeable: 0x01, persistsUpdate: 0x10, hasDefault: 0x20, hasSaved: 0x40 } as const;

/** Effects of setting a feature. */
export const EFFECT = {
  coldReset: 0x1, immediateConfig: 0x2, immediateData: 0x4, immediatePolicy: 0x8, immediateLog: 0x10, security: 0x20, background: 0x40, valid: 0x200,
  conventionalReset: 0x400, cxlReset: 0x800, reserved: 0xf000,
} as const;

/** A feature as a profile describes it. */
export interface FeatureProfile {
  readonly uuid: string;
  /** What it holds after power-on, and by default. */
  readonly value: Uint8Array;
  /** Bytes that Set Feature takes; 0 for what cannot be set. */
  readonly setBytes: number;
  readonly flags: number;
  readonly effects: number;
  readonly getVersion: number;
  readonly setVersion: number;
  /** Does a set value show at once, whatever the effects say? */
  readonly isAtOnce?: boolean;
  /** May the feature hold this? Anything, when absent. */
  readonly accepts?: (value: Uint8Array) => boolean;
}

/** A simulated device's parts. */
export interface Profile {
  readonly name: string;
  readonly firmware: string;
  /** Bytes that the mailbox takes at once, a power of two from 256 on. */
  readonly payloadBytes: number;
  /** The commands that the device lists. */
  readonly opcodes: readonly number[];
  readonly features: readonly FeatureProfile[];
  /** Set Feature succeeds, and nothing changes. */
  readonly dropsWrites?: boolean;
}

/** What can go wrong with a memory device. */
export interface Faults extends SimulatorFaults {
  /** Set Feature succeeds, and nothing changes. */
  dropWrites: boolean;
  /** Commands do not reach the firmware: what a driver sees when the mailbox is busy or times out. */
  isDeaf: boolean;
}

/** What the firmware says to a command. */
export interface Answer {
  readonly code: Code;
  readonly payload: Uint8Array;
}

/** Success with a payload. */
export function success(payload: Uint8Array = new Uint8Array()): Answer {
  return { code: CODE.success, payload };
}

/** A refusal. */
export function refusal(code: Code): Answer {
  return { code, payload: new Uint8Array() };
}
