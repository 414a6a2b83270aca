import { message, raw, text, u16, u32, u64, u8 } from '../../bytes.js';
import { ERROR } from '../codes.js';
import { MODULE_BYTES } from '../module.js';
import type { CommandTable, FirmwareState, Handler, Request } from '../types.js';

const LINK_UP = 2;
const FULL_DUPLEX = 1;
const ACTIVE_CLAUSE_91 = 2 << 4;
/** Negotiation, clauses 74 and 91 supported, clause 91 enabled. */
const FORWARD_ERROR_CORRECTION = 0x6a;
const MEDIA_FIBRE = 3;
const PACKAGE_EXTERNAL = 2;
const AUTO_SPEED_MASK = 4;
const MODULE_READ_BYTES = 64;
/** The two addresses at which an optical module answers, in eight bits. */
const MODULE_ADDRESSES = [0xa0, 0xa2];
const PHY_IDENTIFIERS = new Map([[2, 0x600d], [3, 0x8480]]);

/** A command about a port, of which there is one; `offsetBytes` is where the request names it. */
function ofPort(offsetBytes: number, run: Handler): Handler {
  return (state, request) => (request.u16(offsetBytes) === 0 ? run(state, request) : ERROR.invalidParams);
}

const link: Handler = ({ profile }) => message(
  112,
  u8(8, LINK_UP, ACTIVE_CLAUSE_91), u16(10, profile.linkSpeed * 10), u8(12, FULL_DUPLEX, 0x3), u16(14, profile.speeds, profile.linkSpeed * 10),
  u8(18, AUTO_SPEED_MASK, 0x3), u16(20, profile.linkSpeed * 10, profile.speeds), u8(27, 0), u8(32, 1, 0, 0, profile.phyType, MEDIA_FIBRE, PACKAGE_EXTERNAL, 0),
  u16(40, profile.speeds), u32(48, profile.moduleId * 0x1000000), u16(52, FORWARD_ERROR_CORRECTION), u8(54, FULL_DUPLEX), text(56, 16, 'SIMULATED OPTICS'), text(72, 16, `${profile.partNumber}-SR`),
  u8(102, profile.linkSpeed === 100 ? 4 : 1),
);

const linkCapabilities: Handler = ({ profile }) => message(48, u8(8, 0x2, 1), u16(10, profile.speeds, profile.speeds), u16(28, profile.countsCodewords ? 0x100 : 0));

/** The module's memory; page 0 of bank 0 is all there is. */
function moduleRange(request: Request): { readonly start: number; readonly lengthBytes: number } | undefined {
  const [start, lengthBytes] = [request.u16(30), request.u8(32)];
  const isThere = MODULE_ADDRESSES.includes(request.u8(26)) && request.u16(28) === 0 && request.u8(27) === 0;
  return isThere && lengthBytes > 0 && lengthBytes <= MODULE_READ_BYTES && start + lengthBytes <= MODULE_BYTES ? { start, lengthBytes } : undefined;
}

const readModule: Handler = ({ module }, request) => {
  const range = moduleRange(request);
  return range === undefined ? ERROR.invalidParams : message(80, raw(8, module.subarray(range.start, range.start + range.lengthBytes)));
};

const writeModule: Handler = ({ module }, request) => {
  const range = moduleRange(request);
  if (range === undefined) return ERROR.invalidParams;
  module.set(message(range.lengthBytes, raw(0, request.bytes.subarray(40))), range.start);
  return new Uint8Array(16);
};

function phyRegister(request: Request): string {
  return [request.u8(26), request.u8(27), request.u16(28)].join('.');
}

const readPhy: Handler = ({ mdio }, request) => message(16, u16(8, mdio.get(phyRegister(request)) ?? PHY_IDENTIFIERS.get(request.u16(28)) ?? 0));

const writePhy: Handler = ({ mdio }, request) => {
  mdio.set(phyRegister(request), request.u16(30));
  return new Uint8Array(16);
};

const OPERATION = { start: 0, stop: 1, clear: 2, counter: 3 };

const codewords: Handler = (state, request) => {
  const { fdr, profile, nowMs } = state;
  if (!profile.countsCodewords) return ERROR.notSupported;
  switch (request.u16(22)) {
    case OPERATION.start: Object.assign(fdr, { startedMs: Math.floor(nowMs()), stoppedMs: -1 }); break;
    case OPERATION.stop: fdr.stoppedMs = Math.floor(nowMs()); break;
    case OPERATION.clear: Object.assign(fdr, { startedMs: -1, stoppedMs: -1 }); break;
    case OPERATION.counter: break;
    default: return ERROR.invalidParams;
  }
  return codewordCounts(state);
};

function codewordCounts({ fdr, nowMs }: FirmwareState): Uint8Array {
  if (fdr.startedMs < 0) return new Uint8Array(384);
  const end = fdr.stoppedMs < 0 ? Math.floor(nowMs()) : fdr.stoppedMs;
  const total = (end - fdr.startedMs) * 19_000;
  return message(384, u64(8, fdr.startedMs, end), u64(40, 0, Math.floor(total / 1000), total, Math.floor(total / 900), total), u64(208, 0, Math.floor(total / 1000), total));
}

const clearCounters: Handler = (state) => {
  state.portCountersCleared += 1;
  return new Uint8Array(16);
};

/** The port: its link, its module, its counters. */
export const PORT_COMMANDS: CommandTable = {
  0x0025: { name: 'PORT_CLR_STATS', run: ofPort(16, clearCounters) },
  0x0027: { name: 'PORT_PHY_QCFG', run: ofPort(16, link) },
  0x002a: { name: 'PORT_PHY_QCAPS', run: ofPort(16, linkCapabilities) },
  0x002b: { name: 'PORT_PHY_I2C_WRITE', run: ofPort(24, writeModule) },
  0x002c: { name: 'PORT_PHY_I2C_READ', run: ofPort(24, readModule) },
  0x002f: { name: 'PORT_LED_QCAPS', run: ofPort(16, () => new Uint8Array(48)) },
  0x00b5: { name: 'PORT_PHY_MDIO_WRITE', run: ofPort(24, writePhy) },
  0x00b6: { name: 'PORT_PHY_MDIO_READ', run: ofPort(24, readPhy) },
  0x00df: { name: 'PORT_MAC_QCAPS', run: ofPort(16, () => message(16, u8(8, 0x2))) },
  0x0232: { name: 'PORT_PHY_FDRSTAT', run: ofPort(16, codewords) },
};
