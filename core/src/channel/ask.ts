import { isAnswer } from '../errors/kinds.js';
import type { AuxctlError } from '../errors/base.js';
import type { Question, Step } from '../plugin/question.js';
import type { LayoutStore } from '../store/store.js';
import { waitOf, type WaitOptions } from '../wait.js';
import type { DeviceChannel } from './channel.js';
import { outcomeOf } from './support.js';
import type { CallOptions, CommandPlan, Decoded } from './types.js';

/** What became of one of several questions. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: AuxctlError };

/** Asks one question. Rejects with what reading a register or calling a command rejects with, or with `ERR_REPLY`. */
export async function ask<T>(channel: DeviceChannel, question: Question<T>, options: CallOptions): Promise<T> {
  const step = question.ask;
  const reply = 'register' in step ? await channel.registers.read(step.register, step.fields, options) : await channel.call(step.command, step.fields, options);
  return question.answer(reply);
}

/**
 * Asks many questions in one hop, after all have been checked. What is refused, or makes no sense, is an outcome of its own. Rejects with what
 * says something about the device or the way to it, such as `ERR_DEVICE_GONE`.
 */
export async function askAll<T>(channel: DeviceChannel, questions: readonly Question<T>[], options: CallOptions): Promise<Answer<T>[]> {
  const calls = await Promise.all(questions.map(async ({ ask: step }) => ('register' in step ? channel.registers.prepareRead(step.register, step.fields, options) : channel.prepare(step.command, step.fields, options))));
  const outcomes = await channel.callBatch(calls, options);
  return questions.flatMap((question, at) => {
    const outcome = outcomes[at];
    if (outcome?.ok === false && !isAnswer(outcome.error)) throw outcome.error;
    return outcome === undefined ? [] : [outcome.ok ? outcomeOf(() => question.answer(outcome.decoded)) : outcome];
  });
}

/** Does a step that changes something; `options` must allow it. Resolves with the device's answer. */
export async function perform(channel: DeviceChannel, step: Step, options: CallOptions): Promise<Decoded> {
  if ('command' in step) return channel.call(step.command, step.fields, options);
  const { allow, ...wait } = { ...waitOf(options), allow: options.allow };
  const prepared = await channel.registers.prepareWrite(step.register, step.fields, allow === undefined ? wait : { ...wait, allow });
  return channel.registers.write(prepared, options);
}

/** Holds the names and values of a step against its layout; sends nothing. Throws as encoding them does. */
export async function checkStep(layouts: LayoutStore, step: Step): Promise<void> {
  const codec = 'register' in step ? await layouts.codec('register', step.register) : await layouts.codec('command', step.command);
  codec.encode(step.fields);
}

/** The options for reading around a change: neither what is allowed nor the scope, which are the change's. */
export function readingOptions(options: CallOptions): WaitOptions {
  return waitOf(options);
}

/** What a step that changes something would do; sends nothing. */
export async function planStep(channel: DeviceChannel, step: Step): Promise<CommandPlan> {
  return 'register' in step ? channel.registers.planWrite(step.register) : channel.planCall(step.command, step.fields);
}
