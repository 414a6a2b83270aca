import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { dwordAt } from '../../wire.js';

/** An event context of 128 entries on two pages of 4 KiB plus an offset of 192 bytes: so three pages. */
const CONTEXT = `
  00000000 00000000 000000c0 07000004 00000000 00000021 00000000 00000000
  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
  0000000000000000 0000000000000200 0000000000000000 0000000000000000 8000000000000000
  ${'00'.repeat(0x110 - 0x78)}
  0000000012345000 0000000012346000 0000000012347000
`;

describe('event queues', () => {
  it('are made as asked, shown to the bus and shown again', () => {
    const model = TestModel.operational();
    const created = model.send({ opcode: 0x301, rest: `0000000000000000${CONTEXT}`, lengthBytes: 0x110 + 24 });
    expect([created.status, created.reply[11]]).toEqual([0, 3]);
    expect(model.firmware.eventQueues.get(3)).toEqual({
      number: 3, vector: 0x21, logEntries: 7, uarPage: 4, firstEntryOffsetBytes: 192, pageSizeBytes: 4096,
      pages: [0x12345000n, 0x12346000n, 0x12347000n], eventMask: [0x200n, 0n, 0n, 1n << 63n], producerIndex: 0, consumerIndex: 0,
    });
    const { reply } = model.send({ opcode: 0x303, rest: '00000003', replyBytes: 0x110 + 24 });
    expect(hex(reply.subarray(0x18, 0x2c))).toBe('000000c007000004000000000000002100000000');
    expect(hex(reply.subarray(0x58, 0x78))).toBe('0000000000000200000000000000000000000000000000008000000000000000');
    expect(hex(reply.subarray(0x110))).toBe('000000001234500000000000123460000000000012347000');
  });

  it('show the indices that the bus keeps', () => {
    const model = TestModel.operational();
    Object.assign(model.firmware.eventQueues.get(0) ?? {}, { producerIndex: 0x1000003, consumerIndex: 2 });
    const { reply } = model.send({ opcode: 0x303, replyBytes: 0x110 });
    expect([dwordAt(reply, 0x38), dwordAt(reply, 0x3c)]).toEqual([2, 3]);
  });

  it('give their number back', () => {
    const model = TestModel.operational();
    expect(model.send({ opcode: 0x302, rest: '00000001' }).status).toBe(0);
    expect(model.send({ opcode: 0x302, rest: '00000001' }).status).toBe(5);
    expect(model.queues.at(-1)).toBe('-1');
    const request = { opcode: 0x301, rest: `0000000000000000${CONTEXT}`, lengthBytes: 0x110 + 24 };
    expect(model.send(request).reply[11]).toBe(1);
  });

  it('get only the events that they subscribed to', () => {
    const model = TestModel.operational();
    model.firmware.controls.setLinkPartner(false);
    expect(model.events.map(({ queue, event }) => [queue.number, event.type, event.subType])).toEqual([[1, 9, 1]]);
    model.send({ opcode: 0x302, rest: '00000001' });
    model.firmware.controls.setLinkPartner(true);
    expect(model.events.length).toBe(1);
  });
});
