import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faulty, folder, jsonError, line, run } from './support/auxctl.js';

describe('a field that is not there is refused before anything is sent', () => {
  it.each([
    ['reg read sim-mlx5-0 PAOS --fields constructor', /no field is called constructor/],
    ['reg read sim-mlx5-0 PPCNT grp=1 clr=1 --allow configure --yes --fields nope', /no field is called nope/],
    ['reg read sim-mlx5-0 PAOS --fields admin_status.x', /single value/],
    ['call sim-mlx5-0 QUERY_ADAPTER --fields query_adapter_struct.nope', /no field is called query_adapter_struct.nope/],
    ['caps sim-mlx5-0 ATOMIC --fields __proto__', /no field is called __proto__/],
  ])('%s', async (text, message) => {
    const { code, message: told, status } = await jsonError(text);
    expect({ code, status }).toEqual({ code: 'ERR_UNKNOWN_NAME', status: 2 });
    expect(told).toMatch(message);
  });

  it('caps takes --fields only with a name', async () => {
    expect(await jsonError('caps sim-mlx5-0 --fields x')).toMatchObject({ code: 'ERR_USAGE', status: 2 });
  });
});

describe('where a reply goes', () => {
  const request = Buffer.from(`01010000${'00'.repeat(12)}`, 'hex');

  it('is looked at before anything is sent', async () => {
    using scratch = folder();
    writeFileSync(scratch.at('unknown.bin'), Buffer.alloc(16, 0xee));
    for (const out of ['/nonexistent/reply', scratch.path]) {
      expect(await jsonError(`rpc sim-mlx5-0 --in ${scratch.at('unknown.bin')} --out ${out}`)).toMatchObject({ code: 'ERR_FILE', status: 2 });
    }
  });

  it('stays what it is: a link leads on, a device is not replaced', async () => {
    using scratch = folder();
    writeFileSync(scratch.at('request.bin'), request);
    writeFileSync(scratch.at('old'), 'old');
    symlinkSync('/dev/null', scratch.at('null'));
    symlinkSync(scratch.at('old'), scratch.at('link'));
    for (const out of ['null', 'link']) {
      expect((await line(`rpc sim-mlx5-0 --in ${scratch.at('request.bin')} --out ${scratch.at(out)} --out-size 32`)).status).toBe(0);
      expect(lstatSync(scratch.at(out)).isSymbolicLink()).toBe(true);
    }
    expect(readFileSync(scratch.at('old')).length).toBe(32);
  });
});

describe('a folder that is not quite a plugin\'s', () => {
  it('has a file where its layouts should be', async () => {
    using scratch = folder();
    writeFileSync(scratch.at('manifest.json'), '{}');
    writeFileSync(scratch.at('layouts'), 'x');
    const { stdout, status } = await run(['plugin', 'check', scratch.path]);
    expect(status).toBe(1);
    expect(stdout).toContain('opcodes.json');
  });

  it('has a manifest that never ends, or never begins', async () => {
    using scratch = folder();
    mkdirSync(scratch.at('endless'));
    mkdirSync(scratch.at('pipe'));
    symlinkSync('/dev/zero', scratch.at('endless/manifest.json'));
    execFileSync('mkfifo', [scratch.at('pipe/manifest.json')]);
    for (const name of ['endless', 'pipe']) {
      expect(await jsonError(`list --plugin ${scratch.at(name)}`)).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringContaining('is not a file') as string, status: 1 });
    }
  });

  it('stands twice', async () => {
    expect(await jsonError(`list --plugin ${faulty} --plugin ${faulty}`)).toMatchObject({ code: 'ERR_PLUGIN', message: expect.stringContaining('two plugins are called faulty') as string, status: 1 });
  });
});

it('the line that would allow a command can be typed as it is', async () => {
  const { stderr } = await run(['reg', 'write', 'sim-mlx5-0', 'PAOS', '--sim', 'mlx5', '--', 'local_port=1', 'ase=1']);
  expect(stderr).toContain('--sim mlx5 --allow configure -- local_port=1 ase=1');
});
