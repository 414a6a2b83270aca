import { message, u16, u32, u8 } from '../../bytes.js';
import { ERROR } from '../codes.js';
import type { CommandTable, Handler } from '../types.js';
import { OWN_FID, ofFunction } from './functions.js';

const PROCESSORS = 7;
const HIGHEST_RESET_TARGET = 8;
const COMMON_FIRMWARE = 1;
const HIGHEST_PATCH_TARGET = 2;
const THRESHOLDS_VALID = 0x20;
const SECOND_FORMAT_VALID = 0x10;
const SWING_PERIOD_MS = 60_000;

const temperature: Handler = ({ nowMs }) => {
  const swing = Math.round(2 * Math.sin((nowMs() / SWING_PERIOD_MS) * 2 * Math.PI));
  const [chip, phy, module] = [56 + swing, 54 + swing, 41 + swing];
  return message(24, u8(8, chip, phy, module, THRESHOLDS_VALID | SECOND_FORMAT_VALID, chip, phy, module, 95, 100, 105, 110));
};

const status: Handler = ({ pendingResets }, request) => {
  const processor = request.u8(16);
  return processor < PROCESSORS ? message(16, u8(8, pendingResets.get(processor) ?? 0, 0)) : ERROR.invalidParams;
};

const reset: Handler = ({ pendingResets }, request) => {
  const [processor, when] = [request.u8(16), request.u8(17)];
  if (processor > HIGHEST_RESET_TARGET || when > 3) return ERROR.invalidParams;
  pendingResets.set(processor, when);
  return message(16, u8(8, when));
};

const patches: Handler = (_state, request) => {
  const target = request.u8(16);
  return target >= COMMON_FIRMWARE && target <= HIGHEST_PATCH_TARGET ? new Uint8Array(80) : ERROR.invalidParams;
};

const setTime: Handler = (state, request) => {
  state.clock = Buffer.from(request.bytes.subarray(16, 32)).toString('hex');
  return new Uint8Array(16);
};

/** Who recovers from an error: the host, by two registers in BAR0. Nothing of it happens here, since no capability announces it. */
const recovery: Handler = () => message(208, u32(8, 0x1), u32(12, 10, 30, 10, 20, 60), u32(32, 0x31001000 | 1, 0x31001004 | 1, 0x31001008 | 1, 0x3100100c | 1), u32(48, 0x1), u8(55, 1), u32(56, 0x31001010 | 1), u32(120, 0x1), u8(184, 5));

/** What manages the device itself: temperature, processors, time, traces. */
export const MANAGEMENT_COMMANDS: CommandTable = {
  0x000c: { name: 'ERROR_RECOVERY_QCFG', run: recovery },
  0x00be: { name: 'FW_LIVEPATCH_QUERY', run: patches },
  0x00c0: { name: 'FW_RESET', run: reset },
  0x00c1: { name: 'FW_QSTATUS', run: status },
  0x00c3: { name: 'FW_SYNC', run: () => new Uint8Array(16) },
  0x00c8: { name: 'FW_SET_TIME', run: setTime },
  0x00e0: { name: 'TEMP_MONITOR_QUERY', run: temperature },
  0xff0f: { name: 'DBG_LOG_BUFFER_FLUSH', run: (_state, request) => (request.u16(16) > 12 ? ERROR.invalidParams : message(16, u32(8, 0))) },
  0xff1c: { name: 'DBG_RING_INFO_GET', run: (_state, request) => (request.u8(16) > 3 ? ERROR.invalidParams : ERROR.notPresent) },
  0xff20: { name: 'DBG_QCAPS', run: ofFunction(() => message(24, u16(8, OWN_FID), u32(12, 0x1, 0x1))) },
  0xff21: { name: 'DBG_QCFG', run: ofFunction(() => message(32, u16(8, OWN_FID), u32(12, 0x200000, 0), u16(20, 0xffff), u32(24, 0x80000))) },
};
