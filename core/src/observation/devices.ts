import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalObserved } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { deviceIdentity } from '../journal/bodies.js';
import type { PluginEntry } from '../plugin/types.js';
import type { LayoutStore } from '../store/store.js';
import { CommandNamer } from './name-command.js';

/** A device that a node belongs to, and the plugin that was made for it. */
export interface NodeDevice {
  readonly device: Device;
  readonly plugin?: { readonly entry: PluginEntry; readonly layouts: LayoutStore };
}

/** What is known of the device that a command went to. */
export interface MeantDevice {
  readonly device: JournalObserved['device'];
  readonly plugin: string | undefined;
  readonly namer: CommandNamer | undefined;
}

/** The nodes that a command may have gone to, as they were when it was seen. */
export interface SeenNodes {
  /** What the request itself says, where that is a node of the class. */
  readonly named: SeenNode | undefined;
  /** What the process had open, where that had to be asked. */
  readonly open: readonly SeenNode[];
}

/** A node and the device that it belonged to: its number goes to another when that is removed. */
export interface SeenNode {
  readonly node: string;
  /** Where sysfs says it is; undefined when it has gone. */
  readonly place: string | undefined;
}

const NODE = /^fwctl\d{1,9}$/;
const MOST_KNOWN = 4096;

type Known = Pick<MeantDevice, 'plugin' | 'namer'> & { readonly device: Device | undefined };

/** The devices behind the nodes of the fwctl class. */
export class NodeDevices {
  readonly #root: string;
  readonly #find: (node: string) => Promise<NodeDevice | undefined>;
  readonly #warn: (text: string) => void;
  readonly #known = new Map<string, Promise<Known>>();

  /** `find` looks for a node's device among those that there are now. */
  constructor(root: string, find: (node: string) => Promise<NodeDevice | undefined>, warn: (text: string) => void) {
    this.#root = root;
    this.#find = find;
    this.#warn = warn;
  }

  /** What a request's own word and the process's open files point to. To be called at once; `openNodes` is asked only where it must. */
  look(named: string, openNodes: () => readonly string[]): SeenNodes {
    if (NODE.test(named)) {
      const place = this.#place(named);
      if (place !== undefined) return { named: { node: named, place }, open: [] };
    }
    return { named: undefined, open: openNodes().map((node) => ({ node, place: this.#place(node) })) };
  }

  /** The device that nodes point to. Does not reject. */
  async meant({ named, open }: SeenNodes): Promise<MeantDevice> {
    const [only, ...more] = named === undefined ? open : [named];
    const source = named === undefined ? 'open-files' : 'kernel';
    if (only === undefined) return { device: { source: 'unknown' }, plugin: undefined, namer: undefined };
    if (more.length === 0) {
      const { device, plugin, namer } = await this.#ask(only);
      return { device: { ...(device === undefined ? {} : deviceIdentity(device)), node: only.node, source }, plugin, namer };
    }
    const candidates = await Promise.all(open.map(async (each) => (await this.#ask(each)).device?.address ?? each.node));
    return { device: { source: 'unknown', candidates }, plugin: undefined, namer: undefined };
  }

  #place(node: string): string | undefined {
    try {
      return readlinkSync(join(this.#root, 'sys/class/fwctl', node));
    } catch {
      return undefined;
    }
  }

  async #ask({ node, place }: SeenNode): Promise<Known> {
    if (place === undefined || this.#place(node) !== place) return NOT_KNOWN;
    const known = this.#known.get(place) ?? this.#load(node);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(place, known);
    return known;
  }

  async #load(node: string): Promise<Known> {
    try {
      const found = await this.#find(node);
      if (found?.plugin === undefined) return { ...NOT_KNOWN, device: found?.device };
      const { entry, layouts } = found.plugin;
      return { device: found.device, plugin: entry.manifest.name, namer: await CommandNamer.load(entry, layouts) };
    } catch (error) {
      this.#warn(`commands to ${node} are recorded without names: ${error instanceof Error ? error.message : String(error)}`);
      return NOT_KNOWN;
    }
  }
}

const NOT_KNOWN: Known = { device: undefined, plugin: undefined, namer: undefined };
