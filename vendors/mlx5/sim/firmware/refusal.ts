import type { CommandStatus } from './types.js';

/** Status bytes of a command reply. */
export const STATUS = {
  ok: 0x00,
  internalError: 0x01,
  badOperation: 0x02,
  badParameter: 0x03,
  badSystemState: 0x04,
  badResource: 0x05,
  resourceBusy: 0x06,
  limitsExceeded: 0x08,
  badIndex: 0x0a,
  badInputLength: 0x50,
  badOutputLength: 0x51,
} as const;

const because = (status: number, cause: number): CommandStatus => ({ status, syndrome: SYNDROME_BASE + cause });

/** Every syndrome of this simulator is this plus the number of its cause, so that none can be mistaken for a real device's. */
export const SYNDROME_BASE = 0x51a000;

/**
 * Why a command is refused. Real firmware's syndromes are opaque; these are the simulator's own, one for each cause.
 */
export const REFUSAL = {
  /** The request is shorter than a command header. */
  headerMissing: because(STATUS.badInputLength, 0x01),
  /** No command of this firmware has the opcode. */
  opcode: because(STATUS.badOperation, 0x02),
  /** The request is not as long as the command says. */
  requestLength: because(STATUS.badInputLength, 0x03),
  /** There is too little room for the reply. */
  replyLength: because(STATUS.badOutputLength, 0x04),
  /** The sender's user context does not exist. */
  userContextUnknown: because(STATUS.badResource, 0x05),
  /** The command is the driver's alone. */
  driverOnly: because(STATUS.badOperation, 0x06),
  /** The command needs a user context with the tools capability. */
  toolsOnly: because(STATUS.badOperation, 0x07),
  /** The function's life cycle is not where the command belongs. */
  lifeCycle: because(STATUS.badSystemState, 0x08),
  /** `op_mod` has a value that the command does not know. */
  opMod: because(STATUS.badParameter, 0x09),
  /** The command names another function, and there is none. */
  otherFunction: because(STATUS.badIndex, 0x0a),

  /** The interface step is not one that QUERY_ISSI offers. */
  interfaceStep: because(STATUS.badParameter, 0x10),
  /** The firmware still waits for pages. */
  pagesMissing: because(STATUS.badSystemState, 0x11),
  /** The profile of TEARDOWN_HCA is not supported. */
  teardownProfile: because(STATUS.badParameter, 0x12),
  /** The function has no capability of this type. */
  capabilityType: because(STATUS.badParameter, 0x13),
  /** The capability cannot be set. */
  capabilityReadOnly: because(STATUS.badParameter, 0x14),
  /** The value is beyond what the maximum offers. */
  capabilityNotOffered: because(STATUS.badParameter, 0x15),

  /** More pages than the firmware asked for. */
  pagesUnasked: because(STATUS.limitsExceeded, 0x20),
  /** A page address is not a multiple of 4096, or was given before. */
  pageAddress: because(STATUS.badParameter, 0x21),
  /** No free event queue. */
  eventQueueLimit: because(STATUS.limitsExceeded, 0x22),
  /** No such event queue. */
  eventQueueUnknown: because(STATUS.badResource, 0x23),
  /** The event queue's size, page size or page list is impossible. */
  eventQueueShape: because(STATUS.badParameter, 0x24),
  /** The doorbell page is not one that ALLOC_UAR handed out. */
  uarUnknown: because(STATUS.badResource, 0x25),
  /** No free doorbell page. */
  uarLimit: because(STATUS.limitsExceeded, 0x26),
  /** An event queue still rings on the doorbell page. */
  uarBusy: because(STATUS.resourceBusy, 0x27),
  /** No free user context. */
  userContextLimit: because(STATUS.limitsExceeded, 0x28),
  /** No such user context. */
  userContextMissing: because(STATUS.badResource, 0x29),
  /** The user context asks for a capability that the device does not offer. */
  userContextCapability: because(STATUS.badParameter, 0x2a),
  /** No such object. */
  objectUnknown: because(STATUS.badResource, 0x2b),
  /** No room for another object of the kind, or no such place. */
  objectLimit: because(STATUS.limitsExceeded, 0x2c),
  /** The object names another one that does not exist. */
  objectParent: because(STATUS.badResource, 0x2d),
  /** The virtual port, or the index within it, does not exist. */
  vport: because(STATUS.badIndex, 0x2e),
  /** The function does not have what the command is about. */
  notOffered: because(STATUS.badOperation, 0x2f),

  /** No register has the id. */
  register: because(STATUS.badParameter, 0x30),
  /** The register cannot be written. */
  registerReadOnly: because(STATUS.badParameter, 0x31),
  /** There is no such port. */
  port: because(STATUS.badIndex, 0x32),
  /** The port does not speak the protocol that `proto_mask` selects, or the mask selects not exactly one. */
  protocol: because(STATUS.badParameter, 0x33),
  /** The administrative state or link mode is not supported. */
  portSetting: because(STATUS.badParameter, 0x34),
  /** There is no such counter group on this port. */
  counterGroup: because(STATUS.badParameter, 0x35),
  /** There is no such priority or traffic class. */
  counterIndex: because(STATUS.badIndex, 0x36),
  /** There is no such sensor. */
  sensor: because(STATUS.badIndex, 0x37),
  /** The thresholds or the event mode make no sense. */
  sensorSetting: because(STATUS.badParameter, 0x38),
  /** There is no such module or slot. */
  module: because(STATUS.badIndex, 0x39),
  /** There is no such PCIe link. */
  pcieLink: because(STATUS.badIndex, 0x3a),
  /** The register's capability mask has no such group. */
  accessGroup: because(STATUS.badIndex, 0x3b),
  /** A value that the register does not take. */
  registerValue: because(STATUS.badParameter, 0x3c),
  /** The register has nothing at this index. */
  registerIndex: because(STATUS.badIndex, 0x3d),

  /** There is no such item of non-volatile configuration. */
  nvItem: because(STATUS.badResource, 0x60),
  /** The item says what the device is, and cannot be written. */
  nvReadOnly: because(STATUS.badParameter, 0x61),
  /** The item is not that long. */
  nvLength: because(STATUS.badParameter, 0x62),
  /** A value is beyond what the device can be configured to. */
  nvValue: because(STATUS.badParameter, 0x63),
  /** There is no such part of the firmware. */
  component: because(STATUS.badIndex, 0x64),
  /** Another host updates the firmware. */
  updateLocked: because(STATUS.resourceBusy, 0x65),
  /** The handle is not the one that updates the firmware. */
  updateHandle: because(STATUS.badParameter, 0x66),
  /** The update has not come so far, or is past that. */
  updateState: because(STATUS.badSystemState, 0x67),
  /** The device has no diagnostic counters. */
  samplingMissing: because(STATUS.badOperation, 0x50),
  /** No diagnostic counter has the id, one is named twice, or none is named. */
  sampledCounter: because(STATUS.badParameter, 0x51),
  /** Not exactly one mode, or flags that exclude each other or a counter. */
  samplingMode: because(STATUS.badParameter, 0x52),
  /** The period is too short or too long. */
  samplingPeriod: because(STATUS.badParameter, 0x53),
  /** The ring does not hold so many samples of so many counters. */
  samplingDepth: because(STATUS.limitsExceeded, 0x54),
  /** Nothing is sampled. */
  samplingOff: because(STATUS.badSystemState, 0x55),
  /** The ring has no such place. */
  sampleIndex: because(STATUS.badIndex, 0x56),

  /** There is no such kind of resource to dump. */
  dumpKind: because(STATUS.badParameter, 0x70),
  /** The dump that is to be continued is over, or too many have begun since. */
  dumpOver: because(STATUS.badParameter, 0x71),
} as const satisfies Record<string, CommandStatus>;
