import { report, type CommandModule } from '../../command.js';
import { removeBaseline } from '../../state/baselines.js';
import type { BaselineRemoveDocument } from '../../schemas/state.js';

/** `auxctl baseline remove` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const name = invocation.text('NAME');
  removeBaseline(name, context);
  return Promise.resolve(report<BaselineRemoveDocument>({ schema: 'auxctl.baseline-remove/1', name }, () => ''));
};
