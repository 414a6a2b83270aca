import {
  Devlink, fmsgLeaves, integerField,
  type DevlinkHandle, type DevlinkRegion, type DevlinkReport, type DevlinkReporter, type DevlinkResource, type Fields, type NativeSource, type Remaining,
} from '@auxctl/core';
import type { Answer, Handler } from './answer.js';
import { propertyReply, type Property } from './properties.js';

/** Most bytes of a region in one reply. */
const MAX_REGION_BYTES = 32_768;
/** What the kernel says of a resource without bounds. */
const UNLIMITED = 2n ** 64n - 1n;

type Ask = (devlink: Devlink, handle: DevlinkHandle, wait: Remaining) => Promise<Property[]>;

/** What the kernel's devlink says of a device, as names and values. */
export class DevlinkRequests {
  readonly #devlink: Devlink;
  readonly #device: string;

  constructor(native: NativeSource, device: string) {
    this.#devlink = new Devlink(native);
    this.#device = device;
  }

  /** The requests by name. */
  get handlers(): Readonly<Record<string, Handler>> {
    const list = (ask: Ask): Handler => (request, wait) => this.#with(wait, async (handle) => propertyReply(await ask(this.#devlink, handle, wait), request));
    return {
      DEVLINK_INFO: list(info),
      DEVLINK_PARAMS: list(params),
      DEVLINK_PORTS: list(async (devlink, handle, wait) => (await devlink.ports(handle, wait())).flatMap(({ index, ...port }) => named(String(index), { type: port.type, flavour: port.flavour, number: port.number, netdev: port.netdev }))),
      DEVLINK_REGIONS: list(async (devlink, handle, wait) => (await devlink.regions(handle, wait())).flatMap((region, key) => named(ownName(region), { key, size: region.sizeBytes, max_snapshots: region.maxSnapshots, snapshots: region.snapshots }))),
      DEVLINK_REPORTERS: list(async (devlink, handle, wait) => (await devlink.reporters(handle, wait())).flatMap(reporterProperties)),
      DEVLINK_RESOURCES: list(async (devlink, handle, wait) => (await devlink.resources(handle, wait())).flatMap((resource) => resourceProperties(resource, ''))),
      DEVLINK_DIAGNOSE: this.#report(async (handle, reporter, wait) => this.#devlink.diagnose(handle, nameOf(reporter), wait())),
      DEVLINK_REPORT: this.#report(async (handle, reporter, wait) => (reporter.dumpTimeMs === undefined ? undefined : this.#devlink.reporterDump(handle, nameOf(reporter), wait()))),
      DEVLINK_NEW_REPORT: this.#report(async (handle, reporter, wait) => this.#devlink.reporterDump(handle, nameOf(reporter), wait())),
      DEVLINK_READ_REGION: this.#region(async (handle, region, request, wait) => this.#readRegion(handle, region, request, wait)),
      DEVLINK_NEW_SNAPSHOT: this.#region(async (handle, region, _, wait) => ({ snapshot: BigInt(await this.#devlink.createSnapshot(handle, placeOf(region), wait())) })),
      DEVLINK_DELETE_SNAPSHOT: this.#region(async (handle, region, request, wait) => {
        await this.#devlink.deleteSnapshot(handle, { ...placeOf(region), snapshot: Number(integerField(request, 'snapshot')) }, wait());
        return {};
      }),
    };
  }

  async close(): Promise<void> {
    await this.#devlink.close();
  }

  /** A device has a devlink instance of its own name, or none. */
  async #with(wait: Remaining, then: (handle: DevlinkHandle) => Promise<Answer>): Promise<Answer> {
    const handle = (await this.#devlink.devices(wait())).find(({ name }) => name === this.#device);
    return handle === undefined ? 'NOT_THERE' : then(handle);
  }

  #report(ask: (handle: DevlinkHandle, reporter: DevlinkReporter, wait: Remaining) => Promise<DevlinkReport | undefined>): Handler {
    return (request, wait) => this.#with(wait, async (handle) => {
      const reporter = (await this.#devlink.reporters(handle, wait()))[Number(integerField(request, 'reporter'))];
      const report = reporter === undefined ? undefined : await ask(handle, reporter, wait);
      return report === undefined ? 'NOT_THERE' : propertyReply(fmsgLeaves(report).map(({ path, value }): Property => [path, value]), request);
    });
  }

  #region(ask: (handle: DevlinkHandle, region: DevlinkRegion, request: Fields, wait: Remaining) => Promise<Answer>): Handler {
    return (request, wait) => this.#with(wait, async (handle) => {
      const region = (await this.#devlink.regions(handle, wait()))[Number(integerField(request, 'region'))];
      return region === undefined ? 'NOT_THERE' : ask(handle, region, request, wait);
    });
  }

  async #readRegion(handle: DevlinkHandle, region: DevlinkRegion, request: Fields, wait: Remaining): Promise<Answer> {
    const [snapshot, offsetBytes] = [Number(integerField(request, 'snapshot')), integerField(request, 'offset_bytes')];
    if (!region.snapshots.includes(snapshot)) return 'NOT_THERE';
    if (offsetBytes >= region.sizeBytes) return 'OUT_OF_RANGE';
    const restBytes = region.sizeBytes - offsetBytes;
    const lengthBytes = restBytes < MAX_REGION_BYTES ? Number(restBytes) : MAX_REGION_BYTES;
    return { region_bytes: region.sizeBytes, data: await this.#devlink.readRegion(handle, { ...placeOf(region), snapshot, offsetBytes, lengthBytes }, wait()) };
  }
}

const info: Ask = async (devlink, handle, wait) => {
  const { driver, serialNumber, boardSerialNumber, versions } = await devlink.info(handle, wait());
  return [['driver', driver], ['serial_number', serialNumber], ['board.serial_number', boardSerialNumber], ...versions.map(({ type, name, value }): Property => [`${type}.${name}`, value])];
};

const params: Ask = async (devlink, handle, wait) => (await devlink.params(handle, wait())).flatMap(({ name, values }) => (
  values.flatMap(({ mode, value, default: standard }): Property[] => [[`${name}.${mode}`, value], [`${name}.${mode}.default`, standard]])));

function reporterProperties(reporter: DevlinkReporter, key: number): Property[] {
  const { state, errorCount, recoverCount, dumpTimeNs, gracefulPeriodMs, recoversItself, dumpsItself } = reporter;
  return named(ownName(reporter), { key, state, errors: errorCount, recoveries: recoverCount, dump_time_ns: dumpTimeNs, grace_period_ms: gracefulPeriodMs, auto_recover: recoversItself, auto_dump: dumpsItself });
}

function resourceProperties({ name, size, sizeNew, occupied, resources }: DevlinkResource, around: string): Property[] {
  const path = around + name;
  return [...named(path, { size: size === UNLIMITED ? 'unlimited' : size, size_new: sizeNew, occupied }), ...resources.flatMap((each) => resourceProperties(each, `${path}.`))];
}

function named(prefix: string, values: Readonly<Record<string, unknown>>): Property[] {
  return Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]);
}

/** What belongs to a port has the port's number before its name. */
function ownName({ name, portIndex }: { readonly name: string; readonly portIndex?: number }): string {
  return portIndex === undefined ? name : `${portIndex}/${name}`;
}

function nameOf({ name, portIndex }: DevlinkReporter): { readonly reporter: string; readonly portIndex?: number } {
  return { reporter: name, ...(portIndex === undefined ? {} : { portIndex }) };
}

function placeOf({ name, portIndex }: DevlinkRegion): { readonly region: string; readonly portIndex?: number } {
  return { region: name, ...(portIndex === undefined ? {} : { portIndex }) };
}
