import { findNvParameter, nvParameters } from '@auxctl/core';
import { assignments } from '../../arguments/assignments.js';
import { report, type CommandModule } from '../../command.js';
import { layoutsOf } from '../../layouts.js';
import { changeConfiguration, changeText } from '../../nvconfig/change.js';
import { requirePlugin } from '../../open.js';
import type { NvconfigChangeDocument } from '../../schemas/nvconfig.js';

/** `auxctl nvconfig set` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const values = assignments(invocation.list('NAME=VALUE'));
  const known = await nvParameters(layoutsOf(requirePlugin(found)));
  const kernelInterfaces = Object.keys(values).flatMap((name) => findNvParameter(known, name).parameter.kernelInterfaces ?? []);
  const outcome = await changeConfiguration(found, { type: 'set', values }, kernelInterfaces, invocation, context);
  return report<NvconfigChangeDocument>({ schema: 'auxctl.nvconfig-set/1', ...outcome }, changeText);
};
