import { describe, expect, it } from 'vitest';
import { TestModel, hex } from '../../test-support.js';
import { bitsAt } from '../../wire.js';

const PORT_1 = '00010000';
const paos = (model: TestModel): string => hex(model.readRegister(0x5006, 16, PORT_1).reply);

describe('PAOS', () => {
  it('shows a port that is up', () => {
    expect(paos(TestModel.operational())).toBe('00010101' + '00040051' + '00010000' + '00000000');
  });

  it('takes the port down and up, and tells the driver', () => {
    const model = TestModel.operational();
    expect(hex(model.writeRegister(0x5006, 16, '00010200 80000000').reply)).toBe('00010202' + '00010031' + '00020000' + '00000000');
    expect(model.events.at(-1)?.event).toMatchObject({ type: 9, subType: 1 });
    expect(hex(model.events.at(-1)?.event.data)).toBe(`000000000000000010000000${'00'.repeat(16)}`);
    model.writeRegister(0x5006, 16, '00010100 80000000');
    expect(model.events.at(-1)?.event).toMatchObject({ type: 9, subType: 4 });
    expect(model.events.length).toBe(2);
  });

  it('changes nothing that the enabling bits do not name', () => {
    const model = TestModel.operational();
    model.writeRegister(0x5006, 16, '00010200 00000002');
    expect(paos(model)).toBe('00010101000400510001000000000000');
    expect(model.events).toEqual([]);
  });

  it('tells of no change, of every one, or of one', () => {
    const model = TestModel.operational();
    const flap = (): number => {
      const before = model.events.length;
      for (const isThere of [false, true]) model.firmware.controls.setLinkPartner(isThere);
      return model.events.length - before;
    };
    const flaps = [0, 1, 2].map((mode) => {
      model.writeRegister(0x5006, 16, `00010000 4000000${mode}`);
      return flap();
    });
    expect(flaps).toEqual([0, 2, 1]);
    expect(paos(model).slice(8, 16)).toBe('00040050');
  });

  it('waits for the far end when it has none, and gives up for good when it was to be up once', () => {
    const model = TestModel.operational();
    model.firmware.controls.setLinkPartner(false);
    expect(paos(model).slice(0, 16)).toBe('0001010200010021');
    model.firmware.controls.setLinkPartner(true);
    model.writeRegister(0x5006, 16, '00010300 80000000');
    expect(paos(model).slice(0, 8)).toBe('00010301');
    model.firmware.controls.setLinkPartner(false);
    model.firmware.controls.setLinkPartner(true);
    expect(paos(model).slice(0, 8)).toBe('00010202');
  });
});

describe('PMLP', () => {
  it('maps four lanes of module 0', () => {
    expect(hex(TestModel.operational().readRegister(0x5002, 64, PORT_1).reply)).toBe(`00010004 00000000 01010000 02020000 03030000 ${'00'.repeat(44)}`.replaceAll(' ', ''));
  });
});

describe('PTYS', () => {
  const ETHERNET = '00010004';
  const ptys = (model: TestModel): Uint8Array => model.readRegister(0x5004, 68, ETHERNET).reply;

  it('shows an Ethernet port, in new bits and old', () => {
    const reply = ptys(TestModel.operational());
    expect(hex(reply)).toBe([
      '20010004', '306403e8', '000007f2', '2024a002', '00000000', '000007f2', '2024a002', '00000000', '00000200', '00200000', '00000000', '00000006',
      '00000000', '00000000', '00000000', '00000000', '00000000',
    ].join(''));
  });

  it('is as long as older documents say, if asked so', () => {
    expect(hex(TestModel.operational().readRegister(0x5004, 64, ETHERNET).reply)).toBe(hex(ptys(TestModel.operational()).subarray(0, 64)));
    expect(TestModel.operational().readRegister(0x5004, 60, ETHERNET).status).toBe(0x50);
  });

  it('changes the speed when the link next comes up', () => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x5004, 68, `40010004 ${'00'.repeat(16)} 00000040`).status).toBe(0);
    expect(bitsAt(ptys(model), 0x4, 15, 0)).toBe(1000);
    model.writeRegister(0x5006, 16, '00010200 80000000');
    expect([bitsAt(ptys(model), 0x4, 31, 28), bitsAt(ptys(model), 0x4, 15, 0)]).toEqual([4, 0]);
    model.writeRegister(0x5006, 16, '00010100 80000000');
    const reply = ptys(model);
    expect([hex(reply.subarray(0, 4)), bitsAt(reply, 0x4, 15, 0), hex(reply.subarray(0x14, 0x28))]).toEqual([
      '60010004', 250, '00000040' + '20000000' + '00000000' + '00000040' + '20000000',
    ]);
  });

  it('takes the older bits where there are no newer ones', () => {
    const model = TestModel.operational();
    expect(model.writeRegister(0x5004, 68, `00010004 ${'00'.repeat(20)} 00002000`).status).toBe(0);
    expect(hex(ptys(model).subarray(0x14, 0x1c))).toBe('00000010' + '00002000');
  });

  it.each(['00000000', '00000800', '80000040'])('refuses the modes %s', (mask) => {
    expect(TestModel.operational().writeRegister(0x5004, 68, `00010004 ${'00'.repeat(16)} ${mask}`).status).toBe(3);
  });

  it('shows an InfiniBand port', () => {
    const model = TestModel.operational('minimal');
    const reply = model.readRegister(0x5004, 68, '00010001').reply;
    expect([hex(reply.subarray(0, 0x14)), hex(reply.subarray(0x1c, 0x20)), hex(reply.subarray(0x28, 0x2c))]).toEqual([
      '20010001306403e80000000000000000' + '00040037', '00040037', '00040020',
    ]);
    expect(model.writeRegister(0x5004, 68, `00010001 ${'00'.repeat(24)} 00040004`).status).toBe(0);
  });
});
