import { DumpCollector, DumpWriter, dumpHost, dumpTargets, type DumpHost, type DumpOptions, type DumpSelection, type DumpTarget } from '@auxctl/core';
import { parseFieldArguments } from '../arguments/field-arguments.js';
import { report, type CommandModule, type Context } from '../command.js';
import type { FoundDevice } from '../devices.js';
import { chooseTargets, requireIndexFields } from '../dumps/choice.js';
import { NobodyReads, openDumpOutput, type DumpOutput } from '../dumps/output.js';
import { subjectText } from '../dumps/subject.js';
import { Tally } from '../dumps/tally.js';
import type { Invocation } from '../invocation.js';
import { layoutsOf } from '../layouts.js';
import { openOffline, rehearse } from '../offline.js';
import { openDevice, requirePlugin } from '../open.js';
import { requireOutputFile } from '../output/atomic-file.js';
import { openProgress } from '../output/progress.js';
import type { Style } from '../output/style.js';
import { pairs } from '../output/table.js';
import { confirm, readPermissions, requirePermission } from '../permission.js';
import type { DumpSummaryDocument } from '../schemas/dumps.js';
import { VERSION } from '../version.js';

/** `auxctl dump` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const file = invocation.maybe('output');
  const isFile = file !== undefined && file !== '-';
  if (isFile) requireOutputFile(file);
  const host = dumpHost(VERSION, found.device, context.options.root);
  const selection = await readSelection(found, host, invocation, context);

  using output = openDumpOutput(file, context);
  const tally = new Tally(new DumpWriter(output.sink));
  const lengthBytes = await take(found, { ...selection, host, keepPartial: invocation.flag('keep-partial') }, tally, output, context);
  if (lengthBytes === undefined) return undefined;
  if (isFile) return report(summaryOf(found, file, lengthBytes, tally), summaryText);
  if (tally.failed.length > 0) context.notes.note(`${tally.failed.length} of ${tally.entryCount} entries say why they were not read`);
  return undefined;
};

/** What the command line wants read, checked and permitted before anything is opened. */
async function readSelection(found: FoundDevice, host: DumpHost, invocation: Invocation, context: Context): Promise<DumpSelection> {
  const plugin = requirePlugin(found);
  const layouts = layoutsOf(plugin);
  const targets = chooseTargets(await dumpTargets({ layouts, plugin: await plugin.load() }), invocation.list('only'));
  const index = parseFieldArguments(invocation.list('index'));
  await requireIndexFields(layouts, targets, index);
  const permissions = readPermissions(invocation);
  const withEffects = invocation.flag('with-effects');
  const names = new Set(targets.map(identityOf));
  const selection = { only: (target: DumpTarget) => names.has(identityOf(target)), index, withEffects, ...permissions };

  const changing = withEffects ? targets.filter(({ effect }) => effect !== 'inspect').map(({ name }) => name) : [];
  const offline = await openOffline(found);
  const rehearsal = await rehearse(permissions.allow, async (options) => offline.dump(new DumpCollector(), { ...selection, host, ...options }));
  const undertaking = { found, command: 'dump', ...rehearsal, effect: changing.length > 0 ? 'configure' : 'inspect' } as const;
  await requirePermission(undertaking, invocation, context);
  if (changing.length > 0) await confirm(`Reading changes ${changing.join(', ')}. Go on?`, undertaking, invocation, context);
  return selection;
}

/** Returns how long the dump has become; undefined when nobody reads it. */
async function take(found: FoundDevice, options: DumpOptions, tally: Tally, output: DumpOutput, context: Context): Promise<number | undefined> {
  await using channel = await openDevice(found, context);
  using progress = openProgress(context.terminal, !context.options.json && !context.options.quiet);
  try {
    await channel.dump(tally, { ...options, onProgress: (done, total, what) => { progress.update(done, total, what); } });
  } catch (error) {
    if (error instanceof NobodyReads) return undefined;
    if (tally.isEnded) await output.finish();
    throw error;
  }
  return await output.finish();
}

function summaryOf({ device }: FoundDevice, file: string, lengthBytes: number, { entryCount, failed }: Tally): DumpSummaryDocument {
  const failures = failed.map(({ subject, failure }) => ({ subject: subjectText(subject), code: failure.code, message: failure.message, status: failure.status ?? null, syndrome: failure.syndrome ?? null }));
  return { schema: 'auxctl.dump-summary/1', device: device.address, file, lengthBytes, entries: entryCount, failures };
}

function summaryText({ file, lengthBytes, entries, failures }: DumpSummaryDocument, style: Style): string {
  return pairs([['file', file], ['length', `${lengthBytes} bytes`], ['entries', String(entries)], ['not read', failures.length === 0 ? '0' : `${failures.length}; auxctl show ${file} says why`]], style);
}

function identityOf({ kind, name }: Pick<DumpTarget, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}
