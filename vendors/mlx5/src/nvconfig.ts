import { bytesField, integerField, ReplyError, symbolText, type Decoded, type NvconfigAccess, type NvRecord, type NvSet } from '@auxctl/core';

/** The three sets, as `access_mode` names them. */
const ACCESS_MODES: Readonly<Record<NvSet, string>> = { next: 'NEXT', current: 'CURRENT', default: 'FACTORY' };

/** Who writes, as other tools will see it: whoever sends commands through the kernel's driver. */
const WRITER = 'COMMAND_INTERFACE';

/** An item's data in a register's room for it. */
function inRoom(data: Uint8Array, roomBytes: number): Uint8Array {
  const room = new Uint8Array(roomBytes);
  room.set(data);
  return room;
}

/** The item in a reply of MNVDA or MNVGN, which have the same header. */
function recordOf(reply: Decoded): NvRecord {
  const bytes = bytesField(reply.fields, 'configuration_item_data');
  const lengthBytes = Number(integerField(reply.fields, 'length'));
  if (lengthBytes > bytes.length) {
    throw new ReplyError('ERR_REPLY', `an item of ${lengthBytes} bytes does not fit the register, which has room for ${bytes.length}`);
  }
  return { type: integerField(reply.fields, 'type'), data: bytes.slice(0, lengthBytes), roomBytes: bytes.length, writer: symbolText(reply, 'writer_id') };
}

/** An item that answers for another one would be taken for it. */
function ownRecord(reply: Decoded, type: bigint): NvRecord {
  const record = recordOf(reply);
  if (record.type === type && record.data.length > 0) return record;
  throw new ReplyError('ERR_REPLY', record.type === type ? 'the item is empty' : `asked for item 0x${type.toString(16)}, the device gave 0x${record.type.toString(16)}`);
}

/** Non-volatile configuration is reached by registers: items are type, length and value, and a register each for what can be done with them. */
export const nvconfig: NvconfigAccess = {
  sets: {
    ask: { register: 'MNVGC', fields: {} },
    answer: ({ fields }) => [
      ...(integerField(fields, 'nvda_read_factory_settings') === 1n ? ['default' as const] : []),
      ...(integerField(fields, 'nvda_read_current_settings') === 1n ? ['current' as const] : []),
    ],
  },
  support: (type) => ({
    ask: { register: 'MNVQC', fields: { type } },
    answer: ({ fields }) => ({ canRead: integerField(fields, 'support_rd') === 1n, canWrite: integerField(fields, 'support_wr') === 1n }),
  }),
  read: (type, set) => ({
    ask: { register: 'MNVDA', fields: { type, access_mode: ACCESS_MODES[set] } },
    answer: (reply) => ownRecord(reply, type),
  }),
  write: ({ type, data, roomBytes }) => ({
    register: 'MNVDA',
    fields: { type, access_mode: ACCESS_MODES.next, length: data.length, writer_id: WRITER, configuration_item_data: inRoom(data, roomBytes) },
  }),
  reset: (type) => ({ register: 'MNVDI', fields: { type, writer_id: WRITER } }),
  resetAll: { register: 'MNVIA', fields: { target: 'ALL', writer_id: WRITER } },
  walk: (at, set) => ({
    ask: { register: 'MNVGN', fields: { nv_pointer: at, access_mode: ACCESS_MODES[set] } },
    answer: (reply) => {
      const next = integerField(reply.fields, 'nv_pointer');
      return { record: recordOf(reply), ...(next === 0n ? {} : { next }) };
    },
  }),
};
