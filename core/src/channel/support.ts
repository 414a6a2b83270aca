import type { Device } from '../device/types.js';
import { AuxctlError } from '../errors/base.js';
import { PluginError, ReplyError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { Fields } from '../layout/types.js';
import type { Plugin } from '../plugin/types.js';
import type { Decoded, ReadOutcome } from './types.js';

/** A device's bytes, decoded when their fields are asked for; a shortage is reported as the device's, with the name of what was asked for. */
export function decoded(codec: Codec, raw: Uint8Array, device: Device, command: string): Decoded {
  if (raw.length < codec.sizeBytes) {
    throw new ReplyError('ERR_REPLY', `${command}: the device gave ${raw.length} bytes of ${codec.sizeBytes}`, { device: device.address, command });
  }
  let fields: Fields | undefined;
  return {
    raw, codec,
    get fields() {
      return fields ??= codec.decode(raw);
    },
    get anomalies() {
      return codec.anomalies(raw);
    },
  };
}

/** Throws the error for a part that a plugin does not have. */
export function missing(plugin: Plugin, part: string, device: Device): never {
  throw new PluginError('ERR_PLUGIN', `plugin ${plugin.name} knows no ${part}`, { device: device.address });
}

/** What became of one of several reads: a documented error is its outcome, anything else is thrown. */
export function readOutcome(understand: () => Decoded): ReadOutcome {
  try {
    return { ok: true, decoded: understand() };
  } catch (error) {
    if (error instanceof AuxctlError) return { ok: false, error };
    throw error;
  }
}
