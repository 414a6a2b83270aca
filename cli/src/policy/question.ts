import { findNvParameter, judgedDevice, nvParameters, UsageError, type CommandPlan, type CommandQuestion, type NvRequest, type PolicyChange } from '@auxctl/core';
import type { Scope } from '@auxctl/schemas/model';
import { assignments } from '../arguments/assignments.js';
import { fieldPaths, parseFieldArguments } from '../arguments/field-arguments.js';
import type { FoundDevice } from '../devices.js';
import { layoutsOf } from '../layouts.js';
import { openOffline, rehearse, type Foreseen, type Rehearsal } from '../offline.js';
import { requirePlugin } from '../open.js';
import { rehearseWrite } from '../register-writing.js';

type Words = readonly string[];
type Ask = (found: FoundDevice, words: Words, scope: Scope | undefined) => Promise<Foreseen>;

const INVASIVE = { allow: 'invasive' } as const;

/** The commands that a policy can be asked about beforehand, by their words. */
const ASKS: Readonly<Record<string, Ask>> = {
  'reg write': async (found, [name = '', ...words], scope) => {
    const { name: register } = await layoutsOf(requirePlugin(found)).document('register', name);
    return foreseenOf(await rehearseWrite(found, register, parseFieldArguments(words), fieldPaths(words), { ...INVASIVE, ...scoped(scope) }), register);
  },
  'reg read': async (found, [name = '', ...words], scope) => {
    const { name: register } = await layoutsOf(requirePlugin(found)).document('register', name);
    const offline = await openOffline(found);
    return foreseenOf(await rehearse('invasive', (options) => offline.registers.read(register, parseFieldArguments(words), { ...scoped(scope), ...options })), register);
  },
  call: async (found, [name = '', ...words], scope) => {
    const { name: command } = await layoutsOf(requirePlugin(found)).document('command', name);
    const offline = await openOffline(found);
    return foreseenOf(await rehearse('invasive', (options) => offline.call(command, parseFieldArguments(words), { ...scoped(scope), ...options })), command);
  },
  'nvconfig set': async (found, words, scope) => configuration(found, { type: 'set', values: assignments(words) }, scope),
  'nvconfig reset': async (found, words, scope) => configuration(found, { type: 'reset', names: words }, scope),
  'param set': async (found, words) => Promise.resolve(kernelQuestion(found, Object.keys(assignments(words)))),
};

/** What a policy would be asked about a command line; nothing is opened. Rejects with `ERR_USAGE` for a command that is none of those, and with whatever is wrong with its words. */
export async function questionOfWords(found: FoundDevice, words: Words, scope: Scope | undefined): Promise<Foreseen> {
  for (const count of [2, 1]) {
    const ask = ASKS[words.slice(0, count).join(' ')];
    if (ask !== undefined) return ask(found, words.slice(count), scope);
  }
  throw new UsageError('ERR_USAGE', `a policy is not asked about '${words.join(' ')}'`, { hint: `Give one of ${Object.keys(ASKS).join(', ')}, with what follows the device there.` });
}

/** A change of parameters that the kernel offers. */
export function kernelQuestion({ device, plugin }: FoundDevice, names: readonly string[]): Foreseen {
  const question: CommandQuestion = {
    device: judgedDevice(device, plugin?.manifest.name ?? 'kernel', undefined), effect: 'configure', scope: 'configuration', commands: ['DEVLINK_CMD_PARAM_SET'], register: null,
    changes: names.map((field) => ({ field })), secrets: [],
  };
  return { question, mayBeRefined: false };
}

/** A change of the stored configuration, as far as it is known before the device is read. */
export async function configurationQuestion(found: FoundDevice, request: NvRequest, { command, effect, leastScope }: CommandPlan, scope: Scope | undefined): Promise<CommandQuestion> {
  const known = await nvParameters(layoutsOf(requirePlugin(found)));
  const names = request.type === 'set' ? Object.keys(request.values) : request.names;
  const entries = request.type === 'reset' && names.length === 0 ? known : names.map((name) => findNvParameter(known, name));
  const changes: PolicyChange[] = entries.map(({ parameter, document }) => ({ field: parameter.field, parameters: [parameter.name, document.name] }));
  return { device: judgedDevice(found.device, requirePlugin(found).manifest.name, undefined), effect, scope: scope ?? leastScope, commands: undefined, called: command, register: undefined, changes };
}

async function configuration(found: FoundDevice, request: NvRequest, scope: Scope | undefined): Promise<Foreseen> {
  await using offline = await openOffline(found);
  const plan = await (await offline.nvconfig()).plan(request);
  return { question: await configurationQuestion(found, request, plan, scope), mayBeRefined: (await requirePlugin(found).load()).refinePlan !== undefined };
}

function foreseenOf({ foreseen }: Rehearsal, name: string): Foreseen {
  if (foreseen !== undefined) return foreseen;
  throw new UsageError('ERR_USAGE', `${name}: nothing would be sent`);
}

function scoped(scope: Scope | undefined): { readonly scope?: Scope } {
  return scope === undefined ? {} : { scope };
}
