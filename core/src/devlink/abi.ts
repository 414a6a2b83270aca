/** The family's name (`include/uapi/linux/devlink.h`, Linux 7.2, as everything here). */
export const DEVLINK_FAMILY = 'devlink';

/** Commands by number: `enum devlink_command`. */
export const Command = {
  get: 1, portGet: 5, resourceDump: 36, paramGet: 38, paramSet: 39, regionGet: 42, regionNew: 44, regionDelete: 45, regionRead: 46,
  infoGet: 51, reporterGet: 52, reporterDiagnose: 55, reporterDumpGet: 56,
} as const;

/** Attributes by number: `enum devlink_attr`. */
export const Attr = {
  busName: 1, devName: 2, portIndex: 3, portType: 4, portIfindex: 6, portNetdevName: 7,
  resourceList: 63, resource: 64, resourceName: 65, resourceId: 66, resourceSize: 67, resourceSizeNew: 68, resourceSizeValid: 69,
  resourceSizeMin: 70, resourceSizeMax: 71, resourceSizeGran: 72, resourceUnit: 73, resourceOccupancy: 74,
  portFlavour: 77, portNumber: 78,
  param: 80, paramName: 81, paramGeneric: 82, paramType: 83, paramValuesList: 84, paramValue: 85, paramValueData: 86, paramValueMode: 87,
  regionName: 88, regionSize: 89, regionSnapshots: 90, regionSnapshot: 91, regionSnapshotId: 92, regionChunks: 93, regionChunk: 94,
  regionChunkData: 95, regionChunkAddress: 96, regionChunkLength: 97,
  infoDriverName: 98, infoSerialNumber: 99, infoVersionFixed: 100, infoVersionRunning: 101, infoVersionStored: 102, infoVersionName: 103,
  infoVersionValue: 104,
  fmsg: 106, fmsgObjectStart: 107, fmsgPairStart: 108, fmsgArrayStart: 109, fmsgNestEnd: 110, fmsgName: 111, fmsgValueType: 112, fmsgValueData: 113,
  reporter: 114, reporterName: 115, reporterState: 116, reporterErrorCount: 117, reporterRecoverCount: 118, reporterDumpTime: 119,
  reporterGracefulPeriod: 120, reporterAutoRecover: 121,
  reloadFailed: 136, reporterDumpTimeNs: 137, reporterAutoDump: 141, infoBoardSerialNumber: 146, regionMaxSnapshots: 170, regionDirect: 179,
  reporterBurstPeriod: 181, paramValueDefault: 182, paramResetDefault: 183, index: 184,
} as const;

/** The kinds of value that a parameter or a part of a dump can have: `enum devlink_var_attr_type`, by number. */
export const VALUE_TYPES = { 1: 'u8', 2: 'u16', 3: 'u32', 4: 'u64', 5: 'string', 6: 'flag', 10: 'text', 11: 'binary', 129: 'u64 array' } as const;

/** Where a parameter's value is kept, by number: in force now, from the next reload of the driver on, or in the device for good. */
export const PARAM_MODES = ['runtime', 'driverinit', 'permanent'] as const;

/** `enum devlink_port_type`. */
export const PORT_TYPES = ['notset', 'auto', 'eth', 'ib'] as const;

/** `enum devlink_port_flavour`. */
export const PORT_FLAVOURS = ['physical', 'cpu', 'dsa', 'pcipf', 'pcivf', 'virtual', 'unused', 'pcisf'] as const;
