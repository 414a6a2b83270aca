import type { Report } from '../command.js';
import { report } from '../command.js';
import type { FoundDevice } from '../devices.js';
import type { Invocation } from '../invocation.js';
import { openOffline, rehearse } from '../offline.js';
import type { Style } from '../output/style.js';
import { table } from '../output/table.js';
import { readPermissions, type Undertaking } from '../permission.js';
import type { DiagChangeDocument, SamplingDocument } from '../schemas/diagnostics.js';
import { samplingRows } from './document.js';

/** What starting or stopping would do, found out without the device. */
export async function rehearseSampling(found: FoundDevice, invocation: Invocation): Promise<Undertaking> {
  const permissions = readPermissions(invocation);
  const offline = await openOffline(found);
  const { effect, scope } = await rehearse(permissions.allow, (options) => offline.diagnostics.disarm({ ...permissions, ...options }));
  return { found, command: invocation.command, effect, scope };
}

/** What was and what is, side by side. */
export function changeText(before: SamplingDocument, after: SamplingDocument, style: Style): string {
  const [old, now] = [before, after].map((sampling) => new Map(samplingRows(sampling)));
  const names = [...new Set([...(now?.keys() ?? []), ...(old?.keys() ?? [])])];
  return table(names, [
    { heading: '', cell: (name) => name },
    { heading: 'BEFORE', cell: (name) => old?.get(name) ?? '' },
    { heading: 'AFTER', cell: (name) => now?.get(name) ?? '', paint: (name, text) => (old?.get(name) === now?.get(name) ? text : style.changed(text)) },
  ], style);
}

/** The report of a change that was made. */
export function changeReport(schema: DiagChangeDocument['schema'], { found, effect, scope }: Undertaking, before: SamplingDocument, after: SamplingDocument): Report {
  const document: DiagChangeDocument = { schema, device: found.device.address, effect, scope: scope ?? null, before, after };
  return report(document, (_shown, style) => changeText(before, after, style));
}
