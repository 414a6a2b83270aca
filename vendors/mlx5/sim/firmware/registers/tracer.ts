import type { Register } from '../register.js';
import { REFUSAL } from '../refusal.js';
import { sheetRegister } from '../sheet/sheet-register.js';
import { bitsAt, dword, dwordAt, putText } from '../../wire.js';

/** The texts of traces, each ended by a zero, in one database that is a multiple of 64 bytes long. */
const STRINGS = ['port %d: link up, mode %d', 'port %d: link down, reason %d', 'command %x from uid %d', 'sensor %d above %d'];
const DATABASE_BYTES = 256;
const DATABASE_ADDRESS = 0x00f2_0000;

const DATABASE = (() => {
  const bytes = new Uint8Array(DATABASE_BYTES);
  let offsetBytes = 0;
  for (const text of STRINGS) {
    putText(bytes, offsetBytes, text.length, text);
    offsetBytes += text.length + 1;
  }
  return bytes;
})();

/** What the tracer can do, and who owns it: writing the owner's bit takes or leaves it. */
export const MTRC_CAP = sheetRegister({
  id: 0x9040, name: 'MTRC_CAP', sizeBytes: 132, minimumBytes: 128,
  lines: `
    00: trace_owner[31]~0, trace_to_memory[30], trc_ver[25:24]=1, num_string_db[3:0]=1
    04: first_string_trace[31:24]=0x30, num_string_trace[23:16]=${STRINGS.length}
    08: log_max_trace_buffer_size[7:0]=12
    10: string_db_base_address=${DATABASE_ADDRESS}
    14: string_db_size[23:0]=${DATABASE_BYTES}
  `,
});

/** Where traces go. */
export const MTRC_CONF = sheetRegister({
  id: 0x9041, name: 'MTRC_CONF', sizeBytes: 128,
  lines: `
    00: trace_mode[3:0]~0(0-1)
    04: log_trace_buffer_size[7:0]~0(0-12)
    08: trace_mkey~0
  `,
});

/** Runs and stops the tracer, which has nothing to tell. */
export const MTRC_CTRL = sheetRegister({
  id: 0x9043, name: 'MTRC_CTRL', sizeBytes: 64,
  lines: `
    00: trace_status[31:30]~0(0-1)?modify_field_select, arm_event[27]^, modify_field_select[15:0]^
    08: current_timestamp_52_32[20:0]@
    0c: current_timestamp_31_0@
  `,
  live: {
    current_timestamp_52_32: ({ state }) => Math.floor((state.nowMs() * state.identity.timerFrequencyKhz) / 2 ** 32),
    current_timestamp_31_0: ({ state }) => (state.nowMs() * state.identity.timerFrequencyKhz) % 2 ** 32,
  },
});

const STDB_HEADER_BYTES = 8;

/** A part of the string database, up to all of it. The kernel asks for it by a write. */
export const MTRC_STDB: Register = {
  id: 0x9042,
  name: 'MTRC_STDB',
  sizeBytes: STDB_HEADER_BYTES + DATABASE_BYTES,
  minimumBytes: STDB_HEADER_BYTES,
  write: () => undefined,
  read: (_state, data, out) => {
    const readBytes = bitsAt(data, 0x0, 23, 0);
    const startBytes = dwordAt(data, 0x4);
    if (bitsAt(data, 0x0, 31, 28) !== 0 || startBytes + readBytes > DATABASE_BYTES) return REFUSAL.registerIndex;
    dword(out, 0x0, [23, 0, readBytes]);
    dword(out, 0x4, [31, 0, startBytes]);
    out.set(DATABASE.subarray(startBytes, startBytes + readBytes), STDB_HEADER_BYTES);
    return undefined;
  },
};
