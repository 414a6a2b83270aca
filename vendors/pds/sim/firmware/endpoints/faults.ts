import { u32, u8 } from '../../wire.js';
import { ATTRIBUTE, type Endpoint, type Operation } from '../types.js';

const EIO_STATUS = 3;

/** Answers as it is told to: byte 0 is the status of the command, bytes 4 to 7 the operation's own result; the rest comes back. */
const fail: Operation = {
  number: 1, name: 'FAIL', attribute: ATTRIBUTE.read, requestBytes: 8,
  run: (_state, { payload, roomBytes }) => ({ status: u8(payload, 0), error: u32(payload, 4), data: payload.subarray(8, 8 + roomBytes) }),
};

/** The same behind the two attributes that need a higher scope, and one that the driver does not know. */
const guarded = [ATTRIBUTE.debugRead, ATTRIBUTE.debugWrite, ATTRIBUTE.maintenance].map((attribute, index): Operation => ({ ...fail, number: 2 + index, name: `FAIL_${attribute}`, attribute }));

/** For tests of what a driver makes of a firmware's answers. */
export const fault: Endpoint = { id: 0x5349_4dfe, name: 'FAULT', operations: [fail, ...guarded] };
/** An endpoint that does not tell its operations. */
export const broken: Endpoint = { id: 0x5349_4dff, name: 'BROKEN', operations: [], queryStatus: EIO_STATUS };
