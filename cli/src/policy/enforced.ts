import { join } from 'node:path';
import { isPolicyThere, POLICY_FILE, type CommandPolicy, type OpenChannelOptions } from '@auxctl/core';
import type { Context } from '../command.js';
import type { FoundDevice } from '../devices.js';

/** A policy's file, and who may own it besides root. */
export interface PolicyPlace {
  readonly path: string;
  readonly owner?: number;
}

type Place = Pick<Context, 'options'>;

/**
 * The policies that concern a device, of those that are there. The system's own concerns every real device, wherever it was found: below `--root` there may
 * be one more, which concerns simulated devices as well. Nothing on a command line, and nothing in the environment, leaves one out.
 */
export function policyPlaces(simulated: FoundDevice['simulated'], { options: { root } }: Place): readonly PolicyPlace[] {
  const own = simulated === undefined ? [{ path: join('/', POLICY_FILE) }] : [];
  const below = root === '/' ? [] : [{ path: join(root, POLICY_FILE), owner: process.getuid?.() ?? 0 }];
  return [...own, ...below].filter(({ path }) => isPolicyThere(path));
}

/** What judges the commands to a device. Nothing is loaded where there is no policy. */
export function policing({ simulated }: Pick<FoundDevice, 'simulated'>, context: Pick<Context, 'options' | 'notes'>): Pick<OpenChannelOptions, 'policy'> {
  const places = policyPlaces(simulated, context);
  if (places.length === 0) return {};
  let made: Promise<CommandPolicy> | undefined;
  const guard = async (): Promise<CommandPolicy> => made ??= import('./guard.js').then(({ makeGuard }) => makeGuard(places, context));
  return {
    policy: {
      judgesInspection: async () => (await guard()).judgesInspection(),
      refusal: async (question) => (await guard()).refusal(question),
      foreseen: async (question) => (await guard()).foreseen(question),
    },
  };
}
