import type { ErrorContext } from '../errors/base.js';
import { ReplyError, UsageError } from '../errors/classes.js';
import { attribute, type AttributeInput, type Attributes } from '../netlink/attributes.js';
import { GenericNetlink, type NetlinkSource } from '../netlink/generic.js';
import type { WaitOptions } from '../wait.js';
import { Attr, Command, DEVLINK_FAMILY, PARAM_MODES } from './abi.js';
import { decodeDevice, decodeInfo, decodeParam, decodePort, decodeRegion, decodeReporter, decodeResources } from './decode.js';
import { decodeFmsg } from './fmsg.js';
import type { DevlinkDevice, DevlinkHandle, DevlinkInfo, DevlinkParam, DevlinkParamChange, DevlinkPort, DevlinkRegion, DevlinkReport, DevlinkReporter, DevlinkResource, RegionRead, ReporterName } from './types.js';
import { encodeParamValue, valueTypeNumber } from './value.js';

/** Most bytes of a region that one read may ask for. */
export const MAX_REGION_READ_BYTES = 16 * 1024 * 1024;
/** A chunk of 256 bytes travels with its address and the headers of both. */
const REGION_OVERHEAD = 2;
const HANDLE = /^(?<bus>[^/]+)\/(?<name>[^/]+)$/;

/** Takes a handle as it is typed, `pci/0000:03:00.0` or `devlink_index/3`. Throws `ERR_USAGE`. */
export function parseDevlinkHandle(text: string): DevlinkHandle {
  const { bus, name } = HANDLE.exec(text)?.groups ?? {};
  if (bus === undefined || name === undefined) throw new UsageError('ERR_USAGE', `'${text}' is no devlink handle, such as pci/0000:03:00.0 or devlink_index/3`);
  return { bus, name };
}

/** Options of a question about one kind of object. */
interface Question<T> {
  readonly command: number;
  readonly what: string;
  readonly attributes?: readonly AttributeInput[];
  readonly isDump?: boolean;
  readonly maxBytes?: number;
  readonly decode: (attributes: Attributes) => T;
}

/**
 * The kernel's devlink interface. Reading information, parameters, ports, regions, reporters and resources needs no privilege; reports, region contents
 * and everything that changes something need CAP_NET_ADMIN (`ERR_PERMISSION`). Methods reject as `GenericNetlink.ask` does: a driver that lacks what is
 * asked for is `ERR_SYSTEM_CALL` with EOPNOTSUPP, a name that it does not know one with EINVAL.
 */
export class Devlink implements AsyncDisposable {
  readonly #netlink: GenericNetlink;

  constructor(native: NetlinkSource) {
    this.#netlink = new GenericNetlink(native);
  }

  /** Every devlink instance of this network namespace. Rejects with `ERR_NO_TRANSPORT` where the kernel has no devlink. */
  async devices(wait: WaitOptions = {}): Promise<DevlinkDevice[]> {
    return this.#ask(undefined, { command: Command.get, what: 'GET', isDump: true, decode: decodeDevice }, wait);
  }

  /** Who the device is, and its versions. */
  async info(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkInfo> {
    return this.#one(handle, { command: Command.infoGet, what: 'INFO_GET', decode: decodeInfo }, wait);
  }

  async params(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkParam[]> {
    return this.#list(handle, { command: Command.paramGet, what: 'PARAM_GET', decode: decodeParam }, wait);
  }

  async param(handle: DevlinkHandle, name: string, wait: WaitOptions = {}): Promise<DevlinkParam> {
    return this.#one(handle, { command: Command.paramGet, what: 'PARAM_GET', attributes: [attribute.text(Attr.paramName, name)], decode: decodeParam }, wait);
  }

  /** Changes a parameter; what that does depends on its mode. Rejects with `ERR_USAGE` for a value that its kind cannot have, before anything is sent. */
  async setParam(handle: DevlinkHandle, change: DevlinkParamChange, wait: WaitOptions = {}): Promise<void> {
    await this.#ask(handle, { command: Command.paramSet, what: 'PARAM_SET', attributes: paramSetAttributes(change), decode: () => undefined }, wait);
  }

  async ports(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkPort[]> {
    return this.#list(handle, { command: Command.portGet, what: 'PORT_GET', decode: decodePort }, wait);
  }

  async regions(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkRegion[]> {
    return this.#list(handle, { command: Command.regionGet, what: 'REGION_GET', decode: decodeRegion }, wait);
  }

  /** Bytes of a region. Rejects with `ERR_REPLY` when the kernel gives others than were asked for, fewer at the region's end. */
  async readRegion(handle: DevlinkHandle, read: RegionRead, wait: WaitOptions = {}): Promise<Uint8Array> {
    const { region, portIndex, snapshot, offsetBytes, lengthBytes } = read;
    if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > MAX_REGION_READ_BYTES) throw new UsageError('ERR_USAGE', `a read of a region has 1 to ${MAX_REGION_READ_BYTES} bytes`);
    const attributes = [
      attribute.text(Attr.regionName, region), ...ofPort(portIndex),
      snapshot === 'direct' ? attribute.flag(Attr.regionDirect) : attribute.u32(Attr.regionSnapshotId, snapshot),
      attribute.u64(Attr.regionChunkAddress, offsetBytes), attribute.u64(Attr.regionChunkLength, lengthBytes),
    ];
    const maxBytes = 65_536 + REGION_OVERHEAD * lengthBytes;
    const parts = await this.#ask(handle, { command: Command.regionRead, what: 'REGION_READ', attributes, isDump: true, maxBytes, decode: (answer) => answer }, wait);
    return joinChunks(parts, offsetBytes, lengthBytes);
  }

  /** Takes a snapshot of a region, under a number of the caller's or of the kernel's; resolves with it. It stays until it is deleted. */
  async createSnapshot(handle: DevlinkHandle, { region, portIndex, snapshot }: { readonly region: string; readonly portIndex?: number; readonly snapshot?: number }, wait: WaitOptions = {}): Promise<number> {
    const attributes = [attribute.text(Attr.regionName, region), ...ofPort(portIndex), ...(snapshot === undefined ? [] : [attribute.u32(Attr.regionSnapshotId, snapshot)])];
    const [answer] = await this.#ask(handle, { command: Command.regionNew, what: 'REGION_NEW', attributes, decode: (given) => given.u32(Attr.regionSnapshotId) }, wait);
    const id = snapshot ?? answer;
    if (id === undefined) throw new ReplyError('ERR_REPLY', 'devlink REGION_NEW: the kernel does not say which number the snapshot has');
    return id;
  }

  async deleteSnapshot(handle: DevlinkHandle, { region, portIndex, snapshot }: { readonly region: string; readonly portIndex?: number; readonly snapshot: number }, wait: WaitOptions = {}): Promise<void> {
    const attributes = [attribute.text(Attr.regionName, region), ...ofPort(portIndex), attribute.u32(Attr.regionSnapshotId, snapshot)];
    await this.#ask(handle, { command: Command.regionDelete, what: 'REGION_DEL', attributes, decode: () => undefined }, wait);
  }

  async reporters(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkReporter[]> {
    return this.#list(handle, { command: Command.reporterGet, what: 'HEALTH_REPORTER_GET', decode: decodeReporter }, wait);
  }

  /** The dump that the kernel keeps of a reporter; where it has none it makes one, which stays until somebody clears it. */
  async reporterDump(handle: DevlinkHandle, name: ReporterName, wait: WaitOptions = {}): Promise<DevlinkReport> {
    return this.#report(handle, { command: Command.reporterDumpGet, what: 'HEALTH_REPORTER_DUMP_GET', isDump: true }, name, wait);
  }

  /** What a reporter finds when it looks now. */
  async diagnose(handle: DevlinkHandle, name: ReporterName, wait: WaitOptions = {}): Promise<DevlinkReport> {
    return this.#report(handle, { command: Command.reporterDiagnose, what: 'HEALTH_REPORTER_DIAGNOSE' }, name, wait);
  }

  async resources(handle: DevlinkHandle, wait: WaitOptions = {}): Promise<DevlinkResource[]> {
    return (await this.#ask(handle, { command: Command.resourceDump, what: 'RESOURCE_DUMP', decode: decodeResources }, wait)).flat();
  }

  /** Harmless when repeated. */
  async close(): Promise<void> {
    await this.#netlink.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #report(handle: DevlinkHandle, question: Pick<Question<unknown>, 'command' | 'what' | 'isDump'>, { reporter, portIndex }: ReporterName, wait: WaitOptions): Promise<DevlinkReport> {
    const attributes = [attribute.text(Attr.reporterName, reporter), ...ofPort(portIndex)];
    const parts = await this.#ask(handle, { ...question, attributes, decode: (answer) => answer.nests(Attr.fmsg) }, wait);
    return decodeFmsg(parts.flat());
  }

  async #one<T>(handle: DevlinkHandle, question: Question<T>, wait: WaitOptions): Promise<T> {
    const [answer] = await this.#ask(handle, question, wait);
    if (answer === undefined) throw new ReplyError('ERR_REPLY', `devlink ${question.what}: the kernel gave no answer`, contextOf(handle));
    return answer;
  }

  /** A dump of what one device has; a kernel that cannot narrow it down to one device tells of all. */
  async #list<T>(handle: DevlinkHandle, question: Question<T>, wait: WaitOptions): Promise<T[]> {
    const decode = (attributes: Attributes): T | undefined => (isOf(handle, attributes) ? question.decode(attributes) : undefined);
    const all = await this.#ask(handle, { ...question, isDump: true, decode }, wait);
    return all.filter((each): each is Awaited<T> & (T & {}) => each !== undefined);
  }

  async #ask<T>(handle: DevlinkHandle | undefined, { command, what, attributes = [], isDump = false, maxBytes, decode }: Question<T>, wait: WaitOptions): Promise<T[]> {
    const family = await this.#netlink.family(DEVLINK_FAMILY, wait);
    const messages = await this.#netlink.ask({
      family, command, attributes: [...(handle === undefined ? [] : handleAttributes(handle)), ...attributes], isDump,
      what: `devlink ${what}`, ...(maxBytes === undefined ? {} : { maxBytes }), ...(handle === undefined ? {} : { context: contextOf(handle) }),
    }, wait);
    return messages.map((message) => decode(message.attributes));
  }
}

/** The bus of handles by number, since Linux 7.1. */
const INDEX_BUS = 'devlink_index';

function handleAttributes({ bus, name }: DevlinkHandle): AttributeInput[] {
  return [attribute.text(Attr.busName, bus), attribute.text(Attr.devName, name)];
}

function isOf({ bus, name }: DevlinkHandle, attributes: Attributes): boolean {
  if (bus === INDEX_BUS) return String(attributes.uint(Attr.index) ?? name) === name;
  return attributes.text(Attr.busName) === bus && attributes.text(Attr.devName) === name;
}

function contextOf({ name }: DevlinkHandle): ErrorContext {
  return { device: name };
}

function ofPort(portIndex: number | undefined): AttributeInput[] {
  return portIndex === undefined ? [] : [attribute.u32(Attr.portIndex, portIndex)];
}

/** The attributes of a request to change a parameter, which stand beside one another without a nest. Throws `ERR_USAGE`. */
export function paramSetAttributes({ name, type, mode, value }: DevlinkParamChange): AttributeInput[] {
  return [
    attribute.text(Attr.paramName, name),
    attribute.u8(Attr.paramType, valueTypeNumber(type)),
    ...(value === undefined ? [attribute.flag(Attr.paramResetDefault)] : encodeParamValue(type, value)),
    attribute.u8(Attr.paramValueMode, PARAM_MODES.indexOf(mode)),
  ];
}

/** Puts the pieces of a region together, each at its address. Throws `ERR_REPLY` for a hole, an overlap, or bytes that nobody asked for. */
function joinChunks(parts: readonly Attributes[], offsetBytes: bigint, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  let filled = 0;
  for (const chunk of parts.flatMap((part) => part.nests(Attr.regionChunks)).flatMap((nest) => nest.nests(Attr.regionChunk))) {
    const [data, address] = [chunk.bytes(Attr.regionChunkData), chunk.u64(Attr.regionChunkAddress)];
    if (data === undefined || address !== offsetBytes + BigInt(filled) || filled + data.length > lengthBytes) {
      throw new ReplyError('ERR_REPLY', `devlink REGION_READ: a piece at ${address ?? 'no address'} where ${offsetBytes + BigInt(filled)} was expected`);
    }
    bytes.set(data, filled);
    filled += data.length;
  }
  return bytes.subarray(0, filled);
}
