import type { Profile } from './types.js';

const GB10 = 1 << 6;
const GB25 = 1 << 8;
const GB40 = 1 << 9;
const GB50 = 1 << 10;
const GB100 = 1 << 11;
const GB1 = 1 << 3;

const PHY_25G_SR = 0x0e;
const PHY_100G_SR4 = 0x10;
const MODULE_SFP = 0x03;
const MODULE_QSFP28 = 0x11;

const bcm57414: Profile = {
  pciDeviceId: 0x16d7,
  chipNumber: 0x16d7,
  chipRevision: 1,
  chipMetal: 1,
  interfaceVersion: [1, 10, 3, 0],
  firmwareVersion: [231, 0, 153, 0],
  packageVersion: '231.1.162.1',
  partNumber: 'SIM957414',
  managesResources: true,
  countsCodewords: false,
  hasBackingStore: false,
  linkSpeed: 25,
  speeds: GB1 | GB10 | GB25,
  phyType: PHY_25G_SR,
  moduleId: MODULE_SFP,
  unknown: [],
  replyBytes: new Map(),
};

const bcm57508: Profile = {
  ...bcm57414,
  pciDeviceId: 0x1750,
  chipNumber: 0x1750,
  partNumber: 'SIM957508',
  countsCodewords: true,
  hasBackingStore: true,
  linkSpeed: 100,
  speeds: GB10 | GB25 | GB40 | GB50 | GB100,
  phyType: PHY_100G_SR4,
  moduleId: MODULE_QSFP28,
};

/** A firmware of the interface's version 1.6.0: shorter replies, and no resource management. */
const old: Profile = {
  ...bcm57414,
  interfaceVersion: [1, 6, 0, 0],
  firmwareVersion: [20, 6, 124, 0],
  packageVersion: '20.06.05.06',
  managesResources: false,
  unknown: [0x0c, 0xbe, 0xdf, 0x124, 0x190, 0x198, 0x200, 0x232, 0xff20, 0xff21],
  replyBytes: new Map([[0x00, 128], [0x15, 80], [0x16, 80], [0x27, 96], [0x2a, 24], [0xe0, 16], [0xfff6, 32]]),
};

/** The kinds of device that can be simulated, the default first. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([['bcm57414', bcm57414], ['bcm57508', bcm57508], ['bcm57414-old', old]]);
