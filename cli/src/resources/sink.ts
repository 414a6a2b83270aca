import { DumpWriter, dumpHost, TransportError, type DeviceChannel, type ResourceDumpEvent, type ResourceMenu } from '@auxctl/core';
import type { Context } from '../command.js';
import { openDumpOutput } from '../dumps/output.js';
import { Tally } from '../dumps/tally.js';
import { toJsonLine } from '../output/json.js';
import { VERSION } from '../version.js';
import { ResourceDocuments } from './documents.js';
import { failureText, segmentText } from './text.js';

/** Where what comes of a dump goes, as it comes. */
export interface ResourceSink {
  /** False when nobody reads any more. */
  take(event: ResourceDumpEvent): Promise<boolean>;
}

/** Prints segment by segment: JSON lines, or text. */
export function printingSink(device: string, menu: ResourceMenu, { terminal, options, signal }: Pick<Context, 'terminal' | 'options' | 'signal'>): ResourceSink {
  const documents = new ResourceDocuments(device, menu);
  const style = terminal.style('data', options.color);
  const render = (event: Exclude<ResourceDumpEvent, { type: 'limit' }>): string => {
    if (event.type === 'failure') {
      const document = documents.failure(event);
      return options.json ? toJsonLine(document) : failureText(document, style);
    }
    const document = documents.segment(event);
    return options.json ? toJsonLine(document) : segmentText(document, style, options.verbose);
  };
  return {
    async take(event) {
      const text = event.type === 'limit' ? '' : render(event);
      if (text === '' || await terminal.stream(text, signal)) return true;
      if (signal.aborted) throw new TransportError('ERR_ABORTED', 'the dump was given up', { device });
      return false;
    },
  };
}

/** What was saved. */
export interface Saved {
  readonly lengthBytes: number;
  readonly tally: Tally;
}

/** Saves to a file in the format of dumps while `run` feeds the sink; the file is there whole or not at all. */
export async function saveTo(file: string, { channel, menu }: { readonly channel: DeviceChannel; readonly menu: ResourceMenu }, context: Context, run: (sink: ResourceSink) => Promise<void>): Promise<Saved> {
  using output = openDumpOutput(file, context);
  const tally = new Tally(new DumpWriter(output.sink));
  await tally.begin(await channel.dumpOrigin(dumpHost(VERSION, channel.device, context.options.root), context.wait));
  const recorder = await channel.resources.recorder(tally, menu);
  const cut: ResourceDumpEvent[] = [];
  await run({
    async take(event) {
      if (event.type === 'limit') cut.push(event);
      await recorder.record(event);
      return true;
    },
  });
  await tally.end(cut.length === 0 ? undefined : { code: 'ERR_LIMIT', message: 'there is more than the limit lets through' });
  return { lengthBytes: await output.finish(), tally };
}
