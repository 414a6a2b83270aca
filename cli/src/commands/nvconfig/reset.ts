import { report, type CommandModule } from '../../command.js';
import { changeConfiguration, changeText } from '../../nvconfig/change.js';
import type { NvconfigChangeDocument } from '../../schemas/nvconfig.js';

/** `auxctl nvconfig reset` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const outcome = await changeConfiguration(found, { type: 'reset', names: invocation.list('NAME') }, [], invocation, context);
  return report<NvconfigChangeDocument>({ schema: 'auxctl.nvconfig-reset/1', ...outcome }, changeText);
};
