import { message, putNumber, raw, text, u16, u32, u8 } from '../../bytes.js';
import { ERROR, SELF } from '../codes.js';
import { resetFunction } from '../state.js';
import type { CommandTable, FirmwareState, Handler, Request, Rings } from '../types.js';

/** The number that the firmware gives this function. */
export const OWN_FID = 1;
const EMPTY_REPLY_BYTES = 16;
const LONGEST_FRAME = 9600;
const DEBUG_COMMANDS = 0x8000_0000;
const DOORBELL_KIB = 4;
const LANES = 8;
const PCIE_GENERATION = 3;
const LINK_IS_AUTOMATIC = 2 << 2;

/** The most that a function can reserve of each resource. */
const MOST: Rings = { rssContexts: 64, completionRings: 64, txRings: 64, rxRings: 64, l2Contexts: 64, vnics: 64, statContexts: 64, ringGroups: 64, msix: 32 };

/** FUNC_CFG: the bit of `enables`, where the number stands, and what it reserves. */
const RESERVATIONS: readonly (readonly [bit: number, offsetBytes: number, resource: keyof Rings])[] = [
  [0x4, 32, 'rssContexts'], [0x8, 34, 'completionRings'], [0x10, 36, 'txRings'], [0x20, 38, 'rxRings'], [0x40, 40, 'l2Contexts'],
  [0x80, 42, 'vnics'], [0x100, 44, 'statContexts'], [0x80000, 46, 'ringGroups'], [0x200000, 18, 'msix'],
];

function empty(): Uint8Array {
  return new Uint8Array(EMPTY_REPLY_BYTES);
}

/** A station address of the simulators' own: locally administered. */
export function macAddress({ index }: FirmwareState): Uint8Array {
  return Uint8Array.of(0x02, 0x10, 0x18, 0x5a, 0x17, index);
}

function serialNumber({ index }: FirmwareState): Uint8Array {
  return Uint8Array.of(0x02, 0x10, 0x18, 0xff, 0xfe, 0x5a, 0x17, index);
}

/** A command about a function, which only this one may be. */
export function ofFunction(run: Handler): Handler {
  return (state, request) => ([SELF, OWN_FID].includes(request.u16(16)) ? run(state, request) : ERROR.invalidParams);
}

const capabilities = ofFunction((state) => message(
  144,
  u16(8, OWN_FID, 0), u32(12, state.profile.unknown.includes(0xff20) ? 0 : DEBUG_COMMANDS), raw(16, macAddress(state)),
  u16(22, MOST.rssContexts, MOST.completionRings, MOST.txRings, MOST.rxRings, MOST.l2Contexts, MOST.vnics, 0, 0, MOST.statContexts),
  u32(40, 256, 256, 0, 0, 1024, 256, 32, 64, MOST.ringGroups), u16(78, 0), raw(96, serialNumber(state)),
));

const configuration = ofFunction((state) => {
  const { rings } = state;
  return message(
    176,
    u16(8, OWN_FID, 0, 0, 0), raw(16, macAddress(state)), u16(22, 0),
    u16(24, rings.rssContexts, rings.completionRings, rings.txRings, rings.rxRings, rings.l2Contexts, rings.vnics),
    u16(36, 1500, LONGEST_FRAME), u16(40, 0), u8(42, 0, 1), u16(46, LONGEST_FRAME), u32(48, 0, state.profile.linkSpeed * 1000), u8(57, LINK_IS_AUTOMATIC),
    u32(64, rings.ringGroups), u16(70, rings.statContexts, rings.msix), u16(76, DOORBELL_KIB), u8(79, 1), u16(84, DOORBELL_KIB), u16(100, LONGEST_FRAME),
    u8(160, LANES, PCIE_GENERATION, LANES, PCIE_GENERATION),
  );
});

const resources = ofFunction(({ profile }) => {
  if (!profile.managesResources) return ERROR.notSupported;
  const pairs = [MOST.rssContexts, MOST.completionRings, MOST.txRings, MOST.rxRings, MOST.l2Contexts, MOST.vnics, MOST.statContexts, MOST.ringGroups];
  return message(88, u16(8, 0, MOST.msix, 0), u16(14, ...pairs.flatMap((most) => [1, most])));
});

const configure = ofFunction(({ rings }, request) => {
  const enables = request.u32(24);
  for (const [bit, offsetBytes, resource] of RESERVATIONS) if ((enables & bit) !== 0) rings[resource] = Math.min(request.u16(offsetBytes), MOST[resource]);
  return empty();
});

function register(state: FirmwareState): Uint8Array {
  state.isRegistered = true;
  return empty();
}

function unregister(state: FirmwareState): Uint8Array {
  state.isRegistered = false;
  return empty();
}

/** Levels: all, this function, its children, one virtual function; the latter two do nothing here, since there are none. */
function reset(state: FirmwareState, request: Request): Uint8Array | number {
  const level = request.u8(22);
  if (level > 3) return ERROR.invalidParams;
  if (level < 2) resetFunction(state);
  return empty();
}

function backingStore({ profile }: FirmwareState): Uint8Array | number {
  if (!profile.hasBackingStore) return ERROR.notSupported;
  const reply = message(
    104,
    u32(8, 64), u16(12, 4, 16, 512), u16(18, 16), u32(20, 64), u16(24, 128), u16(26, 64), u32(28, 128), u16(32, 128),
    u16(34, 16, 16, 32), u32(40, 64), u16(44, 64, 128), u32(48, 32, 64), u32(56, 64), u16(60, 128, 16), u32(64, 64),
  );
  putNumber(reply, 70, 1, 32);
  return reply;
}

const selftests = ['NVM', 'link', 'register'];

/** What functions can do and are given. */
export const FUNCTION_COMMANDS: CommandTable = {
  0x0011: { name: 'FUNC_RESET', run: reset },
  0x0015: { name: 'FUNC_QCAPS', run: capabilities },
  0x0016: { name: 'FUNC_QCFG', run: configuration },
  0x0017: { name: 'FUNC_CFG', run: configure },
  0x001a: { name: 'FUNC_DRV_UNRGTR', run: unregister },
  0x001d: { name: 'FUNC_DRV_RGTR', run: register },
  0x004a: { name: 'VNIC_QCAPS', run: () => message(24, u16(8, LONGEST_FRAME), u32(12, 0x2)) },
  0x0124: { name: 'CFA_ADV_FLOW_MGNT_QCAPS', run: () => message(16, u32(8, 0x1)) },
  0x0190: { name: 'FUNC_RESOURCE_QCAPS', run: resources },
  0x0192: { name: 'FUNC_BACKING_STORE_QCAPS', run: backingStore },
  0x0193: { name: 'FUNC_BACKING_STORE_CFG', run: ({ profile }) => (profile.hasBackingStore ? empty() : ERROR.notSupported) },
  0x0200: { name: 'SELFTEST_QLIST', run: () => message(280, u8(8, selftests.length, 0x7, 0x5), u16(12, 2000), ...selftests.map((name, at) => text(16 + 32 * at, 32, name))) },
};
