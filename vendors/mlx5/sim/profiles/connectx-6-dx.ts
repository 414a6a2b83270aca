import { CONNECTX_6_DX_CAPABILITIES } from './connectx-6-dx-capabilities.js';
import { CONNECTX_6_DX_NV } from './connectx-6-dx-nv.js';
import { CONNECTX_6_DX_SAMPLING } from './connectx-6-dx-sampling.js';
import type { Profile } from './types.js';

/** A ConnectX-6 Dx with one 100 Gb/s Ethernet port and an optical module. */
export const CONNECTX_6_DX: Profile = {
  name: 'connectx-6-dx',
  pci: { vendorId: 0x15b3, deviceId: 0x101d, subsystemVendorId: 0x15b3, subsystemId: 0x0016, revision: 0, classCode: 0x020000 },
  hardwareId: 0x212,
  version: { major: 22, minor: 43, subMinor: 1014 },
  psid: 'SIM_0000000022',
  timerFrequencyKhz: 1_000_000,
  publishesTimeouts: true,
  nodeDescription: 'SIM4125 ConnectX6Dx',
  board: { partNumber: 'SIM623106AN-CDAT', revision: 'A1', productName: 'ConnectX-6 Dx simulated adapter, 100GbE, QSFP56' },
  bootPages: 24,
  initPages: 1_500,
  interfaceSteps: 0b11,
  userContexts: 256,
  eventQueues: 60,
  capabilities: CONNECTX_6_DX_CAPABILITIES,
  port: { protocol: 'ethernet', lanes: 4, maxRate: 1000 },
  sensors: [
    { index: 0, name: 'asic', meanDegrees: 58, swingDegrees: 4, periodMs: 600_000, highDegrees: 105, lowDegrees: 95 },
    { index: 64, name: 'Module0', meanDegrees: 41, swingDegrees: 2, periodMs: 900_000, highDegrees: 75, lowDegrees: 70 },
  ],
  hasModule: true,
  nvItems: CONNECTX_6_DX_NV,
  components: [
    { identifier: 1, status: 2, sizeBytes: 0x00c0_0000, maxSizeBytes: 0x0100_0000, version: '22.43.1014', versionNumber: 0x162b_03f6 },
    { identifier: 7, status: 0, sizeBytes: 0, maxSizeBytes: 0x1000 },
    { identifier: 12, status: 1, sizeBytes: 0x0004_0000, maxSizeBytes: 0x0010_0000, version: '1.4.8', versionNumber: 0x0104_0008 },
  ],
  model: { name: 'SIM4125-CDAT', description: 'ConnectX-6 Dx as auxctl simulates it; 100GbE; single-port; PCIe 4.0 x16' },
  sampling: CONNECTX_6_DX_SAMPLING,
  hasGateway: true,
  productName: 'Simulated ConnectX-6 Dx Ethernet adapter card',
};
