import { report, type CommandModule } from '../../command.js';
import { requireDiagnostics } from '../../diag/capability.js';
import { samplingDocument, samplingText } from '../../diag/document.js';
import { openDevice } from '../../open.js';
import type { DiagShowDocument } from '../../schemas/diagnostics.js';

/** `auxctl diag show` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  await using channel = await openDevice(found, context);
  const capability = await requireDiagnostics(channel);
  const state = await channel.diagnostics.state(capability);
  const document: DiagShowDocument = { schema: 'auxctl.diag-show/1', device: found.device.address, sampling: samplingDocument(state, capability) };
  return report(document, ({ sampling }, style) => samplingText(sampling, style));
};
