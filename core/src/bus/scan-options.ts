import type { ReportProblem } from '../system/rooted-files.js';

/** Decides by a function's aliases, sorted, whether it is of interest although nothing leads to its firmware yet. */
export type WantsAliases = (aliases: readonly string[]) => boolean;

/**
 * Which devices to return besides those that are wanted: `control`, what can lead to firmware; `named`, also what has a network interface;
 * `all`, every PCI function too.
 */
export type ScanBreadth = 'control' | 'named' | 'all';

/** Where to look for devices, and for which. */
export interface ScanOptions {
  /** The directory that holds `sys`. Default `/`. */
  readonly root?: string | undefined;
  /** Which further functions to return, such as those that a plugin matches. Default none. */
  readonly wants?: WantsAliases | undefined;
  /** Default `control`. */
  readonly include?: ScanBreadth | undefined;
  /** Told of what was skipped, and why. */
  readonly onProblem?: ReportProblem | undefined;
}

/** Which devices a scan returns, every part said. */
export interface ScanChoice {
  readonly wants: WantsAliases;
  readonly include: ScanBreadth;
}
