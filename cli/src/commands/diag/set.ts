import { planSampling, UsageError } from '@auxctl/core';
import type { CommandModule } from '../../command.js';
import { changeReport, changeText, rehearseSampling } from '../../diag/change.js';
import { requireDiagnostics } from '../../diag/capability.js';
import { samplingDocument } from '../../diag/document.js';
import { readSampling, requestTo } from '../../diag/request.js';
import { openOffline } from '../../offline.js';
import { openDevice } from '../../open.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';

/** `auxctl diag set` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const wanted = await readSampling(invocation, (await openOffline(found)).diagnostics);
  if (wanted.counters.length === 0) throw new UsageError('ERR_USAGE', 'diag set needs --counter: what to sample', { hint: 'auxctl diag list DEV shows the counters.' });
  const undertaking = await rehearseSampling(found, invocation);
  await requirePermission(undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const { diagnostics } = channel;
  const capability = await requireDiagnostics(channel);
  const parameters = planSampling(capability, requestTo(capability, wanted));
  const before = samplingDocument(await diagnostics.state(capability), capability);
  if (!invocation.flag('yes')) {
    context.terminal.note(changeText(before, samplingDocument(parameters, capability), context.terminal.style('note', context.options.color)));
    await confirm(`Start sampling on ${found.device.address}?`, undertaking, invocation, context);
  }
  await diagnostics.arm(parameters, readPermissions(invocation));
  const after = samplingDocument(await diagnostics.state(capability), capability);
  context.notes.note(`the device samples until auxctl diag stop ${found.device.address}`);
  return changeReport('auxctl.diag-set/1', undertaking, before, after);
};
