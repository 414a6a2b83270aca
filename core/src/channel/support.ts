import { tailPath } from '@auxctl/schemas/model';
import type { Device } from '../device/types.js';
import { AuxctlError } from '../errors/base.js';
import { PluginError, ReplyError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { Anomaly, Fields } from '../layout/types.js';
import type { Plugin } from '../plugin/types.js';
import type { Decoded, ReadOutcome } from './types.js';

/** A device's bytes, decoded when their fields are asked for; a shortage is reported as the device's, with the name of what was asked for. */
export function decoded(codec: Codec, raw: Uint8Array, device: Device, command: string): Decoded {
  if (raw.length < codec.sizeBytes) {
    throw new ReplyError('ERR_REPLY', `${command}: the device gave ${raw.length} bytes of ${codec.sizeBytes}`, { device: device.address, command });
  }
  return new DecodedBytes(codec, raw);
}

/** Decodes when it is asked. A class, because accessors of a literal are made anew for each of thousands of replies. */
class DecodedBytes implements Decoded {
  readonly codec: Codec;
  readonly raw: Uint8Array;
  #fields: Fields | undefined;

  constructor(codec: Codec, raw: Uint8Array) {
    this.codec = codec;
    this.raw = raw;
  }

  get fields(): Fields {
    return this.#fields ??= this.codec.decode(this.raw);
  }

  get anomalies(): readonly Anomaly[] {
    return this.codec.anomalies(this.raw);
  }
}

/** Throws the error for a part that a plugin does not have. */
export function missing(plugin: Plugin, part: string, device: Device): never {
  throw new PluginError('ERR_PLUGIN', `plugin ${plugin.name} knows no ${part}`, { device: device.address });
}

/** What became of one of several reads: a documented error is its outcome, anything else is thrown. */
export function readOutcome(understand: () => Decoded): ReadOutcome {
  const outcome = outcomeOf(understand);
  return outcome.ok ? { ok: true, decoded: outcome.value } : outcome;
}

/** What became of making sense of something: a documented error is an outcome, anything else is thrown. */
export function outcomeOf<T>(understand: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AuxctlError } {
  try {
    return { ok: true, value: understand() };
  } catch (error) {
    if (error instanceof AuxctlError) return { ok: false, error };
    throw error;
  }
}

/**
 * A set of values that ends in a list is given room for the longest list; the elements after the last one that is not all zeros are not
 * in it.
 */
export function withoutEmptyTail(codec: Codec, image: Uint8Array): Uint8Array {
  if (!codec.hasTail) return image;
  const used = image.findLastIndex((byte) => byte !== 0) + 1;
  const elements = Math.ceil(Math.max(0, used - codec.sizeBytes) / tailElementBytes(codec));
  return image.subarray(0, codec.sizeBytes + elements * tailElementBytes(codec));
}

/** The size of one element of the list that a structure ends in; 1 where it ends in bytes or has a fixed size. */
export function tailElementBytes({ scope, structure }: Codec): number {
  const tail = tailPath(scope.structures.get(structure)?.fields ?? [], scope.structures)?.at(-1);
  return tail?.type === 'array' ? tail.element.sizeBits / 8 : 1;
}
