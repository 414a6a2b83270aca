import type { Command } from './command.js';
import { CapabilityStore } from './capability-store.js';
import { Components } from './components.js';
import { CounterBaselines, counterSource, type CounterSource } from './counters.js';
import { EventQueues, portEvent, temperatureEvent } from './event-queues.js';
import type { NvStore } from './nv/store.js';
import { ObjectStore } from './objects/object-store.js';
import { PagePool } from './page-pool.js';
import { Port } from './port.js';
import type { Profile } from '../profiles/types.js';
import type { Register } from './register.js';
import { REGISTERS } from './registers/index.js';
import { LOCAL_PORT } from './registers/select.js';
import { DumpSnapshots } from './resource-dump/snapshots.js';
import { Sampler, SAMPLING_OFF } from './sampling.js';
import { Sensor } from './sensors.js';
import type { FirmwareHost, FirmwareIdentity, LifeCycle, UarRange } from './types.js';
import { UserContexts } from './user-contexts.js';
import { putText } from '../wire.js';

const NODE_DESC_ID = 0x6001;
const NODE_DESC_BYTES = 64;

/** What a state is made from. */
export interface StateOptions {
  readonly profile: Profile;
  readonly identity: FirmwareIdentity;
  /** Which of several simulated devices. */
  readonly deviceIndex: number;
  /** What outlives a reset. */
  readonly nv: NvStore;
  readonly uarRange: UarRange;
  /** Milliseconds since power-on, an integer. */
  readonly nowMs: () => number;
  /** By opcode. */
  readonly commands: ReadonlyMap<number, Command>;
}

/** Everything that a function's firmware remembers from power-on to the next reset. Commands and registers work on this. */
export class FirmwareState {
  readonly profile: Profile;
  readonly identity: FirmwareIdentity;
  readonly uarRange: UarRange;
  readonly nowMs: () => number;
  readonly nv: NvStore;
  readonly components: Components;
  /** The level of the reset that MFRL has armed and the bus has not done yet. */
  armedResetLevel: number | undefined;
  readonly commands: ReadonlyMap<number, Command>;
  lifeCycle: LifeCycle = 'disabled';
  /** How many times {@link tearDown} has run. */
  tearDowns = 0;
  /** How many commands have been refused. */
  refusedCommands = 0;
  /** The interface step in force. */
  interfaceStep = 0;
  /** The bus that the function is plugged into; undefined when its commands come from this process. */
  host: FirmwareHost | undefined;
  /** What SET_DRIVER_VERSION last said: 64 bytes of text. */
  driverVersion = new Uint8Array();
  pages: PagePool;
  capabilities: CapabilityStore;
  readonly queues: EventQueues;
  readonly uars = new Set<number>();
  readonly contexts: UserContexts;
  readonly snapshots = new DumpSnapshots();
  /** The user context whose command is being executed, 0 for the driver's. */
  sender = 0;
  readonly port: Port;
  readonly sensors: readonly Sensor[];
  /** The registers of this profile, by id. */
  readonly registers: ReadonlyMap<number, Register>;
  readonly baselines = new CounterBaselines();
  /** What the driver made, besides event queues. */
  readonly objects = new ObjectStore();
  /** What registers keep field by field: `REGISTER/index/field` to its value. */
  readonly settings = new Map<string, bigint>();
  /** Last contents of registers that only keep what is written, by id. */
  readonly kept = new Map<number, Uint8Array>();
  /** The ring of diagnostic samples, where the device has one. */
  readonly sampler: Sampler | undefined;
  readonly #deviceIndex: number;

  constructor({ profile, identity, deviceIndex, nv, uarRange, nowMs, commands }: StateOptions) {
    this.profile = profile;
    this.identity = identity;
    this.uarRange = uarRange;
    this.nowMs = nowMs;
    this.commands = commands;
    this.nv = nv;
    this.components = new Components(profile.components ?? []);
    this.#deviceIndex = deviceIndex;
    this.pages = new PagePool(profile.bootPages, profile.initPages);
    this.capabilities = new CapabilityStore(profile.capabilities);
    this.queues = new EventQueues(profile.eventQueues);
    this.contexts = new UserContexts(profile.userContexts);
    this.port = new Port(profile.port, nowMs());
    this.sensors = profile.sensors.map((sensor) => new Sensor(sensor, deviceIndex));
    this.registers = new Map(REGISTERS.filter(({ id }) => profile.registers?.has(id) ?? true).map((register) => [register.id, register]));
    this.sampler = profile.sampling === undefined ? undefined : new Sampler({ profile: profile.sampling, clocksPerMs: profile.timerFrequencyKhz, sourceAt: (ms) => this.countersAt(ms) });
    this.#keepNodeDescription();
  }

  /** What the port's counters are computed from, now. */
  counters(): CounterSource {
    return this.countersAt(this.nowMs());
  }

  /** The same at a moment since the link last changed. */
  countersAt(ms: number): CounterSource {
    return counterSource(this.port, ms, this.#deviceIndex, this.refusedCommands);
  }

  /** Where events and data for the driver go from now on. */
  attach(host: FirmwareHost | undefined): void {
    this.host = host;
    this.queues.attach(host);
  }

  /** From operational back to enabled: everything that the driver made is gone, except the pages. */
  tearDown(): void {
    this.queues.clear();
    this.uars.clear();
    this.contexts.clear();
    this.sampler?.set(SAMPLING_OFF, this.nowMs());
    this.objects.clear();
    this.lifeCycle = 'enabled';
    this.tearDowns++;
  }

  /** From enabled back to disabled: pages and chosen capabilities are forgotten. */
  powerDown(): void {
    this.pages = new PagePool(this.profile.bootPages, this.profile.initPages);
    this.capabilities = new CapabilityStore(this.profile.capabilities);
    this.interfaceStep = 0;
    this.lifeCycle = 'disabled';
  }

  /** Tells the driver that the link has changed, if it has and the port's event mode says so. */
  reportLink(hasChanged: boolean): void {
    if (!hasChanged || this.port.eventMode === 0) return;
    if (this.port.eventMode === 2) this.port.eventMode = 0;
    this.queues.post(portEvent(LOCAL_PORT, this.port.isUp));
  }

  /** Tells the driver of sensors that have newly become too hot. */
  reportTemperatures(): void {
    const nowMs = this.nowMs();
    const hot = this.sensors.filter((sensor) => sensor.crosses(nowMs)).reduce((map, { profile }) => map | (1n << BigInt(profile.index)), 0n);
    if (hot !== 0n) this.queues.post(temperatureEvent(hot));
  }

  #keepNodeDescription(): void {
    const text = new Uint8Array(NODE_DESC_BYTES);
    putText(text, 0, NODE_DESC_BYTES, this.profile.nodeDescription);
    this.kept.set(NODE_DESC_ID, text);
  }
}
