import { runTransaction, type AuxctlError, type ConfigurationStep, type TransactionEvent } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../../command.js';
import { applyDocument, planDocument } from '../../config/document.js';
import { readConfiguration } from '../../config/file.js';
import { OpenDevices } from '../../config/open-devices.js';
import { prepareTargets } from '../../config/prepare.js';
import { findTargets } from '../../config/targets.js';
import { applyText, planText } from '../../config/text.js';
import { requirePermissions, undertakingsOf } from '../../config/undertakings.js';
import { describeError, errorText } from '../../errors.js';
import { confirm, readPermissions } from '../../permission.js';

/** `auxctl config apply` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const file = await readConfiguration(invocation.text('FILE'));
  const permissions = readPermissions(invocation);
  await using devices = new OpenDevices(context);
  const targets = await findTargets(file, devices, context);
  const undertakings = await undertakingsOf(targets, permissions);
  await requirePermissions(targets, undertakings, invocation, context);

  const planned = await prepareTargets(targets, { file, devices, options: { ...context.wait, ...permissions }, context });
  const steps = planned.flatMap((device) => device.steps);
  const [undertaking] = undertakings;
  if (steps.length === 0) context.notes.note('everything is so already; nothing was written');
  else if (undertaking !== undefined && !invocation.flag('yes')) {
    const plan = planDocument(file.name, planned);
    context.terminal.note(planText(plan, context.terminal.style('note', context.options.color)));
    await confirm(`Change the configuration of ${plan.counts.devices === 1 ? 'this device' : `these ${plan.counts.devices} devices`}?`, undertaking, invocation, context);
  }

  const outcome = await runTransaction(steps, { signal: context.signal, keep: invocation.flag('keep'), onEvent: (event) => { follow(event, file.name, devices, context); } });
  if (outcome.failure !== undefined) tell(outcome.failure, context);
  return { ...report(applyDocument(file.name, planned, outcome), applyText), exitStatus: outcome.failure?.exitStatus ?? 0 };
};

/** Says what is done next, and has the journal know what a rollback is. */
function follow(event: TransactionEvent<ConfigurationStep>, file: string, devices: OpenDevices, { notes }: Context): void {
  if (event.type === 'rollback') devices.recordAs(`rollback of config apply ${file}: ${event.failure.message}`);
  else notes.detail(`${event.step.device}: ${event.type === 'apply' ? 'changing' : 'rolling back'} ${event.step.subject}`);
}

/** What failed, on standard error as of any command; the document says what became of the rest. */
function tell(failure: AuxctlError, { terminal, options: { json, verbose, color } }: Context): void {
  terminal.note(errorText(describeError(failure), failure, { json, verbose, style: terminal.style('note', color) }));
}
