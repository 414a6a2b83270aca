import { UsageError, type DeviceChannel } from '@auxctl/core';
import { parseDurationMs } from '../arguments/duration.js';
import type { CommandModule, Context } from '../command.js';
import { decodedDocument } from '../fields/decoded.js';
import { openDevice } from '../open.js';
import { toJsonLine } from '../output/json.js';
import { openScreen } from '../output/screen.js';
import { requestRegister, type RegisterRequest } from '../register-reading.js';
import type { WatchDocument } from '../schemas/values.js';
import { changesBetween } from '../watch/changes.js';
import { nextTick } from '../watch/interval.js';
import { changeLines, windowLines } from '../watch/text.js';

const DEFAULT_INTERVAL_MS = 1000;
const INTERRUPTED = 130;

/** `auxctl watch` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const interval = invocation.maybe('interval');
  const intervalMs = interval === undefined ? DEFAULT_INTERVAL_MS : parseDurationMs('--interval', interval);
  const count = readCount(invocation.maybe('count'));
  const request = await requestRegister(invocation, context);
  const title = [request.found.device.address, request.register.name, ...invocation.list('index=value')].join(' ');
  await using channel = await openDevice(request.found, context);
  const readings = watch(channel, request, { intervalMs, count, fields: invocation.maybe('fields') }, context.signal);
  const isWhole = context.options.json || !context.terminal.canRedraw ? await writeLines(readings, context) : await draw(readings, `${title}, every ${intervalMs} ms`, context);
  return context.signal.aborted && isWhole ? { exitStatus: INTERRUPTED } : undefined;
};

interface Pace {
  readonly intervalMs: number;
  readonly count: number;
  readonly fields: string | undefined;
}

/** Reads again and again. Ends when that was often enough, or `signal` aborts. */
async function* watch(channel: DeviceChannel, { found, register, given, permissions }: RegisterRequest, { intervalMs, count, fields }: Pace, signal: AbortSignal): AsyncGenerator<WatchDocument> {
  const startMs = performance.now();
  let last: { readonly document: WatchDocument; readonly atMs: number } | undefined;
  for (let sequence = 0; sequence < count; sequence += 1) {
    if (sequence > 0) await nextTick(startMs, intervalMs, signal);
    if (signal.aborted) return;
    const decoded = await channel.registers.read(register.name, given, permissions).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (decoded === undefined) return;
    const atMs = performance.now();
    const shown = decodedDocument(decoded, fields);
    const changes = last === undefined ? [] : changesBetween(last.document.fields, shown.fields, atMs - last.atMs);
    const document: WatchDocument = { schema: 'auxctl.watch/1', device: found.device.address, register: register.name, sequence, time: new Date().toISOString(), elapsedMs: Math.round(atMs - startMs), ...shown, changes };
    yield document;
    last = { document, atMs };
  }
}

/** Returns whether somebody read to the end. */
async function writeLines(readings: AsyncIterable<WatchDocument>, { options, terminal, signal }: Context): Promise<boolean> {
  for await (const document of readings) {
    const text = options.json ? toJsonLine(document) : changeLines(document);
    if (text !== '' && !(await terminal.stream(text, signal)) && !signal.aborted) return false;
  }
  return true;
}

async function draw(readings: AsyncIterable<WatchDocument>, title: string, { options, terminal }: Context): Promise<boolean> {
  const style = terminal.style('data', options.color);
  let latest: WatchDocument | undefined;
  const redraw = (): boolean => latest === undefined || screen.draw(windowLines(latest, title, screen.size.rows, style));
  using screen = openScreen(terminal, redraw);
  for await (latest of readings) if (!redraw()) return false;
  return true;
}

function readCount(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('ERR_USAGE', `--count: '${text}' is not a number of readings from 1 on`);
}
