import type { CommandModule } from '../../command.js';
import { changeReport, rehearseSampling } from '../../diag/change.js';
import { requireDiagnostics } from '../../diag/capability.js';
import { samplingDocument } from '../../diag/document.js';
import { openDevice } from '../../open.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';

/** `auxctl diag stop` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const undertaking = await rehearseSampling(found, invocation);
  await requirePermission(undertaking, invocation, context);
  await using channel = await openDevice(found, context);
  const { diagnostics } = channel;
  const capability = await requireDiagnostics(channel);
  const before = samplingDocument(await diagnostics.state(capability), capability);
  await confirm(`Stop sampling on ${found.device.address}?`, undertaking, invocation, context);
  await diagnostics.disarm(readPermissions(invocation));
  return changeReport('auxctl.diag-stop/1', undertaking, before, samplingDocument(await diagnostics.state(capability), capability));
};
