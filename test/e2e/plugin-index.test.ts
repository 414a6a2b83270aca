import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, json, jsonError, line, top } from './support/auxctl.js';

function copyOfAcme(path: string): void {
  cpSync(join(top, 'examples/acme'), path, { recursive: true, filter: (file) => !/node_modules|package.json$/.test(file) });
}

describe('plugin index', () => {
  it('spares a list the documents, and says the same', async () => {
    using out = folder();
    copyOfAcme(out.path);
    const [registers, commands] = [await json(`reg list acme --plugin ${out.path}`), await json(`cmd list acme --plugin ${out.path}`)];
    const made = await json(`plugin index ${out.path}`);
    expect(made).toMatchObject({ schema: 'auxctl.plugin-index/1', file: out.at('layouts/index.json'), registers: 2, commands: 6, capabilities: 1 });
    expect(await json(`plugin check ${out.path}`)).toMatchObject({ ok: true });
    rmSync(out.at('layouts/structures'), { recursive: true });
    expect(await json(`reg list acme --plugin ${out.path}`)).toEqual(registers);
    expect(await json(`cmd list acme --plugin ${out.path}`)).toEqual(commands);
  });

  it('is checked against the documents', async () => {
    using out = folder();
    copyOfAcme(out.path);
    await json(`plugin index ${out.path}`);
    const index = readFileSync(out.at('layouts/index.json'), 'utf8');
    writeFileSync(out.at('layouts/index.json'), index.replace('"sizeBytes": 4', '"sizeBytes": 8'));
    const { stdout, status } = await line(`plugin check ${out.path}`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('index.json: says something else than the documents; auxctl plugin index makes it anew [index]') as string });
    await json(`plugin index ${out.path}`);
    expect(readFileSync(out.at('layouts/index.json'), 'utf8')).toBe(index);
    writeFileSync(out.at('layouts/index.json'), '{"format":"auxctl.layout-index/1"}');
    expect(await jsonError(`reg list acme --plugin ${out.path}`)).toMatchObject({ code: 'ERR_LAYOUT', hint: expect.stringContaining('plugin index') as string });
  });

  it('is not made of faulty layouts', async () => {
    using out = folder();
    copyOfAcme(out.path);
    const file = out.at('layouts/registers/LAMP.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"LAMP"', '"LANTERN"'));
    expect(await jsonError(`plugin index ${out.path}`)).toMatchObject({ code: 'ERR_LAYOUT' });
    expect(existsSync(out.at('layouts/index.json'))).toBe(false);
  });
});
