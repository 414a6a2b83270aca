import { createHash } from 'node:crypto';
import type { Profile } from '../profiles.js';
import { packed, putText } from '../wire.js';
import { EventLog, LEVEL, MODULE } from './event-log.js';
import { Port } from './port.js';

const MEMORY_BYTES = 4096;
const NAME_BYTES = 64;
/** Event codes, and their data (include/linux/pds/pds_core_if.h, union pds_core_notifyq_comp). */
const ECODE = { linkChange: 1, reset: 2 };
const EVENT_BYTES = 56;

/** What CONFIG_SAVE keeps over a restart. */
interface Settings {
  name: Uint8Array;
  log: Uint8Array;
}

interface Saved extends Settings {
  readonly ports: readonly Uint8Array[];
}

/** Where firmware's events go: `data` is what stands in a notify queue entry from byte 8 on, event code first. */
export type EventListener = (data: Uint8Array) => void;

/** Everything that the operations work on. */
export class DscState {
  readonly profile: Profile;
  readonly index: number;
  readonly nowMs: () => number;
  settings: Settings;
  ports: readonly Port[] = [];
  memory = new Uint8Array(MEMORY_BYTES);
  readonly log = new EventLog();
  /** Asks for a restart of firmware. */
  readonly restart: (delayMs: number, downMs: number) => void;
  /** Milliseconds since firmware last started. */
  readonly uptimeMs: () => number;
  readonly restarts: () => number;
  listener: EventListener | undefined;
  #saved: Saved;

  constructor(options: Pick<DscState, 'profile' | 'index' | 'nowMs' | 'restart' | 'uptimeMs' | 'restarts'>) {
    this.profile = options.profile;
    this.index = options.index;
    this.nowMs = options.nowMs;
    this.restart = options.restart;
    this.uptimeMs = options.uptimeMs;
    this.restarts = options.restarts;
    const name = new Uint8Array(NAME_BYTES);
    putText(name, 0, NAME_BYTES, `sim-dsc-${this.index}`);
    this.settings = { name, log: packed(8, [0, 1, LEVEL.info], [4, 4, 0xf]) };
    this.ports = this.#newPorts();
    this.#saved = this.#copySettings();
    this.note(LEVEL.info, MODULE.system, 'firmware started');
  }

  note(level: number, module: number, text: string): void {
    this.log.note(this.settings.log, this.nowMs(), level, module, text);
  }

  /** Notes that a port's link has changed, and tells the driver. */
  reportLink(port: Port): void {
    this.note(LEVEL.warning, MODULE.port, `port ${port.index} link ${port.isUp ? `up at ${port.speedMbit} Mbit/s` : 'down'}`);
    this.listener?.(packed(EVENT_BYTES, [0, 2, ECODE.linkChange], [2, 2, port.isUp ? 1 : 0], [4, 4, port.speedMbit]));
  }

  /** Tells the driver of a restart of firmware: that it will come, or that it is over. */
  reportReset(state: 'pending' | 'complete'): void {
    this.listener?.(packed(EVENT_BYTES, [0, 2, ECODE.reset], [3, 1, state === 'pending' ? 0 : 1]));
  }

  /** Keeps the settings over the next restart; returns how many differ from what was kept before. */
  save(): number {
    const now = this.#copySettings();
    const parts = (saved: Saved): Uint8Array[] => [saved.name, saved.log, ...saved.ports];
    const before = parts(this.#saved);
    this.#saved = now;
    return parts(now).filter((bytes, index) => Buffer.compare(bytes, before[index] ?? new Uint8Array()) !== 0).length;
  }

  /** What a restart does: settings are the saved ones again, memory and ports are as after power-on. The log stays. */
  restarted(): void {
    this.settings = { name: this.#saved.name, log: this.#saved.log };
    this.ports = this.#newPorts();
    this.ports.forEach((port, index) => { port.config = this.#saved.ports[index] ?? port.config; });
    this.memory = new Uint8Array(MEMORY_BYTES);
    this.note(LEVEL.warning, MODULE.system, 'firmware restarted');
  }

  /** A hash of what commands change on purpose. */
  digest(): string {
    const hash = createHash('sha256');
    const saved = this.#saved;
    for (const bytes of [this.settings.name, this.settings.log, this.memory, saved.name, saved.log, ...saved.ports]) hash.update(bytes);
    for (const port of this.ports) hash.update(port.config).update(Uint8Array.of(port.isLoopedBack ? 1 : 0));
    return hash.digest('hex');
  }

  #newPorts(): Port[] {
    const { ports, maxSpeedMbit } = this.profile;
    return Array.from({ length: ports }, (_, index) => new Port(index, maxSpeedMbit, this.nowMs()));
  }

  #copySettings(): Saved {
    return { name: this.settings.name.slice(), log: this.settings.log.slice(), ports: this.ports.map(({ config }) => config.slice()) };
  }
}
