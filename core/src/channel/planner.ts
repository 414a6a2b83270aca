import type { Effect, LayoutDocumentOf } from '@auxctl/schemas';
import { idValue } from '@auxctl/schemas/model';
import { PluginError, UsageError } from '../errors/classes.js';
import type { Codec } from '../layout/codec.js';
import type { LayoutStore } from '../store/store.js';
import type { Plugin, RegisterTarget } from '../plugin/types.js';
import { operates } from './access.js';
import { planFor, strongerEffect } from './effects.js';
import type { Framing } from './framing.js';
import type { CommandPlan } from './types.js';

/** What a planner needs to know. */
export interface PlannerParts {
  readonly plugin: Plugin;
  readonly layouts: LayoutStore;
  readonly framing: Framing;
}

/** Says what a request would do before it is sent, by looking into it as far as the plugin's layouts reach. */
export class Planner {
  readonly #parts: PlannerParts;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
  }

  /**
   * The opcode table's word, made finer by what is inside: a request that sets an `OP` field is at least `configure`, and a register
   * access is what its register says.
   */
  async plan(request: Uint8Array): Promise<CommandPlan> {
    const { layouts, plugin } = this.#parts;
    const plan = await this.planByOpcode(request);
    if (!layouts.names('command').includes(plan.command)) return plan;
    const document = await layouts.document('command', plan.command);
    const codec = await layouts.codec('command', document.name, document.request);
    if (request.length < codec.sizeBytes) return plan;
    const target = plugin.registers?.target(plan.command, codec.decode(request));
    if (target !== undefined) return this.#planAccess(plan, target);
    return operates(codec, request) ? { ...plan, effect: strongerEffect(plan.effect, 'configure') } : plan;
  }

  /** The opcode table's word alone. */
  async planByOpcode(request: Uint8Array): Promise<CommandPlan> {
    const { framing, layouts } = this.#parts;
    const { opcode, modifier } = framing.identify(request);
    return planFor(await layouts.opcodes(), opcode, modifier);
  }

  async #planAccess(plan: CommandPlan, target: RegisterTarget): Promise<CommandPlan> {
    const { layouts } = this.#parts;
    const entry = (await layouts.entries('register')).find(({ id }) => idValue(id) === target.id);
    if (entry === undefined) return plan;
    const register = await layouts.document('register', entry.name);
    if (idValue(register.id) !== target.id) throw new PluginError('ERR_LAYOUT', `index.json is of other layouts: ${register.name} is register ${register.id}`);
    const codec = await layouts.codec('register', register.name);
    const image = new Uint8Array(Math.max(codec.sizeBytes, target.image.length));
    image.set(target.image);
    const effect = register.effects[target.access];
    return effect === undefined ? plan : { ...plan, effect: accessEffect(register, codec, target.access, image) };
  }
}

/** What accessing a register with this image does. Throws `ERR_FIELD_ACCESS` when it cannot be accessed so. */
export function accessEffect(register: LayoutDocumentOf<'register'>, codec: Codec, access: 'read' | 'write', image: Uint8Array): Effect {
  const effect = register.effects[access];
  if (effect === undefined) throw new UsageError('ERR_FIELD_ACCESS', `${register.name} cannot be ${access === 'read' ? 'read' : 'written'}`);
  return access === 'read' && operates(codec, image) ? strongerEffect(effect, 'configure') : effect;
}
