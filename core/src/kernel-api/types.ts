import type { KernelOffer } from '@auxctl/schemas';
import type { KernelSource } from '../kernel-parameters/types.js';

/** Where the kernel's own interfaces are looked for. */
export interface KernelApiSource extends KernelSource {
  /** The directory that holds `sys`; `/` when absent. Below another, only its files can be asked. */
  readonly root?: string;
}

/** Something that the kernel offers an interface for, and the value that it is to have. */
export interface OfferedValue {
  /** The path of a field, or the name of a parameter. */
  readonly field: string;
  readonly offers: readonly KernelOffer[];
  /** The raw number; absent for what is no single one. */
  readonly value?: bigint;
  /** Its name, where it has one. */
  readonly symbol?: string;
  readonly sizeBits: number;
  /** Numbers that conditions and placeholders name. One that is not here is not known, and counts as fulfilling a condition. */
  readonly beside: ReadonlyMap<string, bigint>;
}

/** An interface of the kernel's own that sets the same thing, for one device and one value. */
export interface KernelWay {
  /** The path of a field, or the name of a parameter. */
  readonly field: string;
  /** What it sets, in a few words. */
  readonly what: string;
  readonly offer: KernelOffer;
  /** The command line, with the names of the device and the value filled in; what is not known stays a capital word. */
  readonly command: string;
  /** Is it there, here and now? */
  readonly isAvailable: boolean;
  /** Why not, where it is not. */
  readonly reason?: string;
  /** Present where nobody knows whether it is there: the kernel did not answer. */
  readonly isUnknown?: true;
}

/** A value as the device holds it, and as the kernel shows the same thing. */
export interface KernelValue {
  readonly subject: { readonly kind: 'register' | 'nvconfig'; readonly name: string };
  /** The path of a field, or the name of a parameter. */
  readonly field: string;
  /** The fields that say which reading of a register is meant, as numbers. */
  readonly index: Readonly<Record<string, bigint>>;
  readonly deviceValue: string;
  /** The device's value in the kernel's words; absent where the kernel has none for it. */
  readonly expected?: string;
  readonly kernelValue: string;
  /** Where the kernel's value was read. */
  readonly source: 'devlink' | 'sysfs';
  /** The kernel's command that sets what the device has now. */
  readonly command: string;
  readonly agrees: boolean;
}
