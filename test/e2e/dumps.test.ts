import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dumpLineSchema } from '../../schemas/src/dump.js';
import { checked, ended, faulty, folder, json, jsonError, line, run, start } from './support/auxctl.js';

interface Entry { readonly text: string; readonly failure: { readonly code: string } | null; readonly decoded: { readonly fields: Readonly<Record<string, unknown>> } | null }

describe('dump', () => {
  it('saves a file that keeps the published format, packed when the name says so', async () => {
    using scratch = folder();
    for (const name of ['plain.dump', 'packed.dump.gz']) {
      const { stdout, stderr, status } = await line(`dump sim-mlx5-0 -o ${scratch.at(name)}`);
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      expect(stdout).toContain(scratch.at(name));
    }
    const packed = readFileSync(scratch.at('packed.dump.gz'));
    const text = gunzipSync(packed).toString();
    expect(packed.length * 3).toBeLessThan(text.length);
    const lines = text.trimEnd().split('\n').map((each) => dumpLineSchema.parse(JSON.parse(each)));
    expect(lines[0]).toMatchObject({ type: 'header', device: { address: 'sim-mlx5-0', transport: 'sim', pci: '15b3:101d', identity: expect.arrayContaining([{ name: 'firmware', value: expect.stringMatching(/^\d/) as string }]) as unknown[] }, plugin: { name: 'mlx5', version: '0.1.0' } });
    expect(lines.at(-1)).toMatchObject({ type: 'end', entries: lines.filter(({ type }) => type === 'entry').length });
    expect(readdirSync(scratch.path).sort()).toEqual(['packed.dump.gz', 'plain.dump']);
  });

  it('has every reading of every register that can be read, and all capabilities twice', async () => {
    const { stdout } = await line('dump sim-mlx5-0');
    const subjects = stdout.trimEnd().split('\n').map((each) => dumpLineSchema.parse(JSON.parse(each))).flatMap((each) => (each.type === 'entry' ? [each.subject] : []));
    const names = (kind: string): Set<string> => new Set(subjects.filter((subject) => subject.kind === kind).map(({ name }) => name));
    const { registers } = await json('reg list mlx5') as unknown as { registers: { name: string; read: string | null }[] };
    expect([...names('register')].sort()).toEqual(registers.filter(({ read }) => read !== null).map(({ name }) => name).sort());
    expect(registers.length).toBeGreaterThan(50);
    expect(subjects.filter(({ kind }) => kind === 'capability')).toHaveLength(2 * names('capability').size);
    expect(subjects.filter(({ name }) => name === 'PPCNT').length).toBeGreaterThan(10);
  });

  it('takes what is asked for, of the index that is asked for', async () => {
    const { stdout } = await line('dump sim-mlx5-0 --only register/PAO? --only mtmp --index sensor_index=64');
    const subjects = stdout.trimEnd().split('\n').map((each) => dumpLineSchema.parse(JSON.parse(each))).flatMap((each) => (each.type === 'entry' ? [each.subject] : []));
    expect(subjects).toEqual([{ kind: 'register', name: 'MTMP', key: { sensor_index: 64 } }, { kind: 'register', name: 'PAOS', key: { local_port: 1 } }]);
  });

  it.each([
    ['--only NOSUCH*', 'ERR_UNKNOWN_NAME', 2],
    ['--only STAET', 'ERR_UNKNOWN_NAME', 2],
    ['--index solt=1', 'ERR_UNKNOWN_NAME', 2],
    ['--index slot=256', 'ERR_FIELD_VALUE', 2],
    ['--index slot', 'ERR_USAGE', 2],
    ['-o /nonexistent/file', 'ERR_FILE', 2],
    ['--scope configuration', 'ERR_SCOPE', 4],
  ])('refuses %s before anything is sent', async (words, code, status) => {
    using log = folder();
    expect(await jsonError(`dump sim-faulty-0 ${words}`, { env: { FAULTY_LOG: log.at('log') } })).toMatchObject({ code, status });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('does not read what changes by being read, unless that is allowed', async () => {
    const unasked = await json('dump sim-mlx5-0 --only FPGA_ACCESS_REG -o /dev/null') as { failures: { code: string }[] };
    expect(unasked.failures).toMatchObject([{ code: 'ERR_NOT_ALLOWED' }]);
    expect(await jsonError('dump sim-mlx5-0 --only FPGA_ACCESS_REG --with-effects')).toMatchObject({ code: 'ERR_NOT_ALLOWED', status: 4, hint: expect.stringContaining('--allow configure') as string });
    expect(await jsonError('dump sim-mlx5-0 --only FPGA_ACCESS_REG --with-effects --allow configure')).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: 'Add --yes to answer beforehand.' });
  });

  it.each([[1, 6], [2, 3], [3, 5], [4, 5], [5, 1]])('leaves nothing behind when device %d fails', async (index, status) => {
    using scratch = folder();
    expect(await jsonError(`dump sim-faulty-${index} -o ${scratch.at('f.gz')} --timeout 150ms`)).toMatchObject({ status });
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  it('leaves nothing behind when the device goes away on the way, or a part that says so', async () => {
    using scratch = folder();
    const env = { FAULTY_GONE_AFTER: '3' };
    expect(await jsonError(`dump sim-faulty-0 -o ${scratch.at('f')}`, { env })).toMatchObject({ code: 'ERR_DEVICE_GONE', status: 3 });
    expect(readdirSync(scratch.path)).toEqual([]);
    expect(await jsonError(`dump sim-faulty-0 -o ${scratch.at('f')} --keep-partial`, { env })).toMatchObject({ code: 'ERR_DEVICE_GONE', status: 3 });
    expect(await json(`show ${scratch.at('f')}`)).toMatchObject({ dump: { partial: 'the device was removed' }, entries: [] });
    expect((await line(`show ${scratch.at('f')}`)).stdout).toMatch(/^only a part +the device was removed$/m);
  });

  it('keeps the old file when it is interrupted', async () => {
    using scratch = folder();
    writeFileSync(scratch.at('f.gz'), 'old');
    const child = start(['dump', 'sim-faulty-1', '--sim', 'faulty:2', '--plugin', faulty, '--timeout', '60s', '-o', scratch.at('f.gz')]);
    setTimeout(() => child.kill('SIGINT'), 600);
    expect(await ended(child)).toMatchObject({ status: 130 });
    expect(readdirSync(scratch.path)).toEqual(['f.gz']);
    expect(readFileSync(scratch.at('f.gz'), 'utf8')).toBe('old');
  });

  it('ends in good order when nobody reads it', async () => {
    const child = start(['dump', 'sim-mlx5-0', '--sim', 'mlx5']);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended(child)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('show', () => {
  it('decodes with no device and no plugin at hand', async () => {
    using scratch = folder();
    await line(`dump sim-faulty-0 -o ${scratch.at('f.gz')}`);
    const { stdout, stderr, status } = await run(['show', scratch.at('f.gz'), 'state']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toBe('register STATE\nFIELD        VALUE\nslot         0\nmode         calm (0)\noptions      0\nrevision     1\nlanes[0..3]  1 2 3 4\n');
    expect((await run(['show', scratch.at('f.gz')])).stdout).toMatch(/^device +sim-faulty-0\n[^]*^ENTRY +BYTES +NOT READ BECAUSE\n[^]*^register STATE +8$/m);
    expect(await jsonError(`show ${scratch.at('f.gz')} state --plugin-layouts`)).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2 });
    expect((await run(['show', scratch.at('f.gz'), 'state', '--fields', 'mode', '--plugin-layouts', '--plugin', faulty])).stdout).toContain('mode   calm (0)\n');
    expect((await run(['show', '-', 'state', '--fields', 'mode'], { input: readFileSync(scratch.at('f.gz')) })).stdout).toContain('mode   calm (0)\n');
  });

  it('gives programs the same, whatever was refused', async () => {
    using scratch = folder();
    await line(`dump sim-mlx5-0 -o ${scratch.at('f.gz')}`);
    const { entries } = await json(`show ${scratch.at('f.gz')} *`) as unknown as { entries: Entry[] };
    expect(entries.filter(({ decoded }) => decoded !== null).length).toBeGreaterThan(100);
    for (const { decoded, failure } of entries) expect(decoded === null).toBe(failure !== null);
    expect(entries.find(({ text }) => text === 'register PAOS local_port=1')?.decoded?.fields['admin_status']).toMatchObject({ symbol: 'up' });
  });

  it.each([
    ['nothing', (text: string) => text, [], undefined],
    ['a byte that was changed', (text: string) => text.replace(/"bytes":"../, '"bytes":"ff'), ['*'], /:\d+: the checksum or the counts do not fit/],
    ['a line that is missing', (text: string) => text.replace(/^.*"type":"entry".*\n/m, ''), ['*'], /:\d+: the checksum or the counts do not fit/],
    ['an end that is missing', (text: string) => text.slice(0, -30), [], /:\d+: the file was cut off/],
    ['a format of the future', (text: string) => text.replace('auxctl.dump/2', 'auxctl.dump/9'), [], /:1: this is a dump of the format auxctl.dump\/9, .*reads auxctl.dump\/2/],
  ] as const)('says the line of %s', async (_what, change, words, message) => {
    using scratch = folder();
    writeFileSync(scratch.at('f'), change((await line('dump sim-faulty-0')).stdout));
    const ran = await run(['show', scratch.at('f'), ...words, '--json']);
    if (message === undefined) expect(ran.status).toBe(0);
    else expect(checked(ran.stderr)).toMatchObject({ code: 'ERR_DUMP', exitStatus: 2, message: expect.stringMatching(message) as string });
  });

  it.each([
    ['README.md', 'ERR_DUMP'],
    ['/nonexistent', 'ERR_FILE'],
    ['/', 'ERR_FILE'],
  ])('refuses %s', async (file, code) => {
    expect(await jsonError(`show ${file}`)).toMatchObject({ code, status: 2 });
  });

  it('refuses names that it does not hold', async () => {
    using scratch = folder();
    await line(`dump sim-faulty-0 -o ${scratch.at('f')}`);
    expect(await jsonError(`show ${scratch.at('f')} STAET`)).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: 'Did you mean STATE?' });
    expect(await jsonError(`show ${scratch.at('f')} STATE --fields moed`)).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: expect.stringContaining('mode') as string });
  });
});

describe('diff', () => {
  it('is nothing, and 0, between a device and itself, although counters have moved on', async () => {
    using scratch = folder();
    await line(`dump sim-mlx5-0 -o ${scratch.at('f.gz')}`);
    const same = await line(`diff ${scratch.at('f.gz')} sim-mlx5-0`);
    expect(same).toMatchObject({ status: 0, stderr: '' });
    expect(same.stdout).toMatch(/^no difference in \d+ entries; \d+ fields that change by themselves are left out \(--volatile shows them\)\n$/);
    const moved = await line(`diff ${scratch.at('f.gz')} sim-mlx5-0 --volatile --only PPCNT`);
    expect(moved.status).toBe(7);
    expect(moved.stdout).toMatch(/^ +counter_set\.a_frames_received_ok +\d+ frames +\d+ frames/m);
  });

  it('names what differs between two devices, and ends with 7', async () => {
    const { stdout, stderr, status } = await line('diff sim-mlx5-0 sim-mlx5-1 --only MGIR');
    expect({ stderr, status }).toEqual({ stderr: '', status: 7 });
    expect(stdout).toMatch(/^--- sim-mlx5-0, .*\n\+\+\+ sim-mlx5-1, .*\n\nregister MGIR\n +FIELD +A +B +MEANING\n +hw_info\.manufacturing_base_mac +02:00:5e:51:a0:00 +02:00:5e:51:a0:10 .*\n\n1 of 1 entry differs, in 1 field\n$/);
    expect((await line('diff sim-mlx5-0 sim-mlx5-1 --only MGIR --stat')).stdout).toMatch(/^ENTRY +FIELDS\nregister MGIR +1\n\n1 of 1 entry differs/);
  });

  it('gives programs the same', async () => {
    const { stdout, status } = await line('diff sim-mlx5-0 sim-mlx5-1 --only MGIR --json');
    expect(status).toBe(7);
    expect(checked(stdout)).toMatchObject({
      a: { source: 'sim-mlx5-0', isDevice: true }, b: { dump: { device: { address: 'sim-mlx5-1' } } },
      differences: [{ subject: { kind: 'register', name: 'MGIR' }, change: 'fields', fields: [{ path: 'hw_info.manufacturing_base_mac', a: { value: '02005e51a000' }, b: { text: '02:00:5e:51:a0:10' }, isVolatile: false }] }],
      counts: { entries: 1, different: 1, fields: 1, leftOut: 0 },
    });
  });

  it('compares two files, and shows what only one of them has', async () => {
    using scratch = folder();
    await line(`dump sim-mlx5-0 -o ${scratch.at('a')} --only PAOS --only MGIR`);
    await line(`dump sim-mlx5-0 -o ${scratch.at('b')} --only PAOS --only NODE_DESC`);
    const { stdout, status } = await line(`diff ${scratch.at('a')} ${scratch.at('b')}`);
    expect(status).toBe(7);
    expect(stdout).toMatch(/^register MGIR\n {2}only in A\n\nregister NODE_DESC\n {2}only in B\n\n2 of 3 entries differ, in 0 fields\n$/m);
    expect(await line(`diff ${scratch.at('a')} ${scratch.at('a')}`)).toMatchObject({ status: 0, stdout: 'no difference in 2 entries\n' });
  });

  it('takes readings of different index values for different entries', async () => {
    using scratch = folder();
    await line(`dump sim-faulty-0 -o ${scratch.at('a')} --index slot=1`);
    await line(`dump sim-faulty-0 -o ${scratch.at('b')} --index slot=2`);
    const { stdout } = await line(`diff ${scratch.at('a')} ${scratch.at('b')} --only STATE`);
    expect(stdout).toContain('register STATE slot=1\n  only in A\n\nregister STATE slot=2\n  only in B\n');
  });

  it.each([
    ['diff /nonexistent sim-mlx5-0', 'ERR_NO_DEVICE', 3],
    ['diff sim-mlx5-0 sim-mlx5-1 --only NOSUCH', 'ERR_UNKNOWN_NAME', 2],
    ['diff README.md sim-mlx5-1', 'ERR_DUMP', 2],
  ])('%s is refused', async (words, code, status) => {
    expect(await jsonError(words)).toMatchObject({ code, status });
  });

  it('refuses dumps of different plugins', async () => {
    using scratch = folder();
    await line(`dump sim-faulty-0 -o ${scratch.at('a')}`);
    expect(await jsonError(`diff ${scratch.at('a')} sim-mlx5-0`)).toMatchObject({ code: 'ERR_USAGE', status: 2, message: expect.stringContaining('plugin faulty') as string });
  });
});

describe('watch', () => {
  it('prints all fields once in a pipe, then what changes, with rates', async () => {
    const { stdout, stderr, status } = await line('watch sim-mlx5-0 PPCNT local_port=1 grp=0 --interval 200ms --count 3 --fields counter_set.a_octets_received_ok,local_port');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const rows = stdout.trimEnd().split('\n');
    expect(rows.slice(0, 2).map((row) => row.replace(/^\S+Z +/, ''))).toEqual([expect.stringMatching(/^local_port +1$/), expect.stringMatching(/^counter_set\.a_octets_received_ok +\d+ octets$/)]);
    expect(rows.slice(2)).toHaveLength(2);
    for (const row of rows.slice(2)) expect(row).toMatch(/counter_set\.a_octets_received_ok +\d+ octets +\(\+\d+, \d+\/s\)$/);
  });

  it('gives programs one document a reading, at the pace that was asked for', async () => {
    const { stdout, status } = await line('watch sim-mlx5-0 PPCNT local_port=1 grp=0 --interval 150ms --count 4 --json');
    expect(status).toBe(0);
    const documents = stdout.trimEnd().split('\n').map(checked) as unknown as { sequence: number; elapsedMs: number; changes: { perSecond: number }[] }[];
    expect(documents.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(documents[0]?.changes).toEqual([]);
    expect(documents[3]?.elapsedMs).toBeGreaterThanOrEqual(440);
    expect(documents[3]?.changes.length).toBeGreaterThan(0);
  });

  it('ends with 130 when it is interrupted, and with nothing on standard error', async () => {
    const child = start(['watch', 'sim-mlx5-0', 'MTMP', 'sensor_index=0', '--sim', 'mlx5', '--interval', '30s']);
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGINT'), 50));
    expect(await ended(child)).toMatchObject({ status: 130, stderr: '' });
  });

  it.each([
    ['sim-faulty-0 STAET', 'ERR_UNKNOWN_NAME', 2],
    ['sim-faulty-0 STATE --fields moed', 'ERR_UNKNOWN_NAME', 2],
    ['sim-faulty-0 STATE --interval 0', 'ERR_USAGE', 2],
    ['sim-faulty-0 STATE --count 0', 'ERR_USAGE', 2],
    ['sim-faulty-2 STATE', 'ERR_DEVICE_GONE', 3],
    ['sim-faulty-4 STATE', 'ERR_FIRMWARE_STATUS', 5],
    ['sim-mlx5-0 PPCNT local_port=1 grp=1 clr=1', 'ERR_NOT_ALLOWED', 4],
  ])('refuses %s', async (words, code, status) => {
    expect(await jsonError(`watch ${words}`)).toMatchObject({ code, status });
  });
});

it('files are made with the permissions that the user wants', async () => {
  using scratch = folder();
  await line(`dump sim-faulty-0 -o ${scratch.at('f')}`);
  expect(statSync(scratch.at('f')).mode & 0o111).toBe(0);
});
