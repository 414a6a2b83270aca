import { findKind, RESOURCE_DUMP_DEFAULTS, UsageError, type DeviceChannel, type ResourceDumpOptions, type ResourceRequest } from '@auxctl/core';
import { parseByteCount } from '../../arguments/byte-count.js';
import { report, type CommandModule, type Context } from '../../command.js';
import { subjectText } from '../../dumps/subject.js';
import type { Invocation } from '../../invocation.js';
import { openDevice, requirePlugin } from '../../open.js';
import { requireOutputFile } from '../../output/atomic-file.js';
import { openProgress } from '../../output/progress.js';
import { pairs } from '../../output/table.js';
import { readNumber, readRequests } from '../../resources/requests.js';
import { printingSink, saveTo, type ResourceSink, type Saved } from '../../resources/sink.js';
import { Verdict } from '../../resources/verdict.js';
import type { DumpSummaryDocument } from '../../schemas/dumps.js';

const MOST_BYTES = 2 ** 32;
const MOST_DEPTH = 64;

/** `auxctl resource dump` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const segment = invocation.maybe('SEGMENT');
  const file = invocation.maybe('output');
  const limits = readLimits(invocation);
  if (segment === undefined && !invocation.flag('core')) throw new UsageError('ERR_USAGE', 'SEGMENT is missing', { hint: `auxctl resource list ${invocation.text('DEV')} shows what there is.` });
  if (file !== undefined) requireOutputFile(file);

  await using channel = await openDevice(found, context);
  if (segment === undefined || invocation.flag('core')) {
    const known = requirePlugin(found);
    const { explainCoreDump } = await import('../../resources/core-dump.js');
    return await explainCoreDump(channel, known, await known.load());
  }
  const menu = await channel.resources.menu(context.wait);
  const requests = readRequests(findKind(menu, segment), invocation.list('index=value'), invocation.maybe('count'));
  const verdict = new Verdict(found.device.address);
  const feed = async (sink: ResourceSink): Promise<void> => dumpInto(sink, verdict, { channel, requests, limits }, context);
  if (file === undefined) await feed(printingSink(found.device.address, menu, context));
  const saved = file === undefined ? undefined : await saveTo(file, { channel, menu }, context, feed);
  verdict.conclude();
  if (verdict.failures > 0) context.notes.note(`${verdict.failures} of the requests came to nothing`);
  return saved === undefined || file === undefined ? undefined : report(summaryOf(found.device.address, file, saved), summaryText);
};

function readLimits(invocation: Invocation): ResourceDumpOptions {
  const depth = readNumber('--depth', invocation.maybe('depth'), 0, MOST_DEPTH);
  const limit = invocation.maybe('limit');
  return { depth: depth ?? RESOURCE_DUMP_DEFAULTS.depth, mostBytes: limit === undefined ? RESOURCE_DUMP_DEFAULTS.mostBytes : parseByteCount('--limit', limit, MOST_BYTES) };
}

interface Undertaking {
  readonly channel: DeviceChannel;
  readonly requests: readonly ResourceRequest[];
  readonly limits: ResourceDumpOptions;
}

async function dumpInto(sink: ResourceSink, verdict: Verdict, { channel, requests, limits }: Undertaking, context: Context): Promise<void> {
  using progress = openProgress(context.terminal, !context.options.json && !context.options.quiet);
  const onProgress: ResourceDumpOptions['onProgress'] = ({ requestsDone, requestsTotal, lengthBytes, calls }) => {
    progress.update(requestsDone, requestsTotal, `${Math.ceil(lengthBytes / 1024)} KiB in ${calls} calls`);
  };
  for await (const event of channel.resources.dump(requests, { ...context.wait, ...limits, onProgress })) {
    verdict.note(event);
    if (!await sink.take(event)) return;
  }
}

function summaryOf(device: string, file: string, { lengthBytes, tally }: Saved): DumpSummaryDocument {
  const failures = tally.failed.map(({ subject, failure }) => ({ subject: subjectText(subject), code: failure.code, message: failure.message, status: failure.status ?? null, syndrome: failure.syndrome ?? null }));
  return { schema: 'auxctl.dump-summary/1', device, file, lengthBytes, entries: tally.entryCount, failures };
}

function summaryText({ file, lengthBytes, entries, failures }: DumpSummaryDocument, style: Parameters<typeof pairs>[1]): string {
  return pairs([['file', file], ['length', `${lengthBytes} bytes`], ['segments', String(entries)], ['not dumped', String(failures.length)]], style);
}
