import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/src/definition/commands.js';
import { isGroup } from '../../cli/src/definition/types.js';
import { auxctl, checked, faulty, folder, json, jsonError, line, run, top } from './support/auxctl.js';

describe('what needs no device', () => {
  it('--version', async () => {
    const { version } = JSON.parse(readFileSync(join(top, 'cli/package.json'), 'utf8')) as { version: string };
    for (const words of ['--version', '-V', 'list --version']) expect(await line(words)).toMatchObject({ status: 0, stdout: `auxctl ${version}\n`, stderr: '' });
  });

  it('runs from any folder and through symbolic links', async () => {
    using elsewhere = folder();
    symlinkSync(auxctl, elsewhere.at('a'));
    symlinkSync(elsewhere.at('a'), elsewhere.at('b'));
    expect(await run(['reg', 'list', 'mlx5'], { cwd: elsewhere.path })).toMatchObject({ status: 0, stderr: '' });
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync(elsewhere.at('b'), ['cmd', 'list', 'mlx5'], { cwd: '/', encoding: 'utf8' })).toContain('QUERY_HCA_CAP');
  });

  it('reg list', async () => {
    const { stdout, status } = await line('reg list mlx5');
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^NAME +ID +BYTES +READ +WRITE +TITLE$/);
    expect(stdout).toMatch(/^MTMP +0x900a +32 +inspect +configure +Temperature$/m);
    const { registers } = await json('reg list mlx5');
    expect(registers).toHaveLength(readdirSync(join(top, 'vendors/mlx5/layouts/registers')).length);
    expect(registers).toContainEqual({ name: 'MTMP', id: 0x900a, title: 'Temperature', sizeBytes: 32, read: 'inspect', write: 'configure' });
  });

  it('reg describe', async () => {
    const { stdout } = await line('reg describe mlx5 paos');
    expect(stdout).toMatch(/^Register +PAOS: /m);
    expect(stdout).toMatch(/^ *0x02\.4 +4 +admin_status +enum paos_admin_status +RW +\S/m);
    expect(stdout).toMatch(/^paos_admin_status\nVALUE +NAME\n +1 +up$/m);
    expect(stdout).toContain('The kernel gives this too: ip');
    expect(stdout).toContain('Source: ');
    expect(await json('reg describe mlx5 PAOS')).toMatchObject({ plugin: 'mlx5', register: { name: 'PAOS', id: 0x5006, layout: { sizeBytes: 16, enums: { paos_admin_status: [{ name: 'up', value: 1 }, {}, {}, {}, {}] } } } });
  });

  it('describes every register and command of every built-in plugin', async () => {
    for (const [noun, list] of [['reg', 'registers'], ['cmd', 'commands']] as const) {
      const names = readdirSync(join(top, 'vendors/mlx5/layouts', list)).map((file) => file.replace('.json', ''));
      const documents = await Promise.all(names.map(async (name) => ({ name, text: JSON.stringify(await json(`${noun} describe mlx5 ${name}`)) })));
      for (const { name, text } of documents) expect(text, name).toContain('"fields":[{');
    }
  }, 120_000);

  it('cmd list and describe', async () => {
    const { stdout } = await line('cmd list mlx5');
    expect(stdout).toMatch(/^QUERY_ADAPTER +0x101 +inspect +configuration +yes +Query the adapter$/m);
    expect(await json('cmd list mlx5')).toMatchObject({ plugin: 'mlx5' });
    const described = await line('cmd describe mlx5 QUERY_ADAPTER');
    expect(described.stdout).toMatch(/^Opcode +0x101$/m);
    expect(described.stdout).toMatch(/^Request \(16 bytes\)$/m);
    expect(described.stdout).not.toContain('ACCESS');
    expect(await json('cmd describe mlx5 NOP')).toMatchObject({ command: { hasLayout: false, request: null, reply: null } });
  });

  it('decode', async () => {
    using files = folder();
    const request = `0001${'00'.repeat(2)}`;
    const echo = '000000000000002a';
    writeFileSync(files.at('hex'), '0x00 00:00:00\n0000 002a\n');
    writeFileSync(files.at('binary'), Buffer.from(echo, 'hex'));
    const decode = ['decode', 'faulty', 'ECHO', '--plugin', faulty];
    for (const input of [[files.at('hex')], [files.at('binary')], ['-']]) {
      const { stdout } = await run([...decode, ...input], { input: echo });
      expect(stdout).toBe('FIELD   VALUE\nstatus  OK (0)\nword    42\n');
    }
    expect((await run([...decode, '--structure', 'request', '--fields', 'opcode'], { input: `${request}00000007` })).stdout).toBe('FIELD   VALUE\nopcode  0x1\n');
    expect((await run([...decode, '--format', 'binary'], { input: Buffer.from(echo, 'hex') })).stdout).toContain('42');
    expect(checked((await run([...decode, '--json'], { input: echo })).stdout)).toMatchObject({ layout: 'commands/ECHO', structure: 'reply', raw: echo, fields: { word: { value: 42 } } });
    expect((await run(['decode', 'mlx5', 'registers/MTMP'], { input: '00'.repeat(32) })).status).toBe(0);
  });

  it('decode shows what the layout does not account for', async () => {
    const words = ['decode', 'faulty', 'ECHO', '--plugin', faulty];
    const { stdout, stderr, status } = await run(words, { input: '09000100000000010203' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'FIELD   VALUE\nstatus  unknown (9)\nword    1\n' });
    expect(stderr).toMatch(/status: 9 has no name[^]*reserved bits at bit 8 are 0x100[^]*2 bytes follow the layout, from byte 8/);
    expect((await run([...words, '-q'], { input: '09000100000000010203' })).stderr).toBe('');
    expect(checked((await run([...words, '--json'], { input: '0900010000000001' })).stdout)['anomalies']).toHaveLength(2);
  });

  it('plugin list, plugin check, sim list', async () => {
    expect((await line('plugin list')).stdout).toMatch(/^mlx5 +NVIDIA +auxiliary:mlx5_core\.fwctl .* built in$/m);
    expect(await json(`plugin list --plugin ${faulty}`)).toMatchObject({ plugins: expect.arrayContaining([expect.objectContaining({ name: 'faulty', folder: faulty, registers: 2, commands: 6, capabilities: 2 }), expect.objectContaining({ name: 'mlx5', folder: null })]) as unknown });
    expect((await line('sim list')).stdout).toMatch(/^mlx5 +connectx-6-dx /m);
    expect(await json('sim list')).toMatchObject({ simulators: expect.arrayContaining([expect.objectContaining({ plugin: 'mlx5' })]) as unknown });
    expect(await json(`plugin check ${faulty} --data-only`)).toMatchObject({ ok: true, problems: [] });
    expect((await line('plugin check vendors/mlx5 --data-only')).stdout).toMatch(/files, no fault\n$/);
  });

  it('plugin check lists every fault', async () => {
    using files = folder();
    cpSync(faulty, files.at('p'), { recursive: true });
    const edit = (file: string, change: (text: string) => string): void => { writeFileSync(files.at(`p/${file}`), change(readFileSync(files.at(`p/${file}`), 'utf8'))); };
    edit('manifest.json', (text) => text.replace('"vendor"', '"vendour"'));
    edit('layouts/registers/STATE.json', (text) => text.replace('"offsetBits": 8', '"offsetBits": 4'));
    edit('layouts/commands/WIPE.json', () => '{ not JSON');
    const { status, stdout, stderr } = await run(['plugin', 'check', files.at('p')]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/manifest\.json: .*vendour/);
    expect(stdout).toMatch(/registers\/STATE\.json: state\.mode: .*\[overlap\]/);
    expect(stdout).toMatch(/commands\/WIPE\.json: .*JSON/);
    expect(stdout).toMatch(/\d+ faults\n$/);
    expect(checked((await run(['plugin', 'check', files.at('p'), '--json'])).stdout)).toMatchObject({ ok: false });
    expect(await jsonError(`reg list faulty --plugin ${files.at('p')}`)).toMatchObject({ code: 'ERR_PLUGIN', status: 1, message: expect.stringContaining('manifest.json') as string, hint: `auxctl plugin check ${files.at('p')} lists every fault.` });
  });

  it('finds plugins in the folders of AUXCTL_PLUGINS, and in folders of folders', async () => {
    for (const path of [faulty, join(faulty, '..'), `/nonexistent:${faulty}:`]) {
      expect((await run(['reg', 'list', 'faulty'], { env: { AUXCTL_PLUGINS: path } })).stdout).toContain('STATE');
    }
  });

  it('leaves out what is broken there, with a warning, except where the command is about it', async () => {
    using files = folder();
    cpSync(faulty, files.at('good'), { recursive: true });
    cpSync(faulty, files.at('broken'), { recursive: true });
    const manifest = readFileSync(files.at('broken/manifest.json'), 'utf8').replace('"name": "faulty"', '"name": "broken"').replace('"vendor"', '"vendour"');
    writeFileSync(files.at('broken/manifest.json'), manifest);
    cpSync(faulty, files.at('unreadable'), { recursive: true });
    writeFileSync(files.at('unreadable/manifest.json'), '{ not JSON');
    const env = { AUXCTL_PLUGINS: files.path };
    const listed = await run(['plugin', 'list'], { env });
    expect(listed.status).toBe(0);
    expect(listed.stdout).toMatch(/^faulty /m);
    expect(listed.stderr).toMatch(/^warning: the plugin in .*\/broken is left out: manifest\.json .*$/m);
    expect(listed.stderr).toMatch(/^warning: the plugin in .*\/unreadable is left out: /m);
    expect((await run(['reg', 'list', 'faulty'], { env })).stdout).toContain('STATE');
    expect((await run(['plugin', 'list', '--json'], { env })).stderr).toBe('');
    for (const name of ['broken', 'unreadable']) {
      const { status, stderr } = await run(['reg', 'list', name, '--json'], { env });
      expect({ status, code: (JSON.parse(stderr) as { code: string }).code }).toEqual({ status: 1, code: 'ERR_PLUGIN' });
    }
    expect((await run(['plugin', 'list', '--plugin', files.at('broken')], { env: {} })).status).toBe(1);
  });

  it('does not choose between two of one name there', async () => {
    using files = folder();
    for (const name of ['a', 'b']) cpSync(faulty, files.at(name), { recursive: true });
    const env = { AUXCTL_PLUGINS: `${files.path}:${files.at('a')}` };
    const listed = await run(['plugin', 'list'], { env });
    expect(listed.stderr).toMatch(/^warning: the plugin in .*\/b is left out: two plugins are called faulty/m);
    expect(listed.stderr.match(/warning/g)).toHaveLength(1);
    expect((await run(['reg', 'list', 'faulty'], { env })).stderr).toContain('two plugins are called faulty');
  });

  it('does not trust the layouts of plugins from elsewhere', async () => {
    using files = folder();
    cpSync(faulty, files.at('p'), { recursive: true });
    const path = files.at('p/layouts/registers/STATE.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"offsetBits": 8', '"offsetBits": 4'));
    expect(await jsonError(`reg describe faulty STATE --plugin ${files.at('p')}`)).toMatchObject({ code: 'ERR_LAYOUT', layer: 'plugin', status: 1 });
  });
});

describe('help', () => {
  const paths = COMMANDS.flatMap(({ commands }) => commands).flatMap((command) => (isGroup(command) ? [command.name, ...command.commands.map(({ name }) => `${command.name} ${name}`)] : [command.name]));

  it.each(paths)('%s', async (path) => {
    const [asked, helped] = await Promise.all([line(`${path} --help`), line(`help ${path}`)]);
    expect(asked).toMatchObject({ status: 0, stderr: '' });
    expect(asked.stdout).toContain(`Usage: auxctl ${path}`);
    expect(helped).toEqual(asked);
  });

  it('of the whole tool', async () => {
    const { stdout } = await line('--help');
    expect(stdout).toContain('Exit status: 0 done, 1 internal fault, 2 usage');
    expect((await line('help')).stdout).toContain('Devices:');
    expect(await json('help reg read')).toMatchObject({ command: 'reg read' });
    const bare = await line('');
    expect(bare).toMatchObject({ status: 2, stdout: '' });
    expect(bare.stderr).toContain('Usage: auxctl');
  });
});
