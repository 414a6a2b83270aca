import { describe, expect, it } from 'vitest';
import { TestModel, type Answer } from '../test-support.js';
import { REFUSAL } from './refusal.js';
import { arm } from '../test-sampling.js';

const up = (): TestModel => TestModel.operational();
const off = (): TestModel => new TestModel();
const enabled = (profile?: string): TestModel => {
  const model = new TestModel(profile);
  model.send({ opcode: 0x104, replyBytes: 12 });
  return model;
};
const withTools = (send: (model: TestModel, uid: number) => Answer) => (): Answer => {
  const model = up();
  return send(model, model.openContext());
};
/** CREATE_EQ with 4 pages of 4 KiB on doorbell page 4, where the given hexadecimal texts stand at their offsets. */
const createQueue = (model: TestModel, patches: Readonly<Record<number, string>> = {}, lengthBytes = 304): Answer => {
  const request = Buffer.alloc(lengthBytes - 8);
  request.write('08000004', 0x1c - 8, 'hex');
  for (const [offset, text] of Object.entries(patches)) request.write(text, Number(offset) - 8, 'hex');
  return model.send({ opcode: 0x301, rest: request.toString('hex'), lengthBytes });
};
const setGeneral = (patch: Readonly<Record<number, string>>): Answer => {
  const value = Buffer.alloc(4104);
  for (const [offset, text] of Object.entries(patch)) value.write(text, 8 + Number(offset), 'hex');
  return enabled().send({ opcode: 0x109, rest: value.toString('hex'), lengthBytes: 4112 });
};

/** For each reason to refuse, a request that is refused for it. The type makes the table complete. */
const CASES: Readonly<Record<keyof typeof REFUSAL, () => Answer>> = {
  headerMissing: () => up().send({ opcode: 0x80d, lengthBytes: 15 }),
  opcode: () => up().send({ opcode: 0x999 }),
  requestLength: () => up().send({ opcode: 0x101, lengthBytes: 20, replyBytes: 272 }),
  replyLength: () => up().send({ opcode: 0x101, replyBytes: 271 }),
  userContextUnknown: () => up().send({ opcode: 0x80d, uid: 77 }),
  driverOnly: withTools((model, uid) => model.send({ opcode: 0x103, uid })),
  toolsOnly: () => {
    const model = up();
    const { reply } = model.send({ opcode: 0xa04, rest: '0000000000000000 00000001', lengthBytes: 64 });
    return model.send({ opcode: 0x80d, uid: (reply[10] ?? 0) * 256 + (reply[11] ?? 0) });
  },
  lifeCycle: () => off().send({ opcode: 0x102, lengthBytes: 32 }),
  opMod: () => up().send({ opcode: 0x107, opMod: 4 }),
  otherFunction: () => up().send({ opcode: 0x100, opMod: 1, rest: '80000001', replyBytes: 4112 }),
  interfaceStep: () => enabled().send({ opcode: 0x10b, rest: '00000002' }),
  pagesMissing: () => enabled().send({ opcode: 0x102, lengthBytes: 32 }),
  teardownProfile: () => up().send({ opcode: 0x103, rest: '00000002' }),
  capabilityType: () => up().send({ opcode: 0x100, opMod: 0x3f << 1, replyBytes: 4112 }),
  capabilityReadOnly: () => enabled().send({ opcode: 0x109, opMod: 0x01 << 1, lengthBytes: 4112 }),
  capabilityNotOffered: () => setGeneral({ 0x54: '80000000' }),
  pagesUnasked: () => up().send({ opcode: 0x108, opMod: 1, rest: '00000000 00000001 0000000000001000', lengthBytes: 24 }),
  pageAddress: () => enabled().send({ opcode: 0x108, opMod: 1, rest: '00000000 00000001 0000000000001001', lengthBytes: 24 }),
  eventQueueLimit: () => {
    const model = up();
    let last = createQueue(model);
    while (last.status === 0) last = createQueue(model);
    return last;
  },
  eventQueueUnknown: () => up().send({ opcode: 0x302, rest: '000000ff' }),
  eventQueueShape: () => createQueue(up(), { 0x110: '0000000000000001' }),
  uarUnknown: () => createQueue(up(), { 0x1c: '08000005' }),
  uarLimit: () => {
    const model = up();
    let last = model.send({ opcode: 0x802 });
    while (last.status === 0) last = model.send({ opcode: 0x802 });
    return last;
  },
  uarBusy: () => up().send({ opcode: 0x803, rest: '00000004' }),
  userContextLimit: () => {
    const model = TestModel.operational('minimal');
    const create = (): Answer => model.send({ opcode: 0xa04, lengthBytes: 64 });
    for (let count = 0; count < 4; count++) expect(create().status).toBe(0);
    return create();
  },
  userContextMissing: () => up().send({ opcode: 0xa06, rest: '00000001' }),
  userContextCapability: () => up().send({ opcode: 0xa04, rest: '0000000000000000 00000008', lengthBytes: 64 }),
  objectUnknown: () => up().send({ opcode: 0x402, rest: '00ffffff', replyBytes: 272 }),
  objectLimit: () => up().send({ opcode: 0x829, rest: '0000000000000000 00000000 00ffffff', lengthBytes: 64 }),
  objectParent: () => up().send({ opcode: 0x200, rest: `0000000000000000 ${'00'.repeat(12)}00ffffff`, lengthBytes: 272 }),
  vport: () => up().send({ opcode: 0x750, rest: '80000001' }),
  notOffered: () => up().send({ opcode: 0x762, replyBytes: 528 }),
  register: () => up().readRegister(0x9fff, 268),
  registerReadOnly: () => up().writeRegister(0x9020, 160, ''),
  port: () => up().readRegister(0x5006, 16, '00020000'),
  protocol: () => up().readRegister(0x5004, 68, '00010001'),
  portSetting: () => up().writeRegister(0x5006, 16, '00010400 80000000'),
  counterGroup: () => up().readRegister(0x5008, 256, '0001002c'),
  counterIndex: () => up().readRegister(0x5008, 256, '00010010 00000008'),
  sensor: () => up().readRegister(0x900a, 32, '00000001'),
  sensorSetting: () => up().writeRegister(0x900a, 32, '00000000 00000000 80000000 c0000100'),
  module: () => up().readRegister(0x9014, 148, '00010000'),
  pcieLink: () => up().readRegister(0x9050, 48, '00010000'),
  accessGroup: () => up().readRegister(0x907f, 72, '00000004'),
  samplingMissing: () => TestModel.operational('minimal').send({ opcode: 0x819, replyBytes: 32 }),
  sampledCounter: () => arm(up(), { counters: [0x401, 0x401] }),
  samplingMode: () => arm(up(), { flags: 0b110001 }),
  samplingPeriod: () => arm(up(), { logPeriod: 9 }),
  samplingDepth: () => arm(up(), { logSamples: 15 }),
  samplingOff: () => up().send({ opcode: 0x821, rest: '00010000', replyBytes: 32 }),
  sampleIndex: () => {
    const model = up();
    arm(model, {});
    return model.send({ opcode: 0x821, rest: '00010010', replyBytes: 32 });
  },
  dumpKind: () => up().readRegister(0xc000, 256, '40001234'),
  dumpOver: () => up().readRegister(0xc000, 256, 'c0001300'),
  nvItem: () => up().readRegister(0x9024, 268, '00000000 0000abcd'),
  nvReadOnly: () => up().writeRegister(0x9024, 268, '00000014 00000081'),
  nvLength: () => up().writeRegister(0x9024, 268, '00000000 00000080'),
  nvValue: () => up().writeRegister(0x9024, 268, '00000008 00000080 00000000 80000000 00000080'),
  component: () => up().readRegister(0x9060, 16, '00000003'),
  updateLocked: () => {
    const model = up();
    model.writeRegister(0x9062, 32, '00000001');
    return model.writeRegister(0x9062, 32, '00000001');
  },
  updateHandle: () => up().writeRegister(0x9062, 32, '00000002'),
  updateState: () => {
    const model = up();
    model.writeRegister(0x9062, 32, '00000001');
    return model.writeRegister(0x9062, 32, '00000004 00000000 00000001');
  },
  registerValue: () => up().writeRegister(0x5003, 16, '00010000 00000000 ffff0000'),
  registerIndex: () => up().readRegister(0x400a, 8, '00010008'),
};

describe('refusals', () => {
  it.each(Object.keys(REFUSAL) as (keyof typeof REFUSAL)[])('%s has its own status and syndrome', (reason) => {
    const { status, syndrome } = CASES[reason]();
    expect({ status, syndrome }).toEqual(REFUSAL[reason]);
  });

  it('gives no two reasons the same syndrome', () => {
    const syndromes = Object.values(REFUSAL).map(({ syndrome }) => syndrome);
    expect(new Set(syndromes).size).toBe(syndromes.length);
  });

  it('lists every status that it uses', () => {
    expect(new Set(Object.values(REFUSAL).map(({ status }) => status))).toEqual(new Set([0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x0a, 0x50, 0x51]));
  });
});

describe('what a request is measured by', () => {
  it.each([
    ['an unknown capability mode', (model: TestModel) => model.send({ opcode: 0x100, opMod: 0x2000, replyBytes: 4112 }), REFUSAL.capabilityType],
    ['more queue pairs than offered', () => setGeneral({ 0x10: '00000013' }), REFUSAL.capabilityNotOffered],
    ['a queue of too many entries', (model: TestModel) => createQueue(model, { 0x1c: '17000004' }), REFUSAL.eventQueueShape],
    ['pages beyond all memory', (model: TestModel) => createQueue(model, { 0x28: '1f000000' }), REFUSAL.eventQueueShape],
    ['too short a list of queue pages', (model: TestModel) => createQueue(model, {}, 296), REFUSAL.requestLength],
    ['too long a list of queue pages', (model: TestModel) => createQueue(model, {}, 312), REFUSAL.requestLength],
    ['fewer pages than it counts', (model: TestModel) => model.send({ opcode: 0x108, opMod: 1, rest: '00000000 ffffffff' }), REFUSAL.requestLength],
    ['more pages back than there is room for', (model: TestModel) => model.send({ opcode: 0x108, opMod: 2, rest: '00000000 00000002', replyBytes: 24 }), REFUSAL.replyLength],
    ['a register access of another kind', (model: TestModel) => model.send({ opcode: 0x805, opMod: 2, rest: '00006001', lengthBytes: 80, replyBytes: 80 }), REFUSAL.opMod],
    ['a counter of another virtual port', (model: TestModel) => model.send({ opcode: 0x770, rest: '80000001', lengthBytes: 32, replyBytes: 528 }), REFUSAL.vport],
    ['a counter of another port', (model: TestModel) => model.send({ opcode: 0x770, rest: '00020000', lengthBytes: 32, replyBytes: 528 }), REFUSAL.port],
    ['ENABLE_HCA twice', (model: TestModel) => model.send({ opcode: 0x104, replyBytes: 12 }), REFUSAL.lifeCycle],
    ['SET_HCA_CAP once operational', (model: TestModel) => model.send({ opcode: 0x109, lengthBytes: 4112 }), REFUSAL.lifeCycle],
  ])('refuses %s', (_name, send, refusal) => {
    const { status, syndrome } = send(up());
    expect({ status, syndrome }).toEqual(refusal);
  });

  it('refuses SET_HCA_CAP to a tools context, and QUERY_PAGES not', () => {
    const model = up();
    const uid = model.openContext();
    expect(model.send({ opcode: 0x109, uid, lengthBytes: 4112 })).toMatchObject(REFUSAL.driverOnly);
    expect(model.send({ opcode: 0x107, opMod: 3, uid }).status).toBe(0);
  });
});
