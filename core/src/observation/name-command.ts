import type { Effect } from '@auxctl/schemas';
import { idValue } from '@auxctl/schemas/model';
import { strongerEffect } from '../channel/effects.js';
import { Framing } from '../channel/framing.js';
import { Planner } from '../channel/planner.js';
import type { CommandPlan } from '../channel/types.js';
import { isCoded } from '../errors/kinds.js';
import { fieldsWithin } from '../layout/walk.js';
import type { Codec } from '../layout/codec.js';
import { guardPlugin } from '../plugin/guard.js';
import type { Plugin, PluginEntry, RegisterTarget } from '../plugin/types.js';
import type { LayoutStore } from '../store/store.js';

/** What the first bytes of a request say of it. */
export interface NamedCommand {
  readonly command?: string;
  /** By name, or its number in hexadecimal. */
  readonly register?: string;
  readonly effect: Effect;
  /** Names of fields whose values must not be kept. */
  readonly secrets: readonly string[];
}

/** A request of which nothing is known may do anything. */
export const UNNAMED: NamedCommand = { effect: 'invasive', secrets: [] };

/** What stands for the bytes that were not seen: what holds with both is independent of them. */
const FILLERS = [0x00, 0xff] as const;
/** A request is made up to so many bytes at most; the layouts' fixed parts are far shorter. */
const MOST_BYTES = 65_536;

/** Names commands of which only the first bytes are known, by a plugin's tables. Never guesses: what the bytes do not decide stays open, and of two effects it is the stronger. */
export class CommandNamer {
  readonly #plugin: Plugin;
  readonly #layouts: LayoutStore;
  readonly #framing: Framing;
  readonly #planner: Planner;

  private constructor(plugin: Plugin, layouts: LayoutStore, framing: Framing) {
    this.#plugin = plugin;
    this.#layouts = layouts;
    this.#framing = framing;
    this.#planner = new Planner({ plugin, layouts, framing });
  }

  /** Loads what a plugin knows. Rejects with `ERR_PLUGIN` or `ERR_LAYOUT`. */
  static async load(entry: PluginEntry, layouts: LayoutStore): Promise<CommandNamer> {
    return new CommandNamer(guardPlugin(await entry.load()), layouts, await Framing.load(entry.manifest, layouts));
  }

  /** Names a request by its first bytes and its whole length. Never rejects: the bytes are anybody's. */
  async name(head: Uint8Array, lengthBytes: number): Promise<NamedCommand> {
    const known = await this.#byOpcode(head);
    if (known === undefined) return UNNAMED;
    try {
      return agreed(await Promise.all(FILLERS.map(async (filler) => this.#look(filled(head, lengthBytes, filler)))));
    } catch {
      return known;
    }
  }

  /** What the opcode alone says, with the effect of what is not known further; undefined where the head of a request is not all there. */
  async #byOpcode(head: Uint8Array): Promise<NamedCommand | undefined> {
    try {
      return { ...UNNAMED, command: (await this.#planner.planByOpcode(head)).command };
    } catch (error) {
      const isNamed = isCoded(error) && error.code === 'ERR_NOT_PASSED' && 'command' in error && typeof error.command === 'string';
      return isNamed ? { ...UNNAMED, command: String(error.command) } : undefined;
    }
  }

  async #look(request: Uint8Array): Promise<View> {
    const plan = await this.#planner.plan(request);
    const secrets: string[] = [];
    if (!this.#layouts.names('command').includes(plan.command)) return { plan, secrets };
    const document = await this.#layouts.document('command', plan.command);
    const codec = await this.#layouts.codec('command', document.name, document.request);
    secrets.push(...secretsOf(codec));
    if (request.length < codec.sizeBytes) return { plan, secrets };
    const target = this.#plugin.registers?.target(plan.command, codec.decode(request));
    if (target === undefined) return { plan, secrets };
    const entry = (await this.#layouts.entries('register')).find(({ id }) => idValue(id) === target.id);
    if (entry === undefined) return { plan, secrets, target, register: `0x${target.id.toString(16)}` };
    secrets.push(...secretsOf(await this.#layouts.codec('register', entry.name)));
    return { plan, secrets, target, register: entry.name };
  }
}

interface View {
  readonly plan: CommandPlan;
  readonly target?: RegisterTarget;
  readonly register?: string;
  readonly secrets: readonly string[];
}

/** What two views of one request have in common. */
function agreed(views: readonly View[]): NamedCommand {
  const [first, second] = views;
  if (first === undefined || second?.plan.command !== first.plan.command) return UNNAMED;
  const isSameRegister = first.target?.id === second.target?.id && first.target?.access === second.target?.access;
  return {
    command: first.plan.command, ...(isSameRegister && first.register !== undefined ? { register: first.register } : {}),
    effect: isSameRegister ? strongerEffect(first.plan.effect, second.plan.effect) : UNNAMED.effect, secrets: [...new Set([...first.secrets, ...second.secrets])],
  };
}

function secretsOf(codec: Codec): string[] {
  return fieldsWithin(codec.structure, codec.scope).filter(({ secret }) => secret === true).map(({ name }) => name);
}

function filled(head: Uint8Array, lengthBytes: number, filler: number): Uint8Array {
  const request = new Uint8Array(Math.min(Math.max(lengthBytes, head.length), MOST_BYTES)).fill(filler);
  request.set(head);
  return request;
}
