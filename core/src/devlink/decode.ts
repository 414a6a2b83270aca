import type { Attributes } from '../netlink/attributes.js';
import { malformed } from '../netlink/attributes.js';
import { Attr, PARAM_MODES, PORT_FLAVOURS, PORT_TYPES } from './abi.js';
import type { DevlinkDevice, DevlinkInfo, DevlinkParam, DevlinkParamValue, DevlinkPort, DevlinkRegion, DevlinkReporter, DevlinkResource, DevlinkValueType, DevlinkVersion } from './types.js';
import { decodeParamValue, valueTypeOf } from './value.js';

/** What every answer begins with: whose it is. Throws `ERR_PROTOCOL` when it does not say. */
export function decodeDevice(attributes: Attributes): DevlinkDevice {
  const [bus, name, index] = [attributes.text(Attr.busName), attributes.text(Attr.devName), attributes.uint(Attr.index)];
  return { bus: bus ?? missing('a bus'), name: name ?? missing('a device'), ...given('index', index), hasReloadFailed: (attributes.u8(Attr.reloadFailed) ?? 0) !== 0 };
}

/** The answer to INFO_GET. */
export function decodeInfo(attributes: Attributes): DevlinkInfo {
  const versions = (type: DevlinkVersion['type'], attr: number): DevlinkVersion[] => attributes.nests(attr).map((nest) => ({
    type, name: nest.text(Attr.infoVersionName) ?? missing('the name of a version'), value: nest.text(Attr.infoVersionValue) ?? '',
  }));
  return {
    ...given('driver', attributes.text(Attr.infoDriverName)),
    ...given('serialNumber', attributes.text(Attr.infoSerialNumber)),
    ...given('boardSerialNumber', attributes.text(Attr.infoBoardSerialNumber)),
    versions: [...versions('fixed', Attr.infoVersionFixed), ...versions('running', Attr.infoVersionRunning), ...versions('stored', Attr.infoVersionStored)],
  };
}

/** The answer to PARAM_GET. */
export function decodeParam(attributes: Attributes): DevlinkParam {
  const param = attributes.nest(Attr.param) ?? missing('a parameter');
  const type = valueTypeOf(param.u8(Attr.paramType) ?? missing('the kind of a parameter'));
  return {
    name: param.text(Attr.paramName) ?? missing('the name of a parameter'),
    isGeneric: param.has(Attr.paramGeneric),
    type,
    values: (param.nest(Attr.paramValuesList)?.nests(Attr.paramValue) ?? []).map((nest) => decodeInMode(type, nest)),
  };
}

function decodeInMode(type: DevlinkValueType, nest: Attributes): DevlinkParamValue {
  const mode = nest.u8(Attr.paramValueMode) ?? missing('the mode of a value');
  const value = decodeParamValue(type, nest.all(Attr.paramValueData));
  const defaults = nest.all(Attr.paramValueDefault);
  // A default flag says true or false in a byte, unlike the value itself.
  const isSet = defaults[0]?.some((byte) => byte !== 0) ?? false;
  return {
    mode: PARAM_MODES[mode] ?? `mode ${mode}`,
    ...given('value', value),
    ...(defaults.length === 0 ? {} : given('default', type === 'flag' ? isSet : decodeParamValue(type, defaults))),
  };
}

/** The answer to PORT_GET. */
export function decodePort(attributes: Attributes): DevlinkPort {
  const type = attributes.u16(Attr.portType) ?? 0;
  const flavour = attributes.u16(Attr.portFlavour);
  return {
    index: attributes.u32(Attr.portIndex) ?? missing('a port'),
    type: PORT_TYPES[type] ?? `type ${type}`,
    ...given('flavour', flavour === undefined ? undefined : PORT_FLAVOURS[flavour] ?? `flavour ${flavour}`),
    ...given('number', attributes.u32(Attr.portNumber)),
    ...given('netdev', attributes.text(Attr.portNetdevName)),
    ...given('interfaceIndex', attributes.u32(Attr.portIfindex)),
  };
}

/** The answer to REGION_GET. */
export function decodeRegion(attributes: Attributes): DevlinkRegion {
  const snapshots = (attributes.nest(Attr.regionSnapshots)?.nests(Attr.regionSnapshot) ?? []).flatMap((nest) => nest.u32(Attr.regionSnapshotId) ?? []);
  return {
    name: attributes.text(Attr.regionName) ?? missing('a region'),
    ...given('portIndex', attributes.u32(Attr.portIndex)),
    sizeBytes: attributes.u64(Attr.regionSize) ?? missing('the size of a region'),
    ...given('maxSnapshots', attributes.u32(Attr.regionMaxSnapshots)),
    snapshots: snapshots.sort((a, b) => a - b),
  };
}

/** The answer to HEALTH_REPORTER_GET. */
export function decodeReporter(attributes: Attributes): DevlinkReporter {
  const reporter = attributes.nest(Attr.reporter) ?? missing('a reporter');
  const state = reporter.u8(Attr.reporterState) ?? missing('the state of a reporter');
  const flag = (type: number): boolean | undefined => (reporter.has(type) ? reporter.u8(type) !== 0 : undefined);
  return {
    name: reporter.text(Attr.reporterName) ?? missing('the name of a reporter'),
    ...given('portIndex', attributes.u32(Attr.portIndex)),
    state: state === 0 ? 'healthy' : state === 1 ? 'error' : `state ${state}`,
    ...given('errorCount', reporter.u64(Attr.reporterErrorCount)),
    ...given('recoverCount', reporter.u64(Attr.reporterRecoverCount)),
    ...given('dumpTimeMs', reporter.u64(Attr.reporterDumpTime)),
    ...given('dumpTimeNs', reporter.u64(Attr.reporterDumpTimeNs)),
    ...given('gracefulPeriodMs', reporter.u64(Attr.reporterGracefulPeriod)),
    ...given('burstPeriodMs', reporter.u64(Attr.reporterBurstPeriod)),
    ...given('recoversItself', flag(Attr.reporterAutoRecover)),
    ...given('dumpsItself', flag(Attr.reporterAutoDump)),
  };
}

/** The answer to RESOURCE_DUMP: one message or several, each with part of the list. */
export function decodeResources(attributes: Attributes): DevlinkResource[] {
  return (attributes.nest(Attr.resourceList)?.nests(Attr.resource) ?? []).map((nest) => ({
    name: nest.text(Attr.resourceName) ?? missing('the name of a resource'),
    id: nest.u64(Attr.resourceId) ?? missing('the number of a resource'),
    size: nest.u64(Attr.resourceSize) ?? missing('the size of a resource'),
    ...given('sizeNew', nest.u64(Attr.resourceSizeNew)),
    ...given('isSizeValid', nest.has(Attr.resourceSizeValid) ? nest.u8(Attr.resourceSizeValid) !== 0 : undefined),
    ...given('occupied', nest.u64(Attr.resourceOccupancy)),
    resources: decodeResources(nest),
  }));
}

function missing(what: string): never {
  throw malformed(`an answer of devlink without ${what}`);
}

/** A member of a result, only where there is a value. */
export function given<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : { [name]: value } as Partial<Record<K, T>>;
}
