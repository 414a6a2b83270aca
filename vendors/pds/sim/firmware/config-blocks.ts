import type { DscState } from './state.js';
import { LEVEL, MODULE } from './event-log.js';
import { packed, put, textAt, u32, u8 } from '../wire.js';
import { RESULT } from './types.js';

/** A block of configuration, or of readings, by its number. */
export interface Block {
  readonly id: number;
  readonly lengthBytes: number;
  /** Its bytes now, or why there are none; `image` begins with what selects among several, where there are several. */
  read(state: DscState, image: Uint8Array): Uint8Array | number;
  /** Takes `image`, which is as long as the block, or says why not; absent for one that cannot be written. */
  write?(state: DscState, image: Uint8Array): number;
}

const NAME_BYTES = 64;
const MODULES = 0xf;

const deviceName: Block = {
  id: 0x1,
  lengthBytes: NAME_BYTES,
  read: (state) => state.settings.name,
  write(state, image) {
    const name = textAt(image, 0, NAME_BYTES);
    if (!/^[\x20-\x7e]*$/.test(name)) return RESULT.badValue;
    state.settings.name = image.slice();
    state.note(LEVEL.info, MODULE.config, `name set to ${name}`);
    return RESULT.ok;
  },
};

const logConfig: Block = {
  id: 0x2,
  lengthBytes: 8,
  read: (state) => state.settings.log,
  write(state, image) {
    if (u8(image, 0) > LEVEL.debug || u32(image, 4) > MODULES || u32(image, 0) > LEVEL.debug) return RESULT.badValue;
    state.settings.log = image.slice();
    return RESULT.ok;
  },
};

const portConfig: Block = {
  id: 0x10,
  lengthBytes: 16,
  read: (state, image) => state.ports[u32(image, 0)]?.config ?? RESULT.noSuchPort,
  write(state, image) {
    const port = state.ports[u32(image, 0)];
    if (port === undefined) return RESULT.noSuchPort;
    if (!port.accepts(image)) return RESULT.badValue;
    if (port.configure(image, state.nowMs())) state.reportLink(port);
    return RESULT.ok;
  },
};

/** In tenths of a degree and of a watt; swings slowly around a mean that every device has of its own. */
const sensors: Block = {
  id: 0x20,
  lengthBytes: 8,
  read: (state) => {
    const swing = Math.sin(state.nowMs() / 20_000);
    return packed(8, [0, 2, Math.round(state.profile.temperature * 10 + 15 * swing)], [2, 2, Math.round(state.profile.temperature * 8 + 5 * swing)], [4, 2, Math.round(340 + 20 * swing)]);
  },
};

/** All of them. */
export const BLOCKS: readonly Block[] = [deviceName, logConfig, portConfig, sensors];

/** The reply to a read or write of a block: its length, then its bytes. */
export function blockReply(bytes: Uint8Array): Uint8Array {
  const reply = new Uint8Array(4 + bytes.length);
  put(reply, 0, 4, bytes.length);
  reply.set(bytes, 4);
  return reply;
}
