import { STATUS, SYNDROME_BASE } from '../../firmware/refusal.js';
import type { CommandStatus, FirmwareModel } from '../../firmware/types.js';
import { bitsAt, dword, putDword } from '../../wire.js';

const ICMD_STATUS = { ok: 0, invalidOpcode: 1 } as const;
const OPCODE = { queryCapabilities: 0x8400, accessRegister: 0x9001 } as const;

/** Statuses of the operation within an access to a register. */
const OPERATION = {
  ok: 0x00, busy: 0x01, unknownTlv: 0x03, registerNotSupported: 0x04, classNotSupported: 0x05, methodNotSupported: 0x06,
  badParameter: 0x07, resourceNotAvailable: 0x08, lengthTooSmall: 0x24, internalError: 0x70,
} as const;

/** What a command's status is called here; anything else is a bad parameter. */
const OPERATION_OF_STATUS: ReadonlyMap<number, number> = new Map([
  [STATUS.internalError, OPERATION.internalError], [STATUS.badResource, OPERATION.resourceNotAvailable], [STATUS.resourceBusy, OPERATION.busy],
  [STATUS.badInputLength, OPERATION.lengthTooSmall], [STATUS.badOutputLength, OPERATION.lengthTooSmall],
]);

const OPERATION_TLV = { type: 1, dwords: 4 } as const;
const REGISTER_TLV = { type: 3, offsetBytes: 0x10, dataOffsetBytes: 0x14 } as const;
const REGISTER_CLASS = 1;
const METHOD = { query: 1, write: 2 } as const;

/** The status of a mailbox command: 8 bits, and 24 of syndrome. */
type IcmdOutcome = CommandStatus;

/** Executes the command in the mailbox, and leaves its answer there. */
export function executeIcmd(model: FirmwareModel, opcode: number, mailbox: Uint8Array): IcmdOutcome {
  if (opcode === OPCODE.queryCapabilities) return queryCapabilities(mailbox);
  if (opcode === OPCODE.accessRegister) return accessRegister(model, mailbox);
  return { status: ICMD_STATUS.invalidOpcode, syndrome: SYNDROME_BASE };
}

function queryCapabilities(mailbox: Uint8Array): IcmdOutcome {
  // nv_access, fw_info_psid, allow_icmd_access_reg_on_all_registers; pcam_reg, mcam_reg
  putDword(mailbox, 0x0, 0);
  dword(mailbox, 0x0, [31, 31, 1], [30, 30, 1], [29, 29, 1], [27, 27, 1], [26, 26, 1]);
  putDword(mailbox, 0x4, 0);
  return { status: ICMD_STATUS.ok, syndrome: 0 };
}

/** A refusal is told inside the message; the mailbox command itself has gone well. */
function accessRegister(model: FirmwareModel, mailbox: Uint8Array): IcmdOutcome {
  const { operation, syndrome } = access(model, mailbox);
  dword(mailbox, 0x0, [14, 8, operation]);
  dword(mailbox, 0x4, [15, 15, 1]);
  return { status: ICMD_STATUS.ok, syndrome };
}

function access(model: FirmwareModel, mailbox: Uint8Array): { readonly operation: number; readonly syndrome: number } {
  const fault = messageFault(mailbox);
  if (fault !== undefined) return { operation: fault, syndrome: SYNDROME_BASE };
  const id = bitsAt(mailbox, 0x4, 31, 16);
  const dwords = bitsAt(mailbox, REGISTER_TLV.offsetBytes, 26, 16);
  const data = mailbox.subarray(REGISTER_TLV.dataOffsetBytes, REGISTER_TLV.offsetBytes + dwords * 4);
  const isWrite = bitsAt(mailbox, 0x4, 14, 8) === METHOD.write;
  const reply = model.accessRegister({ id, isWrite, data });
  if (reply.outcome === undefined) {
    data.set(reply.data.subarray(0, data.length));
    return { operation: OPERATION.ok, syndrome: 0 };
  }
  const { status, syndrome } = reply.outcome;
  return { operation: reply.isKnown ? OPERATION_OF_STATUS.get(status) ?? OPERATION.badParameter : OPERATION.registerNotSupported, syndrome };
}

function messageFault(mailbox: Uint8Array): number | undefined {
  const isOperation = bitsAt(mailbox, 0x0, 31, 27) === OPERATION_TLV.type && bitsAt(mailbox, 0x0, 26, 16) === OPERATION_TLV.dwords;
  if (!isOperation || bitsAt(mailbox, REGISTER_TLV.offsetBytes, 31, 27) !== REGISTER_TLV.type) return OPERATION.unknownTlv;
  if (bitsAt(mailbox, 0x4, 7, 0) !== REGISTER_CLASS) return OPERATION.classNotSupported;
  const method = bitsAt(mailbox, 0x4, 14, 8);
  if (method !== METHOD.query && method !== METHOD.write) return OPERATION.methodNotSupported;
  const dwords = bitsAt(mailbox, REGISTER_TLV.offsetBytes, 26, 16);
  return dwords < 1 || REGISTER_TLV.offsetBytes + dwords * 4 > mailbox.length ? OPERATION.badParameter : undefined;
}
