import { message, text, u16, u32, u8 } from '../../bytes.js';
import { ERROR } from '../codes.js';
import type { CommandTable, Handler } from '../types.js';

const LOSSY = 0;
const LOSSLESS = 1;
const NOTIFICATION = 2;
/** The queues: their numbers, what they are for, and what they are called. */
const QUEUES: readonly (readonly [id: number, profile: number, name: string])[] = [[0, LOSSY, 'lossy'], [4, LOSSLESS, 'lossless'], [5, NOTIFICATION, 'notification']];
/** The queue of each priority. */
const QUEUE_OF_PRIORITY = [0, 0, 0, 4, 0, 0, 0, 5];
/** In hundredths of a percent, which the top three bits say. */
const ALL_BANDWIDTH = 10_000 + 0x2000_0000;
const WEIGHTED = 1;
const NO_PORT = 0xffff;

const list: Handler = (_state, request) => (request.u16(20) === 0
  ? message(168, u8(8, QUEUES.length, 1), u8(10, 0, 0, 0x1, 0x1, 0x1), ...QUEUES.flatMap(([id, profile, name], at) => [u8(15 + 2 * at, id, profile), text(32 + 16 * at, 16, name)]))
  : ERROR.invalidParams);

const bandwidth: Handler = (_state, request) => (request.u16(16) === 0
  ? message(112, u8(8, 0), u32(12, 0, ALL_BANDWIDTH), u8(20, WEIGHTED, 0, 50), ...QUEUES.slice(1).flatMap(([id], at) => [
    u8(23 + 12 * at, id), u32(24 + 12 * at, 0, ALL_BANDWIDTH), u8(32 + 12 * at, WEIGHTED, 0, 25),
  ]))
  : ERROR.invalidParams);

const priorities: Handler = (_state, request) => (request.u8(20) === 0 ? message(24, u8(8, ...QUEUE_OF_PRIORITY)) : ERROR.invalidParams);

/** No tunnel's port is set: this function has no network interface that is up. */
const tunnelPort: Handler = (_state, request) => (request.u8(16) === 0 ? ERROR.invalidParams : message(16, u16(8, NO_PORT)));

/** The queues behind the port's priorities, and what a network interface would set up. */
export const QUEUE_COMMANDS: CommandTable = {
  0x0030: { name: 'QUEUE_QPORTCFG', run: list },
  0x0037: { name: 'QUEUE_PRI2COS_QCFG', run: priorities },
  0x0039: { name: 'QUEUE_COS2BW_QCFG', run: bandwidth },
  0x0047: { name: 'VNIC_RSS_QCFG', run: () => ERROR.invalidParams },
  0x00a0: { name: 'TUNNEL_DST_PORT_QUERY', run: tunnelPort },
};
