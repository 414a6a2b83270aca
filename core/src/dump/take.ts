import type { DumpEntry, DumpFailure, LayoutDocument, Manifest, TransportKind } from '@auxctl/schemas';
import { pathOf } from '@auxctl/schemas/model';
import type { ReadOutcome } from '../channel/types.js';
import { AuxctlError } from '../errors/base.js';
import { isAnswer, isCoded } from '../errors/kinds.js';
import { failureOf } from './failure.js';
import type { DumpHost } from './host.js';
import { dumpOrigin } from './origin.js';
import { itemDocuments, planItems, readItemEntries } from './items.js';
import { planDump, type DumpPlanner, type DumpSelection, type Reading } from './plan.js';
import type { DumpReceiver } from './receiver.js';
import { waitOf } from '../wait.js';
import { withoutSecrets } from './secrets.js';

/** So many readings go to the device in one hop: enough to make the hop cheap, few enough to keep progress and interrupts prompt. */
const BATCH_READINGS = 128;

/** What to take, and who wants to know how far it is. */
export interface DumpOptions extends DumpSelection {
  readonly host: DumpHost;
  /** Told of each batch before it is sent: how much was read, how much there is, and what comes next. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
  /** When the device fails on the way, ends the dump with the reason in its last line. Default false: it has no end then. */
  readonly keepPartial?: boolean;
  /** The time to write into the dump; now when left out. */
  readonly now?: () => Date;
}

/** What a dump is taken from. */
export interface DumpSource extends DumpPlanner {
  readonly manifest: Manifest;
  readonly transport: TransportKind;
}

/** Takes a dump of a device. Rejects when the device is gone or stops answering, and with what the receiver rejects with. */
export async function takeDump(source: DumpSource, receiver: DumpReceiver, options: DumpOptions): Promise<void> {
  const { now = () => new Date() } = options;
  const [readings, items] = [await planDump(source, options), await planItems(source, options)];
  const info = await source.channel.info(options);
  await receiver.begin(dumpOrigin(source, info, options.host, now()));
  await receiver.layouts(await layoutsOf(source, [...readings.flatMap(({ document }) => document ?? []), ...itemDocuments(items)]));
  try {
    for await (const entries of readAll(source, readings, options)) await receiver.entries(entries);
    const [first] = items;
    if (first !== undefined) options.onProgress?.(readings.length, readings.length + items.length, first.document.name);
    await receiver.entries(await readItemEntries(source, items, waitOf(options)));
  } catch (error) {
    if (options.keepPartial === true && isCoded(error)) await receiver.end(failureOf(error));
    throw error;
  }
  await receiver.end();
}

/** The entries of all readings, in batches. Throws the first error that is no answer to one reading. */
export async function* readAll({ channel }: Pick<DumpSource, 'channel'>, readings: readonly Reading[], options: Omit<DumpOptions, 'host'>): AsyncGenerator<DumpEntry[]> {
  const startMs = performance.now();
  for (let done = 0; done < readings.length; done += BATCH_READINGS) {
    const batch = readings.slice(done, done + BATCH_READINGS);
    options.onProgress?.(done, readings.length, batch[0]?.subject.name ?? '');
    const outcomes = (await channel.callBatch(batch.flatMap((reading) => ('call' in reading ? [reading.call] : [])), options)).values();
    const afterMs = Math.round(performance.now() - startMs);
    yield batch.map((reading) => ('failure' in reading ? entryOf(reading, { failure: reading.failure }) : entryOf(reading, { afterMs, ...answerOf(outcomes.next().value) })));
  }
}

function entryOf({ subject, document, structure }: Reading, answer: Pick<DumpEntry, 'afterMs'> & Answer): DumpEntry {
  return { type: 'entry', subject, ...(document === undefined ? {} : { layout: pathOf(document) }), ...(structure === undefined ? {} : { structure }), ...answer };
}

type Answer = { readonly bytes: string } | { readonly failure: DumpFailure };

function answerOf(outcome: ReadOutcome | undefined): Answer {
  if (outcome === undefined) throw new AuxctlError('ERR_INTERNAL', 'a batch has fewer outcomes than calls');
  if (outcome.ok) return { bytes: hex(withoutSecrets(outcome.decoded)) };
  if (isAnswer(outcome.error)) return { failure: failureOf(outcome.error) };
  throw outcome.error;
}

/** Layouts and what these import, each once. */
async function layoutsOf({ layouts }: DumpSource, wanted: readonly LayoutDocument[]): Promise<Iterable<LayoutDocument>> {
  const documents = new Map<string, LayoutDocument>();
  for (const { kind, name } of new Set(wanted)) {
    for (const [path, document] of await layouts.withImports(kind, name)) documents.set(path, document);
  }
  return documents.values();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
