import { report, type CommandModule } from '../../command.js';
import { planDocument } from '../../config/document.js';
import { readConfiguration } from '../../config/file.js';
import { OpenDevices } from '../../config/open-devices.js';
import { prepareTargets } from '../../config/prepare.js';
import { findTargets } from '../../config/targets.js';
import { planText } from '../../config/text.js';

/** What ends with this status is no failure: there are differences. */
const DIFFERENT = 7;

/** `auxctl config plan` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const file = await readConfiguration(invocation.text('FILE'));
  await using devices = new OpenDevices(context);
  const targets = await findTargets(file, devices, context);
  // Preparing asks what is allowed, so that what it prepares can be sent; a plan sends none of it.
  const planned = await prepareTargets(targets, { file, devices, options: { ...context.wait, allow: 'invasive', isPlan: true }, context });
  const document = planDocument(file.name, planned);
  return { ...report(document, planText), exitStatus: document.counts.steps > 0 ? DIFFERENT : 0 };
};
