import type { DumpEntry } from '@auxctl/schemas';
import { compileLayout } from '../layout/compile.js';
import { sampleDocument } from '../layout/sample.fixture.js';
import type { DumpOrigin } from './receiver.js';
import { DumpWriter } from './write.js';

const document = sampleDocument('big');
const { sizeBytes } = compileLayout(document);

/** Where the dumps of tests come from. */
export const ORIGIN: DumpOrigin = {
  created: '2031-02-03T04:05:06.789Z', tool: '1.2.3', kernel: '7.0.0',
  device: { address: '0000:3b:00.0', transport: 'fwctl', pci: 'f00d:0001', driver: 'core', identity: [{ name: 'firmware', value: '22.1.2' }] },
  plugin: { name: 'acme', version: '1.0.0' },
};

/** A few entries of several kinds, one of them refused. */
export const ENTRIES: readonly DumpEntry[] = [
  { type: 'entry', subject: { kind: 'register', name: 'SAMPLE', key: { port: 1 } }, layout: 'registers/SAMPLE', afterMs: 3, bytes: '5a'.repeat(sizeBytes) },
  { type: 'entry', subject: { kind: 'capability', name: 'BASIC', mode: 'maximum' }, afterMs: 3, failure: { code: 'ERR_FIRMWARE_STATUS', message: 'refused', status: '0x5' } },
  { type: 'entry', subject: { kind: 'segment', name: 'menu 0x10', key: { index: '0x20000000000001' } }, bytes: 'c0ffee' },
];

/** A whole dump as text. */
export async function dumpText(entries: Iterable<DumpEntry> = ENTRIES): Promise<string> {
  let text = '';
  const writer = new DumpWriter((lines) => { text += lines; });
  await writer.begin(ORIGIN);
  await writer.layouts([document]);
  await writer.entries(entries);
  await writer.end();
  return text;
}

/** Bytes in pieces of a length. */
export async function* chunksOf(bytes: Uint8Array | string, lengthBytes = 97): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(bytes);
  for (let start = 0; start < all.length; start += lengthBytes) yield Promise.resolve(all.subarray(start, start + lengthBytes));
}
