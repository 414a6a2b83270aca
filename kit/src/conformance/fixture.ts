import type { PluginEntry } from '@auxctl/core';

/** How many there are at least, so that a sweep that finds none fails. */
export interface ConformanceCounts {
  readonly registers: number;
  readonly commands: number;
  readonly capabilities: number;
  readonly opcodes: number;
  /** Kinds of object; not counted when left out. */
  readonly objects?: number;
  /** Golden files; not counted when left out. */
  readonly golden?: number;
}

/** A register that can be written, a field of it, and two different values for that field. */
export interface ConformanceWrite {
  readonly register: string;
  /** Which one is meant, where the register has `INDEX` fields without a default. */
  readonly index?: Readonly<Record<string, string | number>>;
  readonly field: string;
  readonly values: readonly [string | number, string | number];
  /** Other fields that such a write has to set, such as the flag that makes it count. */
  readonly beside?: Readonly<Record<string, string | number>>;
}

/** What the checks need to know of a plugin. */
export interface ConformanceFixture {
  readonly entry: PluginEntry;
  readonly counts: ConformanceCounts;
  /** Left out for a device without a register that can be written. */
  readonly write?: ConformanceWrite;
  /** The folder of golden files, `NAME.hex` and `NAME.json`; left out where there are none, or something else checks them. */
  readonly golden?: string;
  /** What the first line of the device's identity is called; `firmware` when left out. */
  readonly identity?: string;
}

/** What the checks run on. */
export interface ConformanceTarget {
  /** A real device by any of its names, instead of the plugin's simulator. What would write, or needs a simulator's ways, is skipped then. */
  readonly hardware?: string | undefined;
}
