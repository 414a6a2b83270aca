import type { DeviceState, Disagreement, DumpEntry, Manifest, ReportedProblem } from '@auxctl/schemas';
import type { Channel } from '../channel/types.js';
import { pciIdText } from '../device/pci-id.js';
import type { Device } from '../device/types.js';
import type { Dump } from '../dump/dump.js';
import type { DumpHost } from '../dump/host.js';
import { DumpCollector } from '../dump/receiver.js';
import type { DumpOptions } from '../dump/take.js';
import { AuxctlError } from '../errors/base.js';
import { isCoded } from '../errors/kinds.js';
import type { KernelSource } from '../kernel-parameters/types.js';
import { kernelValues } from '../kernel-api/values.js';
import { productName } from '../plugin/match.js';
import type { IdentityEntry } from '../plugin/types.js';
import type { LayoutStore } from '../store/store.js';
import { waitOf } from '../wait.js';
import { changedSettings } from './changed.js';
import { readKernelState } from './kernel-state.js';
import { packDump } from './packed-dump.js';
import type { Digest } from '../redaction/digest.js';
import { problemOf } from './problem.js';
import { redactDump } from '../redaction/redact.js';

/** A device whose state is wanted. */
export interface StateSource {
  readonly device: Device;
  /** Of the plugin that is for it. */
  readonly manifest?: Manifest;
  /** Opens a channel, which is closed again; absent where nothing leads to the firmware, for the reason in `problem`. */
  readonly open?: () => Promise<Channel>;
  readonly problem?: AuxctlError;
  /** The plugin's layouts, which say what the kernel shows too. */
  readonly layouts?: LayoutStore;
  /** Where devlink is asked; not asked for a simulated device. */
  readonly kernel?: KernelSource;
}

/** How to take it. */
export interface StateOptions extends Pick<DumpOptions, 'timeoutMs' | 'signal' | 'onProgress'> {
  readonly host: DumpHost;
  readonly now?: () => Date;
  /** Also reads values that the kernel shows too, for those that differ. Default false. */
  readonly compareKernel?: boolean;
  /** Replaces what tells the device from all others, as {@link redactDump} does. */
  readonly redact?: Digest;
}

/** A device's state, and the dump inside it as it was read. */
export interface TakenState {
  readonly state: DeviceState;
  readonly dump?: Dump;
}

/**
 * Reads all that can be read of a device and changes nothing: what the kernel keeps, and a dump. What fails is a problem in the state; it rejects only
 * when the caller gives up.
 */
export async function takeState(source: StateSource, options: StateOptions): Promise<TakenState> {
  const { now = () => new Date(), signal } = options;
  const taken = now().toISOString();
  const kernel = source.device.bus === 'sim' ? { settings: [], reporters: [], problems: [] } : await readKernelState(source.device, source.kernel ?? options);
  const { dump, problems, disagreements = [] } = await dumpOf(source, options);
  signal?.throwIfAborted();
  const identity: readonly IdentityEntry[] = dump?.header.device.identity ?? [];
  const state: DeviceState = {
    taken, device: describe(source), ...pluginOf(source), identity: identity.map(({ name, value }) => ({ name, value })),
    settings: [...kernel.settings], reporters: [...kernel.reporters], changed: await changedSettings(dump, kernel.settings),
    ...(disagreements.length === 0 ? {} : { disagreements: [...disagreements] }), ...(dump === undefined ? {} : { dump: await packDump(dump) }), problems: [...kernel.problems, ...problems],
  };
  return { state, ...(dump === undefined ? {} : { dump }) };
}

/** What came of asking the device. */
interface Asked {
  readonly dump?: Dump;
  readonly problems: readonly ReportedProblem[];
  readonly disagreements?: readonly Disagreement[];
}

async function dumpOf(source: StateSource, options: StateOptions): Promise<Asked> {
  if (source.open === undefined) return { problems: source.problem === undefined ? [] : [problemOf('the firmware', source.problem)] };
  const collector = new DumpCollector();
  try {
    await using channel = await source.open();
    await channel.dump(collector, { ...options, keepPartial: true });
    const dump = await passedOn(collector.dump, options);
    return { dump, problems: refusals(dump.entries), disagreements: await disagreementsOf(channel, source, options) };
  } catch (error) {
    if (!isCoded(error) || error.code === 'ERR_ABORTED') throw error;
    const dump = collector.hasBegun ? await passedOn(collector.dump, options) : undefined;
    return { ...(dump === undefined ? {} : { dump }), problems: [problemOf('the firmware', error), ...refusals(dump?.entries ?? [])] };
  }
}

/** Values that the kernel shows too, and otherwise. A report that tells no devices apart leaves them out. */
async function disagreementsOf(channel: Channel, { device, layouts, kernel }: StateSource, { redact, compareKernel = false, ...options }: StateOptions): Promise<Disagreement[]> {
  if (!compareKernel || layouts === undefined || device.bus === 'sim' || redact !== undefined) return [];
  const values = await kernelValues(channel, layouts, { ...waitOf(options), ...kernel });
  return values.filter(({ agrees }) => !agrees).map(({ subject, field, deviceValue, kernelValue, command }) => ({ name: subject.kind === 'register' ? `${subject.name}.${field}` : subject.name, device: deviceValue, kernel: kernelValue, command }));
}

async function passedOn(dump: Dump, { redact }: StateOptions): Promise<Dump> {
  return redact === undefined ? dump : redactDump(dump, redact);
}

const MOST_NAMES = 8;

/** What the device refused, one line a reason. */
function refusals(entries: readonly DumpEntry[]): ReportedProblem[] {
  const reasons = new Map<string, { readonly code: string; readonly message: string; readonly names: Set<string> }>();
  for (const entry of entries) {
    if (!('failure' in entry)) continue;
    const { code, message, status } = entry.failure;
    const key = `${code} ${status ?? message}`;
    const reason = reasons.get(key) ?? { code, message, names: new Set() };
    reason.names.add(entry.subject.name);
    reasons.set(key, reason);
  }
  return [...reasons.values()].map(({ code, message, names }) => {
    const shown = [...names].slice(0, MOST_NAMES);
    const rest = names.size - shown.length;
    return { what: `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`, code, message };
  });
}

function describe({ device, manifest }: StateSource): DeviceState['device'] {
  const { address, bus, names, pci, driver, node } = device;
  const product = manifest === undefined ? undefined : productName(manifest, device);
  return {
    address, bus, names: [...names.fwctl, ...names.netdev, ...names.rdma, ...names.nvme, ...names.memdev],
    ...(pci === undefined ? {} : { pci: pciIdText(pci) }),
    ...(driver === undefined ? {} : { driver }), ...(node === undefined ? {} : { node }),
    ...(manifest === undefined ? {} : { vendor: manifest.vendor }), ...(product === undefined ? {} : { product }), ...(bus === 'sim' ? { isSimulated: true } : {}),
  };
}

function pluginOf({ manifest }: StateSource): Pick<DeviceState, 'plugin'> {
  if (manifest === undefined) return {};
  return { plugin: { name: manifest.name, ...(manifest.version === undefined ? {} : { version: manifest.version }) } };
}
