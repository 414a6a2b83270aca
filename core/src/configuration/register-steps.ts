import { changedFields, selectorsOf } from '../channel/access.js';
import type { DeviceChannel } from '../channel/channel.js';
import { permits } from '../channel/effects.js';
import { isLasting } from '../channel/registers.js';
import type { CallOptions, PreparedWrite } from '../channel/types.js';
import { DeviceError, PolicyError } from '../errors/classes.js';
import type { FieldInput, FieldInputValue, Fields, FieldValue } from '../layout/types.js';
import { present, type Presented } from '../present/present.js';
import { placeText } from './registers.js';
import { unaborted } from './unaborted.js';
import type { ConfigurationStep, DeviceSteps, DeviceWishes, RegisterWish, StepChange } from './types.js';

/** How registers are read and written for a plan. */
export interface RegisterStepOptions extends CallOptions {
  /** Nothing is to be changed, not even by reading. */
  readonly isPlan?: boolean;
}

/**
 * Reads registers and prepares a step for each whose fields are not as wanted. Fields that do not keep what is written to them, such as the bits that have a
 * device take others, are sent with those that do. Rejects as `Registers.prepareWrite` does, and with `ERR_NOT_ALLOWED` where reading changes the device.
 */
export async function registerSteps(channel: DeviceChannel, { registers }: Pick<DeviceWishes, 'registers'>, options: RegisterStepOptions): Promise<DeviceSteps> {
  const steps: ConfigurationStep[] = [];
  let unchanged = 0;
  for (const wish of registers) {
    requireHarmlessRead(wish, channel, options);
    const prepared = await channel.registers.prepareWrite(wish.register.name, { ...wish.index, ...wish.fields }, options);
    const step = new RegisterStep(channel, wish, prepared, options);
    unchanged += step.unchanged;
    if (step.isNeeded) steps.push(step);
  }
  return { steps, unchanged };
}

class RegisterStep implements ConfigurationStep {
  readonly kind = 'register';
  readonly device: string;
  readonly subject: string;
  readonly effect: ConfigurationStep['effect'];
  readonly scope?: NonNullable<ConfigurationStep['scope']>;
  readonly activation: ConfigurationStep['activation'];
  readonly changes: readonly StepChange[];
  readonly #channel: DeviceChannel;
  readonly #wish: RegisterWish;
  readonly #prepared: PreparedWrite;
  readonly #options: CallOptions;
  /** Of the fields that are asked for, those that keep what is written, and those of them that are to change. */
  readonly #lasting: readonly string[];
  readonly #changing: readonly string[];

  constructor(channel: DeviceChannel, wish: RegisterWish, prepared: PreparedWrite, options: CallOptions) {
    const { codec, raw } = prepared.before;
    this.#channel = channel;
    this.#wish = wish;
    this.#prepared = prepared;
    this.#options = unaborted(options);
    this.#lasting = Object.keys(wish.fields).filter((name) => isLasting(codec, name));
    const differing = this.isReadable ? changedFields(codec, raw, prepared.after.raw) : Object.keys(wish.fields);
    this.#changing = this.#lasting.filter((name) => differing.includes(name));
    this.device = channel.device.address;
    this.subject = placeText(wish);
    this.effect = prepared.plan.effect;
    const scope = options.scope ?? prepared.plan.leastScope;
    if (scope !== undefined) this.scope = scope;
    this.activation = prepared.isVisible === false ? 'device-reset' : 'immediate';
    this.changes = this.#texts();
  }

  get isReadable(): boolean {
    return this.#wish.register.effects.read !== undefined;
  }

  /** Fields that keep nothing do something each time. */
  get isNeeded(): boolean {
    return this.#changing.length > 0 || this.#lasting.length === 0;
  }

  get unchanged(): number {
    return this.#lasting.length - this.#changing.length;
  }

  async apply(): Promise<void> {
    await this.#channel.registers.write(this.#prepared, this.#options);
    if (this.#isComparable(this.#prepared)) await this.#channel.registers.verify(this.#prepared, this.#options);
  }

  async undo(): Promise<boolean> {
    const { before: { codec, raw, fields } } = this.#prepared;
    if (!this.isReadable) throw this.#lost('it cannot be read, and nobody knows what was there');
    if (this.#lasting.length === 0) throw this.#lost('what it does cannot be taken back');
    const now = await this.#channel.registers.read(this.#wish.register.name, selectorsOf(codec, this.#prepared.after.fields), this.#options);
    if (this.#prepared.isVisible !== false && !changedFields(codec, now.raw, raw).some((name) => this.#lasting.includes(name))) return false;
    const helping = Object.fromEntries(Object.entries(this.#wish.fields).filter(([name]) => !this.#lasting.includes(name)));
    const back = await this.#channel.registers.prepareWrite(this.#wish.register.name, { ...this.#wish.index, ...helping, ...earlier(this.#pick(this.#changing), fields) }, this.#options);
    await this.#channel.registers.write(back, this.#options);
    if (this.#isComparable(back)) await this.#channel.registers.verify(back, this.#options);
    return true;
  }

  #pick(names: readonly string[]): FieldInput {
    return Object.fromEntries(Object.entries(this.#wish.fields).filter(([name]) => names.includes(name)));
  }

  /** A register whose reading has an effect is not compared: the reading would change it. */
  #isComparable({ isVisible }: PreparedWrite): boolean {
    return isVisible !== false && this.#wish.register.effects.read === 'inspect';
  }

  #lost(why: string): DeviceError {
    return new DeviceError('ERR_UNSUPPORTED', `${this.subject} cannot be put back: ${why}`, { device: this.device });
  }

  #texts(): StepChange[] {
    const { before, after } = this.#prepared;
    const [was, is] = [present(before.codec, before.raw), present(after.codec, after.raw)];
    const shown = this.#lasting.length === 0 ? Object.keys(this.#wish.fields) : this.#changing;
    return shown.flatMap((name) => leavesOf(name, was[name], is[name], this.isReadable && this.#lasting.length > 0));
  }
}

function requireHarmlessRead({ register: { name, effects: { read = 'inspect' } } }: RegisterWish, { device }: DeviceChannel, { allow = 'inspect', isPlan = false }: RegisterStepOptions): void {
  if (permits(isPlan ? 'inspect' : allow, read)) return;
  throw new PolicyError('ERR_NOT_ALLOWED', `reading ${name} is ${read}: ${isPlan ? 'a plan changes nothing, and so cannot tell what it is' : 'that was not allowed'}; nothing was sent`, { device: device.address, command: name });
}

/** What fields were, as far as they are asked for. */
function earlier(asked: FieldInput, fields: Fields): FieldInput {
  return Object.fromEntries(Object.entries(asked).flatMap(([name, value]): [string, FieldInputValue][] => {
    const was: FieldValue | undefined = fields[name];
    if (was === undefined) return [];
    return [[name, isGroup(value) && isGroup(was) ? earlier(value, was) : was]];
  }));
}

function isGroup<T extends object>(value: T | FieldInputValue): value is Extract<T | FieldInputValue, FieldInput & Fields> {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** The single values below a field that are not the same, by path. */
function leavesOf(name: string, was: Presented | undefined, is: Presented | undefined, isKnown: boolean): StepChange[] {
  if (is === undefined) return [];
  if (is.type === 'structure') return Object.entries(is.fields).flatMap(([inner, value]) => leavesOf(`${name}.${inner}`, was?.type === 'structure' ? was.fields[inner] : undefined, value, isKnown));
  if (is.type === 'array') return is.elements.flatMap((value, at) => leavesOf(`${name}[${at}]`, was?.type === 'array' ? was.elements[at] : undefined, value, isKnown));
  const before = was?.type === 'value' ? was.text : undefined;
  if (isKnown && before === is.text) return [];
  return [{ name, after: is.text, isAsked: true, ...(isKnown && before !== undefined ? { before } : {}) }];
}
