import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackRoot } from '../../core/src/system/sysfs.fixture.js';
import type { OptionDefinition } from '../../cli/src/definition/types.js';
import { GLOBAL_OPTIONS } from '../../cli/src/global-options.js';
import { auxctl, folder, json, run, top } from './support/auxctl.js';
import { commands, groups } from './support/definition.js';
import { hasPseudoTerminal, startOnTerminal } from './support/pseudo-terminal.js';
import { ask, isInstalled, programOf, SHELLS, skipped, startedIn, trap, type Shell } from './support/shells.js';

const place = folder();
const bin = trap(place);
const plugins = readdirSync(join(top, 'cli/dist/vendors')).sort();
afterAll(() => { place[Symbol.dispose](); });

/** Has a shell complete lines while nothing that could start Node.js works, and holds that it did without, and said nothing. */
function offered(shell: Shell, lines: readonly string[]): readonly string[][] {
  const { offers, stderr } = ask(shell, lines, place, { env: { PATH: bin } });
  expect(stderr).toBe('');
  expect(startedIn(place)).toBe('');
  expect(offers).toHaveLength(lines.length);
  return offers;
}

function one(shell: Shell, line: string): string[] {
  return offered(shell, [line])[0] ?? [];
}

/** What a shell offers of choices behind `--option=`: bash replaces only what follows. */
function behindEquals(shell: Shell, option: string, choices: readonly string[]): string[] {
  return choices.map((choice) => (shell === 'bash' ? choice : `--${option}=${choice}`));
}

interface Described {
  readonly layout: { readonly fields: readonly { readonly path: string; readonly access?: string; readonly names?: string }[]; readonly enums: Readonly<Record<string, readonly { readonly name: string }[]>> };
}

describe.each(SHELLS)('completion for %s', (shell) => {
  describe.skipIf(!isInstalled(shell))(`every word of the definition${skipped(shell)}`, () => {
    it('commands and groups, and the commands of each group', () => {
      const [all = [], ...verbs] = offered(shell, ['auxctl ', ...groups.map(({ name }) => `auxctl ${name} `)]);
      expect([...all].sort()).toEqual([...new Set(commands.map(({ path }) => path.split(' ')[0]))].sort());
      expect(verbs.map((each) => [...each].sort())).toEqual(groups.map((group) => group.commands.map(({ name }) => name).sort()));
    });

    it('options of each command, and of every command', () => {
      const lists = offered(shell, commands.map(({ path }) => `auxctl ${path} --`));
      commands.forEach(({ path, leaf }, index) => {
        const wanted = [...GLOBAL_OPTIONS, ...(leaf.options ?? [])].filter(({ isHidden }) => isHidden !== true).map(({ name }) => `--${name}`);
        expect([...lists[index] ?? []].sort(), path).toEqual([...wanted, '--help'].sort());
      });
      expect(one(shell, 'auxctl --vers')).toEqual(['--version']);
    });

    it('choices of each option, in both forms, and of each argument', () => {
      const options = commands.flatMap(({ path, leaf }) => [...(leaf.options ?? []), ...GLOBAL_OPTIONS].flatMap(({ name, choices }: OptionDefinition) => (choices === undefined ? [] : [{ path, name, choices }])));
      const apart = offered(shell, options.map(({ path, name }) => `auxctl ${path} --${name} `));
      const together = offered(shell, options.map(({ path, name }) => `auxctl ${path} --${name}=`));
      options.forEach(({ path, name, choices }, index) => {
        expect(apart[index], `${path} --${name}`).toEqual(choices);
        expect(together[index], `${path} --${name}=`).toEqual(behindEquals(shell, name, choices));
      });
      expect(options.length).toBeGreaterThan(commands.length);
      const given = commands.flatMap(({ path, leaf }) => (leaf.arguments ?? []).flatMap(({ choices }, at) => (choices === undefined ? [] : [{ line: `auxctl ${path} ${'x '.repeat(at)}`, choices }])));
      expect(offered(shell, given.map(({ line }) => line))).toEqual(given.map(({ choices }) => choices));
      expect(given.length).toBeGreaterThan(1);
    });
  });

  describe.skipIf(!isInstalled(shell))(`names${skipped(shell)}`, () => {
    it('plugins, profiles, topics, layouts', () => {
      const lines = ['auxctl reg list ', 'auxctl list --sim ', 'auxctl list --sim mlx5@', 'auxctl list --sim mlx5:2,nv', 'auxctl help re', 'auxctl help reg w', 'auxctl decode mlx5 PAO', 'auxctl decode mlx5 registers/PAO', 'auxctl show x.dump register/PAO'];
      const [known, simulated, profiles, second, topics, verbs, layout, placed, subject] = offered(shell, lines);
      expect(known).toEqual(plugins);
      expect(simulated).toEqual(plugins);
      expect(profiles).toEqual(['connectx-6-dx', 'minimal'].map((name) => (shell === 'bash' ? name : `mlx5@${name}`)));
      expect(second).toEqual([shell === 'bash' ? '2,nvme' : 'mlx5:2,nvme']);
      expect([...topics ?? []].sort()).toEqual([...new Set(commands.map(({ path }) => path.split(' ')[0] ?? ''))].filter((name) => name.startsWith('re')).sort());
      expect(verbs).toEqual(['write']);
      expect(layout).toContain('PAOS');
      expect(placed).toContain('registers/PAOS');
      expect(subject).toContain('register/PAOS');
    });

    it.each(plugins)('all registers, commands, objects, capabilities and parameters of %s', async (plugin) => {
      const names = async (line: string, key: string) => ((await json(line))[key] as { readonly name: string }[]).map(({ name }) => name).sort();
      const lines = [`auxctl reg describe ${plugin} `, `auxctl reg read sim-${plugin}-0 `, `auxctl cmd describe ${plugin} `, `auxctl call sim-${plugin}-0 `, `auxctl obj read sim-${plugin}-0 `, `auxctl nvconfig query sim-${plugin}-0 `, `auxctl caps sim-${plugin}-0 `];
      const [described, read, commandNames, called, objects, parameters, capabilities] = offered(shell, lines).map((list) => [...list].sort());
      const registers = await names(`reg list ${plugin}`, 'registers');
      expect(described).toEqual(registers);
      expect(read).toEqual(registers);
      expect(commandNames).toEqual([...new Set(await names(`cmd list ${plugin}`, 'commands'))].sort());
      expect(called).toEqual(commandNames);
      expect(objects).toEqual(await names(`obj list ${plugin}`, 'objects'));
      expect(parameters).toEqual(await names(`nvconfig list ${plugin}`, 'parameters'));
      const folderOf = join(top, 'cli/dist/vendors', plugin, 'layouts/capabilities');
      expect(capabilities).toEqual(readdirSync(dirname(folderOf)).includes('capabilities') ? readdirSync(folderOf).map((file) => file.slice(0, -'.json'.length)).sort() : []);
    });

    it('fields, and the names of their values', async () => {
      const { register } = await json('reg describe mlx5 PAOS') as unknown as { register: Described };
      const { fields, enums } = register.layout;
      const writable = fields.filter(({ access }) => access !== 'RO').map(({ path }) => `${path}=`);
      const [read = [], write = [], chosen = [], more = [], ...values] = offered(shell, [
        'auxctl reg read sim-mlx5-0 PAOS ', 'auxctl reg write sim-mlx5-0 paos ', 'auxctl reg read sim-mlx5-0 PAOS --fields ', 'auxctl reg read sim-mlx5-0 PAOS --fields fd,adm',
        ...fields.filter(({ names, access }) => names !== undefined && access !== 'RO').map(({ path }) => `auxctl reg write sim-mlx5-0 PAOS local_port=1 ${path}=`),
      ]);
      expect(read).toEqual(fields.filter(({ access }) => access === 'INDEX').map(({ path }) => `${path}=`));
      expect([...write].sort()).toEqual([...writable].sort());
      expect(chosen).toEqual(fields.map(({ path }) => path));
      expect(more).toEqual(['fd,admin_status']);
      expect(values).toEqual(fields.flatMap(({ path, names, access }) => (names === undefined || access === 'RO' ? [] : [(enums[names] ?? []).map(({ name }) => (shell === 'bash' ? name : `${path}=${name}`))])));
      expect(values.flat().length).toBeGreaterThan(5);
    });

    it('what is nested, step by step, and only what is not set yet', () => {
      const [top_ = [], below = [], left = []] = offered(shell, ['auxctl obj read sim-mlx5-0 VPORT_COUNTER --fields rec', 'auxctl obj read sim-mlx5-0 VPORT_COUNTER --fields received_errors.', 'auxctl reg read sim-mlx5-0 PAOS swid=0 local_port=1 ']);
      expect(top_).toEqual(expect.arrayContaining(['received_errors', 'received_errors.']));
      expect(below).toEqual(['received_errors.packets', 'received_errors.octets']);
      expect(left).toEqual(['lp_msb=', 'plane_ind=']);
    });

    it('parameters with their values, where they are set', () => {
      const [set = [], values = []] = offered(shell, ['auxctl nvconfig set sim-mlx5-0 SRIOV', 'auxctl nvconfig set sim-mlx5-0 SRIOV_EN=']);
      expect(set).toContain('SRIOV_EN=');
      expect(values).toEqual(['False', 'True'].map((name) => (shell === 'bash' ? name : `SRIOV_EN=${name}`)));
    });

    it('files and folders, also those with odd names', () => {
      const here = place.at(`files-${shell}`);
      mkdirSync(join(here, 'sub folder'), { recursive: true });
      for (const name of ['one two.dump', 'it\'s.dump', '$HOME.dump']) writeFileSync(join(here, name), '');
      const { offers: [file = [], inside = [], only = []], stderr } = ask(shell, ['auxctl show ', 'auxctl rpc x --in=', 'auxctl plugin check '], place, { env: { PATH: bin }, cwd: here });
      expect(stderr).toBe('');
      if (shell === 'zsh') {
        expect([file, inside, only]).toEqual([['<files >'], ['<files >'], ['<files -/>']]);
        return;
      }
      const plain = (names: readonly string[]) => names.map((name) => name.replaceAll('\\', '').replace(/\/$/, '')).sort();
      const all = ['$HOME.dump', 'it\'s.dump', 'one two.dump', 'sub folder'];
      expect(plain(file)).toEqual(all);
      expect(plain(inside)).toEqual(shell === 'bash' ? all : all.map((name) => `--in=${name}`));
      expect(plain(only)).toEqual(['sub folder']);
    });

    it('quoted words, an unknown command, and nothing at all', () => {
      const [quoted = [], unknown = [], past = []] = offered(shell, ['auxctl reg describe "mlx5" \'PAO', 'auxctl regg ', 'auxctl sim list more ']);
      expect(quoted.map((name) => name.replaceAll('\'', ''))).toEqual(['PAOS']);
      expect(unknown).toEqual([]);
      expect(past).toEqual([]);
    });
  });

  describe.skipIf(!isInstalled(shell))(`devices and plugins of the machine${skipped(shell)}`, () => {
    it.each(['two-ports', 'nvme', 'memory', 'interfaces', 'other-nic', 'lab'])('devices of %s as the tool lists them, with the plugin of each', async (tree) => {
      using root = unpackRoot(tree);
      const { devices } = await json(`list --no-firmware --root ${root.path}`) as unknown as { devices: readonly { address: string; plugin: string | null; names: Record<string, readonly string[]> }[] };
      const wanted = devices.flatMap(({ address, names }) => [address, ...Object.values(names).flat()]);
      const found = one(shell, `auxctl info --root ${root.path} `).map((name) => name.replaceAll('\\', ''));
      expect([...found].sort()).toEqual([...new Set(wanted)].sort());
      const chosen = devices.filter(({ plugin }) => plugin !== null);
      const lists = offered(shell, chosen.map(({ address }) => `auxctl call --root ${root.path} ${address} `));
      const known = offered(shell, chosen.map(({ plugin }) => `auxctl cmd describe ${plugin ?? ''} `));
      expect(lists).toEqual(known);
    });

    it('no more than names of a tree that is not as it should be', async () => {
      using root = unpackRoot('broken');
      const { devices } = await json(`list --no-firmware --root ${root.path}`) as unknown as { devices: readonly { address: string; names: Record<string, readonly string[]> }[] };
      const found = one(shell, `auxctl info --root ${root.path} `);
      expect(found).toEqual(expect.arrayContaining(devices.flatMap(({ address, names }) => [address, ...Object.values(names).flat()])));
      for (const name of found) expect(name).toMatch(/^[\w.:@-]+$/);
    });

    it('simulated devices that the line adds, and no others', () => {
      expect(one(shell, 'auxctl info --root /nonexistent --sim mlx5:2,nvme ')).toEqual(['sim-mlx5-0', 'sim-mlx5-1', 'sim-nvme-0']);
      expect(one(shell, 'auxctl info --root /nonexistent sim')).toEqual([]);
    });

    it('plugins that do not come with the tool, by asking it', () => {
      const tools = place.at(`tools-${shell}`);
      mkdirSync(tools);
      writeFileSync(join(tools, 'auxctl'), `#!/bin/sh\nexec '${process.execPath}' '${auxctl}' "$@"\n`, { mode: 0o755 });
      const env = { PATH: `${tools}:${bin}`, AUXCTL_PLUGINS: join(top, 'examples') };
      const { offers, stderr } = ask(shell, ['auxctl reg list ac', 'auxctl reg describe acme ', 'auxctl reg read sim-acme-0 LAM'], place, { env });
      expect(stderr).toBe('');
      expect(offers).toEqual([['acme'], expect.arrayContaining(['LAMP']), ['LAMP']]);
    });
  });

  it.skipIf(!isInstalled(shell))(`is what the tool prints${skipped(shell)}`, async () => {
    const { stdout, stderr, status } = await run(['completion', shell]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toBe(readFileSync(programOf(shell, place), 'utf8'));
  });
});

describe.skipIf(!hasPseudoTerminal)(`at a terminal${hasPseudoTerminal ? '' : ' (skipped: python3 cannot make one here)'}`, () => {
  const START: Readonly<Record<string, readonly string[]>> = { bash: ['--norc', '--noprofile', '-i'], zsh: ['-f', '-i'] };

  for (const shell of ['bash', 'zsh'] as const) it.skipIf(!isInstalled(shell))(`the tabulator key completes in ${shell}${skipped(shell)}`, async () => {
    const program = programOf(shell, place);
    const session = startOnTerminal(START[shell] ?? [], { program: shell, columns: 200, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: place.path, PS1: '> ', INPUTRC: '/dev/null' } });
    const prepare = shell === 'zsh' ? 'autoload -U compinit && compinit -D -u; ' : '';
    session.order(`keys ${prepare}. ${program}; PS1="ready\\x3e "; echo\\n`);
    await session.until(/ready> [^"]*$/);
    session.order('keys auxctl reg wri\\t sim-mlx5-0 PAO\\t admin_status=down_by\\t\\x01echo \\n');
    await session.until(/[\r\n]auxctl reg write +sim-mlx5-0 PAOS +admin_status=down_by_configuration/);
    session.order('keys \\x15exit\\n');
    await session.outcome;
  });
});

describe('the program that completes', () => {
  const AWKS = [['mawk'], ['gawk', '--posix'], ['gawk'], ['busybox', 'awk'], ['original-awk']].filter(([name = '']) => isInstalledAwk(name));
  const LINES = ['auxctl ', 'auxctl reg write sim-mlx5-0 PAOS ', 'auxctl reg write sim-mlx5-0 PAOS admin_status=', 'auxctl list --sim mlx5@', 'auxctl decode mlx5 ', 'auxctl call sim-nvme-0 ', 'auxctl obj read sim-mlx5-0 VPORT_COUNTER --fields received_errors.'];

  it(`says the same in every awk: ${AWKS.map((words) => words.join(' ')).join(', ')}`, () => {
    const answers = AWKS.map(([name = '', ...words], index) => {
      const own = folder();
      try {
        const path = trap(own);
        writeFileSync(own.at('awk'), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${name} ${words.join(' ')} "$@"\n`, { mode: 0o755 });
        return { index, ...ask('bash', LINES, own, { env: { PATH: `${own.path}:${path}` } }) };
      } finally {
        own[Symbol.dispose]();
      }
    });
    for (const { index, offers, stderr } of answers) {
      expect(stderr, String(AWKS[index])).toBe('');
      expect(offers, String(AWKS[index])).toEqual(answers[0]?.offers);
    }
    expect(answers.length).toBeGreaterThan(0);
    expect(answers[0]?.offers.every((list) => list.length > 0)).toBe(true);
  });

  it('has data of less than 300 kB', () => {
    const data = join(top, 'cli/dist/completion');
    expect(readdirSync(data).reduce((sum, name) => sum + readFileSync(join(data, name)).length, 0)).toBeLessThan(300_000);
  });
});

function isInstalledAwk(name: string): boolean {
  return isInstalled('sh') && ['/usr/bin', '/bin'].some((path) => readdirSync(path).includes(name));
}
