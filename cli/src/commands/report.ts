import { report as reportOf, type CommandModule, type Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import type { Invocation } from '../invocation.js';
import { requireOutputFile, writeFileAtomically } from '../output/atomic-file.js';
import { formatOf, rendered, REPORT_FORMATS, reportBytes, type ReportFormat } from '../report/file.js';
import { redactionFor } from '../report/redaction.js';
import { reportText } from '../report/text.js';
import { collectReport, findOrProblem } from '../state/collect.js';
import { keptDevice, keptDeviceTable } from '../state/kept-device.js';
import type { ReportSummaryDocument } from '../schemas/state.js';
import type { ReportedProblem } from '@auxctl/schemas';

/** `auxctl report` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const file = invocation.maybe('output');
  const isFile = file !== undefined && file !== '-';
  if (isFile) requireOutputFile(file);
  const { found, missing } = await meantDevices(invocation.list('DEV'), context);
  const made = await collectReport(found, context, invocation.flag('redact') || invocation.maybe('redact-key') !== undefined ? redactionFor(invocation.maybe('redact-key'), context) : undefined);
  const whole = { ...made, problems: [...made.problems, ...missing] };
  if (found.length === 0 && missing.length === 0) whole.problems.push({ what: 'devices', code: 'ERR_NO_DEVICE', message: 'no control-capable device was found', remedy: 'auxctl doctor says why.' });
  if (isFile) {
    const bytes = await reportBytes(whole, wantedFormat(invocation) ?? formatOf(file), file);
    writeFileAtomically(file, bytes);
    const document: ReportSummaryDocument = { schema: 'auxctl.report-summary/1', file, lengthBytes: bytes.length, devices: whole.devices.map(keptDevice), problems: whole.problems };
    return reportOf(document, ({ devices }, style) => `${keptDeviceTable(devices, style)}\nthe report is in ${file}, ${bytes.length} bytes\n`);
  }
  const format = wantedFormat(invocation);
  if (format === undefined || format === 'text') return reportOf(whole, reportText);
  const text = await rendered(whole, format);
  return { document: whole, text: () => text };
};

/** Those that are named, or all that a plugin is for; one that is not there is missing, and no reason to make no report. */
async function meantDevices(words: readonly string[], context: Context): Promise<{ readonly found: readonly FoundDevice[]; readonly missing: readonly ReportedProblem[] }> {
  if (words.length === 0) return { found: await context.devices.all(), missing: [] };
  const each = await Promise.all(words.map(async (word) => findOrProblem(word, context)));
  return { found: each.filter((one): one is FoundDevice => 'device' in one), missing: each.filter((one): one is ReportedProblem => 'code' in one) };
}

function wantedFormat(invocation: Invocation): ReportFormat | undefined {
  return REPORT_FORMATS.find((format) => format === invocation.maybe('format'));
}
