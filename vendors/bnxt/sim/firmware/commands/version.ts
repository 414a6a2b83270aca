import { message, text, u16, u32, u8 } from '../../bytes.js';
import type { Version } from '../../profiles/types.js';
import type { CommandTable } from '../types.js';

const REQUEST_WINDOW_BYTES = 128;
const LONGEST_REPLY_BYTES = 704;
const LONGEST_REQUEST_BYTES = 512;
const DEFAULT_TIMEOUT_MS = 500;
const LONGEST_TIMEOUT_S = 60;
const LONG_VERSIONS_VALID = 0x2;

const MANAGEMENT: Version = [231, 0, 24, 0];
const NETWORK_CONTROL: Version = [231, 0, 11, 0];

/** What a device says of its versions. */
export const VERSION_COMMANDS: CommandTable = {
  0x0000: {
    name: 'VER_GET',
    run: ({ profile: { interfaceVersion: spoken, firmwareVersion: firmware, chipNumber, chipRevision, chipMetal, packageVersion } }) => message(
      176,
      u8(8, ...spoken.slice(0, 3)), u8(12, ...firmware), u8(16, ...MANAGEMENT), u8(20, ...NETWORK_CONTROL), u32(24, 0),
      text(32, 16, 'bnxt-sim'), text(48, 16, 'bnxt-sim-mgmt'), text(64, 16, 'bnxt-sim-nc'), text(80, 16, packageVersion),
      u16(112, chipNumber), u8(114, chipRevision, chipMetal), u16(118, REQUEST_WINDOW_BYTES, LONGEST_REPLY_BYTES, DEFAULT_TIMEOUT_MS),
      u8(124, LONG_VERSIONS_VALID), u8(127, 1),
      u16(128, ...spoken, ...firmware, ...MANAGEMENT, ...NETWORK_CONTROL), u16(168, LONGEST_REQUEST_BYTES, LONGEST_TIMEOUT_S),
    ),
  },
};
