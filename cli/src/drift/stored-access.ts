import type { Step } from '@auxctl/core';
import type { Context } from '../command.js';

/** The registers or commands by which stored configuration is reached. */
export interface StoredAccess {
  /** The one that writes items. */
  readonly writer: string | undefined;
  /** All of them. */
  readonly carriers: ReadonlySet<string>;
}

/** How an installed plugin reaches stored configuration; nothing for one that knows none, or is not here. */
export async function storedAccess(name: string | undefined, { plugins }: Pick<Context, 'plugins'>): Promise<StoredAccess> {
  const known = (await plugins.all()).find(({ manifest }) => manifest.name === name);
  const access = (await known?.load())?.nvconfig;
  if (access === undefined) return { writer: undefined, carriers: new Set() };
  const write = access.write({ type: 0n, data: new Uint8Array(), roomBytes: 0 });
  const steps = [write, access.reset(0n), access.resetAll, access.support(0n).ask, access.read(0n, 'next').ask, access.walk(0n, 'next').ask, access.sets.ask];
  return { writer: nameOf(write), carriers: new Set(steps.map(nameOf)) };
}

function nameOf(step: Step): string {
  return 'register' in step ? step.register : step.command;
}
