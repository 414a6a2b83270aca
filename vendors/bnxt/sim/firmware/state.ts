import type { FirmwareOptions, FirmwareState, NvmEntry, Rings } from './types.js';
import { moduleMemory } from './module.js';

const NVM_TYPE = { packageLog: 1, bootCode: 4, vitalProductData: 5, bootRom: 6, management: 10, kong: 12, bootCode2: 18, portConfiguration: 41, functionConfiguration: 42, managementConfiguration: 48, eventLog: 52 };

function directory(version: readonly number[]): NvmEntry[] {
  const [major = 0, minor = 0, build = 0] = version;
  const image = major * 0x1000000 + minor * 0x10000 + build * 0x100;
  const rows: readonly (readonly [type: number, itemBytes: number, dataBytes: number, version: number])[] = [
    [NVM_TYPE.packageLog, 0x2000, 0x1c4, 0], [NVM_TYPE.bootCode, 0x20000, 0x1e5a8, image], [NVM_TYPE.bootCode2, 0x20000, 0x1e5a8, image],
    [NVM_TYPE.vitalProductData, 0x1000, 0x100, 0], [NVM_TYPE.bootRom, 0x40000, 0x36a00, image], [NVM_TYPE.management, 0x80000, 0x7a1c0, image],
    [NVM_TYPE.kong, 0x100000, 0xc8900, image], [NVM_TYPE.portConfiguration, 0x1000, 0x400, 0], [NVM_TYPE.functionConfiguration, 0x1000, 0x400, 0],
    [NVM_TYPE.managementConfiguration, 0x1000, 0x400, 0], [NVM_TYPE.eventLog, 0x4000, 0x4000, 0],
  ];
  return rows.map(([type, itemBytes, dataBytes, entryVersion], index) => ({
    type, ordinal: 0, extension: 0, attributes: 0, checksum: 0x5a17_0000 + index, itemBytes, dataBytes, version: entryVersion,
  }));
}

function none(): Rings {
  return { rssContexts: 0, completionRings: 0, txRings: 0, rxRings: 0, l2Contexts: 0, vnics: 0, statContexts: 0, ringGroups: 0, msix: 0 };
}

/** A firmware that has just been switched on for the first time. */
export function firstState({ profile, index, now }: FirmwareOptions): FirmwareState {
  const startedMs = now();
  return {
    profile, index,
    nowMs: () => now() - startedMs,
    rings: none(),
    isRegistered: false,
    directory: directory(profile.firmwareVersion),
    module: moduleMemory(profile, index),
    mdio: new Map(),
    portCountersCleared: 0,
    fdr: { startedMs: -1, stoppedMs: -1 },
    clock: '',
    pendingResets: new Map(),
  };
}

/** What a reset of the function takes away: the driver's reservations and its registration, and nothing of the memory. */
export function resetFunction(state: FirmwareState): void {
  Object.assign(state.rings, none());
  state.isRegistered = false;
}

/** What commands can change on purpose, as text. */
export function contents({ rings, isRegistered, directory: entries, module, mdio, portCountersCleared, fdr, clock, pendingResets }: FirmwareState): string {
  return JSON.stringify([rings, isRegistered, entries, Buffer.from(module).toString('hex'), [...mdio], portCountersCleared, fdr, clock, [...pendingResets]]);
}
