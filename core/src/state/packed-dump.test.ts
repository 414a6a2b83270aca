import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Report } from '@auxctl/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf, dumpText } from '../dump/dump.fixture.js';
import { loadDump } from '../dump/dump.js';
import { packDump, unpackDump } from './packed-dump.js';
import { readStates } from './report-file.js';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'auxctl-report-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const reportWith = (dump: unknown): Report => ({
  schema: 'auxctl.report/1', created: '2026-01-01T00:00:00.000Z', tool: '0.1.0', host: { name: 'h', taintReasons: [], isFwctlTainted: false, isRoot: true }, traces: [], problems: [],
  devices: [{ taken: '2026-01-01T00:00:00.000Z', device: { address: 'a', names: [] }, identity: [], settings: [], reporters: [], changed: [], problems: [], ...(dump === undefined ? {} : { dump: dump as Report['devices'][0]['dump'] & {} }) }],
});

describe('a dump inside a report', () => {
  it('is the same dump when it comes out', async () => {
    const text = await dumpText();
    const packed = await packDump(await loadDump(chunksOf(text)));
    expect(packed.lengthBytes).toBe(text.length);
    expect((await unpackDump(packed, 'x')).entries).toEqual((await loadDump(chunksOf(text))).entries);
  });

  it('is refused when it is longer or shorter than it tells, cut off or changed', async () => {
    const packed = await packDump(await loadDump(chunksOf(await dumpText())));
    for (const wrong of [{ ...packed, lengthBytes: packed.lengthBytes - 1 }, { ...packed, lengthBytes: packed.lengthBytes + 1 }, { ...packed, lengthBytes: 0 }, { ...packed, gzip: packed.gzip.slice(0, 40) }, { ...packed, gzip: '' }]) {
      await expect(unpackDump(wrong, 'x')).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.stringMatching(/^x: /) as string });
    }
    const other = Buffer.from((await dumpText()).replace('c0ffee', 'c0ffef'));
    await expect(unpackDump({ lengthBytes: other.length, gzip: gzipSync(other).toString('base64') }, 'x')).rejects.toMatchObject({ code: 'ERR_DUMP' });
  });
});

describe('a file of states', () => {
  it('is a report or a dump, packed or not', async () => {
    const text = await dumpText();
    const report = JSON.stringify(reportWith(await packDump(await loadDump(chunksOf(text)))));
    for (const [name, content] of [['r.json', report], ['r.json.gz', gzipSync(report)], ['d', text], ['d.gz', gzipSync(text)]] as const) {
      const { states, dumpOf } = await readStates(file(name, content));
      expect(states).toHaveLength(1);
      for (const state of states) expect((await dumpOf(state))?.entries).toHaveLength(3);
    }
  });

  it('is refused with a reason when it is neither, of a newer format, or faulty', async () => {
    for (const [content, message] of [
      ['', /no JSON/], ['[]', /neither a report nor a dump/], ['{"schema":"auxctl.list/1"}', /neither a report nor a dump/], ['{"schema":"auxctl.report/2"}', /of the format auxctl.report\/2, which a newer auxctl reads.* reads auxctl.report\/1/],
      [JSON.stringify({ ...reportWith(undefined), devices: [{}] }), /devices\.0\./],
    ] as const) await expect(readStates(file('f', content))).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.stringMatching(message) as string });
    await expect(readStates(file('cut', gzipSync('x').subarray(0, 12)))).rejects.toMatchObject({ code: 'ERR_DUMP', message: expect.stringMatching(/cut off or changed/) as string });
    await expect(readStates(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ERR_FILE' });
    await expect(readStates(folder)).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.stringMatching(/is a folder/) as string });
  });
});
