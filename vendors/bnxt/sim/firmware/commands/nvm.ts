import { message, text, u16, u32, u8 } from '../../bytes.js';
import { ERROR } from '../codes.js';
import type { CommandTable, FirmwareState, Handler, NvmEntry, Request } from '../types.js';

const MAKER = 0xef;
const DEVICE = 0x4018;
const SECTOR_BYTES = 4096;
const MEMORY_BYTES = 0x1000000;
const ENTRY_BYTES = 24;
const VERSIONS_VALID = 1;
const BY_INDEX = 1;
const CHECKSUM_GIVEN = 1;

function deviceInfo({ profile, directory }: FirmwareState): Uint8Array {
  const used = directory.reduce((sum, entry) => sum + (entry?.itemBytes ?? 0), 0);
  return message(
    96,
    u16(8, MAKER, DEVICE), u32(12, SECTOR_BYTES, MEMORY_BYTES, SECTOR_BYTES * 4, MEMORY_BYTES - SECTOR_BYTES * 4 - used), u8(28, 1, 0, 14), u8(31, VERSIONS_VALID),
    text(32, 16, profile.packageVersion), u16(48, ...profile.firmwareVersion, ...profile.firmwareVersion),
  );
}

const MATCHES: readonly ((ordinal: number, wanted: number) => boolean)[] = [(a, b) => a === b, (a, b) => a >= b, (a, b) => a > b];

function found({ directory }: FirmwareState, request: Request): number {
  if ((request.u32(16) & BY_INDEX) !== 0) return request.u16(20);
  const isWanted = MATCHES[request.u8(28) & 0x3];
  const [type, ordinal, extension] = [request.u16(22), request.u16(24), request.u16(26)];
  return directory.findIndex((entry) => entry?.type === type && entry.extension === extension && isWanted?.(entry.ordinal, ordinal) === true);
}

const find: Handler = (state, request) => {
  const index = found(state, request);
  const entry = state.directory[index];
  if (entry === undefined) return ERROR.notPresent;
  return message(32, u32(8, entry.itemBytes, entry.dataBytes, entry.version), u16(20, entry.ordinal, index));
};

/** A command that changes one entry, whose index the request names at `offsetBytes`. */
function ofEntry(offsetBytes: number, change: (entry: NvmEntry, request: Request, state: FirmwareState, index: number) => void): Handler {
  return (state, request) => {
    const index = request.u16(offsetBytes);
    const entry = state.directory[index];
    if (entry === undefined) return ERROR.notPresent;
    change(entry, request, state, index);
    return new Uint8Array(16);
  };
}

const modify = ofEntry(20, (entry, request) => {
  entry.ordinal = request.u16(22);
  entry.extension = request.u16(24);
  entry.attributes = request.u16(26);
  if ((request.u32(16) & CHECKSUM_GIVEN) !== 0) entry.checksum = request.u32(28);
});

const erase = ofEntry(16, (_entry, _request, state, index) => { state.directory[index] = undefined; });

const verify: Handler = ({ directory }, request) => {
  const [type, ordinal, extension] = [request.u16(16), request.u16(18), request.u16(20)];
  return directory.some((entry) => entry?.type === type && entry.ordinal === ordinal && entry.extension === extension) ? new Uint8Array(16) : ERROR.notPresent;
};

const done: Handler = () => new Uint8Array(16);

/** The non-volatile memory's directory. */
export const NVM_COMMANDS: CommandTable = {
  0xffec: { name: 'NVM_DEFRAG', run: done },
  0xfff0: { name: 'NVM_FLUSH', run: done },
  0xfff5: { name: 'NVM_VERIFY_UPDATE', run: verify },
  0xfff6: { name: 'NVM_GET_DEV_INFO', run: deviceInfo },
  0xfff7: { name: 'NVM_ERASE_DIR_ENTRY', run: erase },
  0xfff8: { name: 'NVM_MOD_DIR_ENTRY', run: modify },
  0xfff9: { name: 'NVM_FIND_DIR_ENTRY', run: find },
  0xfffb: { name: 'NVM_GET_DIR_INFO', run: ({ directory }) => message(24, u32(8, directory.length, ENTRY_BYTES)) },
};
