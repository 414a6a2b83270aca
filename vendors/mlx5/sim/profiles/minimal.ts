import { sheet } from '../wire.js';
import type { Profile } from './types.js';

const GENERAL = sheet(256, `
  10: log_max_qp[4:0]=17
  1c: log_max_eq[3:0]=4
  34: port_type[9:8]=0, num_ports[7:0]=1
  4c: log_bf_reg_size[20:16]=9
  d4: uctx_cap=7
`);

/** NODE_DESC, HOST_ENDIANNESS, PAOS, PTYS, PPCNT. */
const REGISTERS = new Set([0x6001, 0x7004, 0x5006, 0x5004, 0x5008]);

/**
 * The least that the driver accepts: short capabilities, an InfiniBand port without a module, no sensor, no time-outs, no pages,
 * an interface step that cannot even be asked for, and firmware that rejects most registers.
 */
export const MINIMAL: Profile = {
  name: 'minimal',
  pci: { vendorId: 0x15b3, deviceId: 0x101d, subsystemVendorId: 0x15b3, subsystemId: 0x0001, revision: 0, classCode: 0x020000 },
  hardwareId: 0x212,
  version: { major: 22, minor: 28, subMinor: 1002 },
  psid: 'SIM_0000000001',
  timerFrequencyKhz: 0,
  publishesTimeouts: false,
  nodeDescription: '',
  board: { partNumber: '', revision: '', productName: '' },
  bootPages: 0,
  initPages: 0,
  interfaceSteps: 0,
  userContexts: 4,
  eventQueues: 16,
  capabilities: new Map([[0, { current: GENERAL, maximum: GENERAL }]]),
  port: { protocol: 'infiniband', lanes: 4, maxRate: 1000 },
  sensors: [],
  hasModule: false,
  hasGateway: false,
  registers: REGISTERS,
};
