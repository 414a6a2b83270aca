import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checked, folder, json, jsonError, line, run, top } from './support/auxctl.js';

const template = join(top, 'kit/template');
const SLOW_MS = 120_000;
const IS_ROOT = process.getuid?.() === 0;

/** A copy of the plugin that `plugin new` makes, with a module of its own where `code` is given, and a changed manifest. */
function gizmo(path: string, { code, manifest = (text) => text, files = {} }: { readonly code?: string; readonly manifest?: (text: string) => string; readonly files?: Readonly<Record<string, string>> } = {}): string {
  cpSync(template, path, { recursive: true });
  writeFileSync(join(path, 'manifest.json'), manifest(readFileSync(join(path, 'manifest.json'), 'utf8')));
  if (code !== undefined) {
    writeFileSync(join(path, 'index.js'), code);
    writeFileSync(join(path, 'package.json'), readFileSync(join(path, 'package.json'), 'utf8').replace('"exports": {', '"exports": { ".": "./index.js",'));
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

describe('plugin new', () => {
  it('makes a plugin that passes plugin check and its own tests, untouched, and works', { timeout: SLOW_MS }, async () => {
    using files = folder();
    const path = files.at('my-nic');
    const made = await json('plugin new my-nic', { cwd: files.path });
    expect(made).toMatchObject({ schema: 'auxctl.plugin-new/1', name: 'my-nic', folder: path, hasKit: true });
    expect(spawnSync('grep', ['-ril', 'gizmo', path, '--exclude-dir=node_modules'], { encoding: 'utf8' }).stdout).toBe('');

    const found = await json(`plugin check ${path}`);
    const checks = found['checks'] as { readonly name: string; readonly outcome: string }[];
    expect(found).toMatchObject({ schema: 'auxctl.plugin-check/1', ok: true, problems: [] });
    expect(checks.length).toBeGreaterThanOrEqual(32);
    expect(checks.filter(({ outcome }) => outcome !== 'passed').map(({ outcome, name }) => `${outcome} ${name.slice(0, 12)}`)).toEqual(['skipped every object']);

    const tests = spawnSync(process.execPath, ['--test'], { cwd: path, encoding: 'utf8' });
    expect(tests.stdout).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(tests.stdout)?.[1])).toBeGreaterThanOrEqual(31);

    expect((await line(`--plugin ${path} --sim my-nic info sim-my-nic-0`)).stdout).toMatch(/2\.5\.0/);
    expect(await json(`--plugin ${path} --sim my-nic reg write sim-my-nic-0 LED state=blink --allow configure --yes`)).toMatchObject({ schema: 'auxctl.reg-write/1' });
    expect((await line(`--plugin ${path} --sim my-nic dump sim-my-nic-0 -o ${files.at('d')}`)).status).toBe(0);
  });

  it.each(['My', '-x', '9x', 'a b', '../x', 'x'.repeat(41)])('refuses the name %s', async (name) => {
    const { status, stderr } = await run(['plugin', 'new', '--json', '--', name]);
    expect({ status, code: checked(stderr)['code'] }).toEqual({ status: 2, code: 'ERR_USAGE' });
  });

  it('replaces nothing', async () => {
    using files = folder();
    writeFileSync(files.at('README.md'), 'mine');
    expect(await jsonError(`plugin new other --dir ${files.path}`)).toMatchObject({ code: 'ERR_FILE' });
    expect(readFileSync(files.at('README.md'), 'utf8')).toBe('mine');
  });
});

describe('plugin check', () => {
  it('names what is wrong with a plugin that behaves badly, and runs nothing with --data-only', { timeout: SLOW_MS }, async () => {
    using files = folder();
    const path = gizmo(files.at('p'), { code: 'throw new TypeError("no good");' });
    const { status, stdout } = await run(['plugin', 'check', path]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^failed +data: the code is a plugin of the manifest's name: .*index\.js cannot be loaded: no good$/m);
    expect(stdout).toMatch(/\d+ checks: \d+ passed, \d+ skipped, \d+ faults\n$/);
    expect(await json(`plugin check ${path} --data-only`)).toMatchObject({ ok: true, checks: [] });
  });

  it('runs the conformance suite on the code that the tool is built with', { timeout: SLOW_MS }, async () => {
    const { status, stdout } = await run(['plugin', 'check', 'vendors/mlx5']);
    expect(stdout).toMatch(/files, \d+ checks: \d+ passed, \d+ skipped, no fault\n$/);
    expect(status).toBe(0);
  });
});

describe('plugin types', () => {
  it('writes the types of a plugin, or prints them', async () => {
    using files = folder();
    const printed = await run(['plugin', 'types', template]);
    expect(printed.stdout).toContain('export type GizmoTypes = {');
    expect(await json(`plugin types ${template} -o ${files.at('t.ts')}`)).toMatchObject({ schema: 'auxctl.plugin-types/1', plugin: 'gizmo', file: files.at('t.ts'), commands: 4, registers: 2, capabilities: 1 });
    expect(readFileSync(files.at('t.ts'), 'utf8')).toBe(printed.stdout);
    expect(await json(`plugin types ${template}`)).toMatchObject({ file: null, text: printed.stdout });
  });
});

describe('where plugins live', () => {
  it('data alone, with a simulator in its usual place, are a plugin', async () => {
    using files = folder();
    const path = gizmo(files.at('p'));
    rmSync(join(path, 'package.json'));
    expect((await line(`--plugin ${path} --sim gizmo reg read sim-gizmo-0 LED`)).stdout).toContain('brightness');
    rmSync(join(path, 'sim'), { recursive: true });
    expect((await line(`--plugin ${path} reg list gizmo`)).stdout).toContain('LED');
    expect(await jsonError(`--plugin ${path} --sim gizmo list`)).toMatchObject({ code: 'ERR_UNKNOWN_NAME' });
  });

  it('a module that exports parts adds to what the manifest says', async () => {
    using files = folder();
    const path = gizmo(files.at('p'), { code: 'export const parts = { identify: async ({ call }) => [{ name: "firmware", value: `v${(await call("GET_VERSION", {})).major}` }] };' });
    expect((await line(`--plugin ${path} --sim gizmo info sim-gizmo-0`)).stdout).toMatch(/v2/);
    expect((await line(`--plugin ${path} --sim gizmo reg read sim-gizmo-0 LED`)).status).toBe(0);
  });

  it('an installed package is named, and looked for from the working directory upward', async () => {
    using files = folder();
    gizmo(files.at('node_modules/auxctl-plugin-gizmo'));
    gizmo(files.at('node_modules/@some/auxctl-plugin-gizmo'), { manifest: (text) => text.replace('"gizmo"', '"scoped"').replaceAll('f00f', 'f00e').replace('gizmo_core', 'scoped_core') });
    mkdirSync(files.at('deep/down'), { recursive: true });
    const options = { cwd: files.at('deep/down') };
    expect((await line('--plugin auxctl-plugin-gizmo --plugin @some/auxctl-plugin-gizmo plugin list', options)).stdout).toMatch(/^gizmo [^]*^scoped /m);
    expect(await jsonError('--plugin auxctl-plugin-none plugin list', options)).toMatchObject({ code: 'ERR_FILE', hint: expect.stringContaining('no') as string });
    expect(await jsonError('--plugin ../../etc plugin list', options)).toMatchObject({ code: 'ERR_FILE' });
  });

  it('the system\'s folders are looked through, below the root', async () => {
    using files = folder();
    gizmo(files.at('usr/lib/auxctl/plugins/gizmo'));
    mkdirSync(files.at('sys'));
    expect((await run(['plugin', 'list', '--root', files.path])).stdout).toMatch(/^gizmo .*usr\/lib\/auxctl\/plugins\/gizmo$/m);
  });

  it.skipIf(!IS_ROOT)('root leaves out what others could have changed, and says why (skipped for other users)', async () => {
    using files = folder();
    const env = { AUXCTL_PLUGINS: files.path };
    const path = gizmo(files.at('p'));
    const cases: [() => void, RegExp][] = [
      [() => { chmodSync(path, 0o777); }, /left out: .*\/p can be written by others than root: root does not run what others could have changed/],
      [() => { chmodSync(path, 0o755); chmodSync(join(path, 'manifest.json'), 0o666); }, /left out: .*manifest\.json can be written by others/],
      [() => { chmodSync(join(path, 'manifest.json'), 0o644); chownSync(path, 1000, 1000); }, /left out: .*\/p belongs to user 1000, not to root/],
      [() => { chownSync(path, 0, 0); chmodSync(files.path, 0o777); }, /left out: .* can be written by others/],
    ];
    for (const [change, warning] of cases) {
      change();
      const { stdout, stderr, status } = await run(['plugin', 'list'], { env });
      expect(stderr).toMatch(warning);
      expect(stdout).not.toMatch(/^gizmo /m);
      expect(status).toBe(0);
    }
    expect((await run(['plugin', 'list', '--plugin', path], { env: {} })).stdout).toMatch(/^gizmo /m);
    chmodSync(files.path, 0o755);
    chmodSync(join(path, 'sim/index.js'), 0o666);
    expect((await run(['plugin', 'list'], { env })).stdout).toMatch(/^gizmo /m);
    expect(await jsonError('--sim gizmo list', { env })).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringMatching(/sim\/index\.js can be written by others/) as string });
    chmodSync(join(path, 'sim/index.js'), 0o644);
    symlinkSync('/tmp', join(path, 'elsewhere'));
    expect((await line('--sim gizmo list', { env })).status).toBe(0);
  });
});

describe('a faulty plugin', () => {
  it.each([
    ['no api', (text: string) => text.replace('"api": 1,', ''), /api: it does not say which plugin API it is for; this auxctl reads plugin API 1/],
    ['another api', (text: string) => text.replace('"api": 1,', '"api": 2,'), /api: it is for plugin API 2; this auxctl reads plugin API 1/],
    ['an api that is no number', (text: string) => text.replace('"api": 1,', '"api": "one",'), /api: must be the number of a plugin API; this auxctl reads plugin API 1/],
    ['bad JSON', () => '{', /manifest\.json of .*JSON/],
    ['no match', (text: string) => text.replace(/"match": .*/, '"match": [],'), /match: must be a list of words, not empty/],
    ['a match table of numbers', (text: string) => text.replace(/"match": .*/, '"match": [1],'), /match/],
  ])('with %s is left out of lists and named', async (_what, manifest, message) => {
    using files = folder();
    gizmo(files.at('p'), { manifest });
    const listed = await run(['list'], { env: { AUXCTL_PLUGINS: files.path } });
    expect(listed.status).toBe(0);
    expect(listed.stderr).toMatch(/^warning: the plugin in .*\/p is left out: /m);
    expect(listed.stderr).toMatch(message);
    expect(await jsonError(`list --plugin ${files.at('p')}`)).toMatchObject({ code: 'ERR_PLUGIN', layer: 'plugin', status: 1, message: expect.stringMatching(message) as string });
    expect((await run(['plugin', 'check', files.at('p')])).status).toBe(1);
  });

  it('whose manifest is wrong where a list does not look is refused when it is used', async () => {
    using files = folder();
    gizmo(files.at('p'), { manifest: (text) => text.replace('"opcode": "opcode"', '"opcode": 7') });
    const env = { AUXCTL_PLUGINS: files.path };
    expect((await run(['list'], { env })).stderr).toBe('');
    for (const words of ['reg list gizmo', '--sim gizmo list']) expect(await jsonError(words, { env })).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringContaining('framing.request.opcode') as string });
    expect((await run(['sim', 'list'], { env })).stderr).toMatch(/plugin gizmo is left out: .*framing/);
  });

  it.each([
    ['throws while it is imported', 'throw new TypeError("no good");', 'list', /index\.js cannot be loaded: no good/],
    ['throws something that is no error', 'throw 7;', 'list', /index\.js cannot be loaded: 7/],
    ['exports nothing', 'export {};', 'list', /exports no plugin/],
    ['exports null', 'export const plugin = null;', 'list', /wrong shape|exports no plugin/],
    ['has another name', 'export const plugin = { name: "other", open() {}, identify() {} };', 'list', /called other, and its manifest says gizmo/],
    ['has parts of the wrong kind', 'export const parts = { identify: 7, registers: () => 1 };', 'list', /identify is no function, registers is no object/],
    ['is a plugin without open', 'export const plugin = { name: "gizmo" };', 'list', /without open or identify/],
    ['throws in identify', 'export const parts = { identify() { throw new RangeError("oops"); } };', 'info sim-gizmo-0', /plugin gizmo failed in identify: oops/],
    ['rejects in identify', 'export const parts = { identify: () => Promise.reject("text") };', 'info sim-gizmo-0', /plugin gizmo failed in identify: something was thrown that is no error/],
    ['identifies with nonsense', 'export const parts = { identify: async () => [{ name: 1 }] };', 'info sim-gizmo-0', /plugin gizmo: identify gave no list of names and values/],
    ['throws in refinePlan', 'export const parts = { refinePlan: async () => { throw new Error("hm"); } };', 'reg read sim-gizmo-0 LED', /plugin gizmo failed in refinePlan: hm/],
    ['plans nonsense', 'export const parts = { refinePlan: async () => ({ command: "X", effect: "harmless" }) };', 'reg read sim-gizmo-0 LED', /refinePlan gave no plan/],
    ['throws in checkReply', 'export const parts = { checkReply() { throw new Error("hm"); } };', 'reg read sim-gizmo-0 LED', /plugin gizmo failed in checkReply: hm/],
    ['throws in registers', 'export const parts = { registers: { read() { throw new Error("hm"); }, image: () => 1, target: () => undefined } };', 'reg read sim-gizmo-0 LED', /plugin gizmo failed in read: hm/],
    ['gives an image of nothing', 'export const parts = { registers: { read: (r, data) => ({ command: "READ_REGISTER", fields: { argument: r.id, data } }), image: () => "x", target: () => undefined } };', 'reg read sim-gizmo-0 LED', /plugin gizmo: image gave no bytes/],
    ['has a simulator that throws', 'export const parts = { simulator: async () => { throw new Error("hm"); } };', 'list', /plugin gizmo failed in simulator: hm/],
    ['has a simulator that throws when it makes a device', 'export const parts = { simulator: async () => ({ profiles: ["x"], create() { throw new Error("hm"); } }) };', 'list', /plugin gizmo failed in create: hm/],
    ['has a simulator that makes nothing', 'export const parts = { simulator: async () => ({ profiles: ["x"], create: () => 7 }) };', 'list', /makes no device/],
  ])('whose code %s is named, and takes nothing else down', async (_what, code, words, message) => {
    using files = folder();
    const path = gizmo(files.at('p'), { code });
    expect(await jsonError(`${words} --sim gizmo --plugin ${path}`)).toMatchObject({ code: 'ERR_PLUGIN', layer: 'plugin', status: 1, message: expect.stringMatching(message) as string });
    expect((await run(['list', '--sim', 'mlx5', '--plugin', path])).status).toBe(0);
  });

  it('whose package.json leads nowhere, or out of its folder, says so', async () => {
    using files = folder();
    for (const [target, message] of [['./dist/index.js', /dist\/index\.js is not there/], ['../other.js', /which is no file in the folder/], ['/etc/passwd', /which is no file in the folder/]] as const) {
      const path = gizmo(files.at('p'), { files: { 'package.json': JSON.stringify({ exports: { '.': target } }) } });
      expect(await jsonError(`--sim gizmo list --plugin ${path}`)).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringMatching(message) as string });
    }
  });

  it('whose transport throws is named', async () => {
    expect(await jsonError('info sim-faulty-5')).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringContaining('plugin faulty failed in its transport\'s rpc: the plugin has a fault') as string });
  });

  it('that never comes back from identify is given up', async () => {
    using files = folder();
    const path = gizmo(files.at('p'), { code: 'export const parts = { identify: () => new Promise(() => undefined) };' });
    expect(await jsonError(`info sim-gizmo-0 --sim gizmo --plugin ${path} --timeout 300ms`)).toMatchObject({ code: 'ERR_PLUGIN', message: 'plugin gizmo did nothing for 300 ms' });
  });
});
