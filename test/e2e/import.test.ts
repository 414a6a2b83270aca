import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, json, jsonError, line, top } from './support/auxctl.js';

const HEADER = join(top, 'test/fixtures/ifc/sample_ifc.h');

const HSI = join(top, 'test/fixtures/hsi/sample_hsi.h');
const ADB = join(top, 'test/fixtures/adb/sample.adb');

/** Makes a plugin's folder with layouts that an importer wrote. */
async function imported(path: string, words: string): Promise<unknown> {
  const acme = join(top, 'examples/acme');
  cpSync(join(acme, 'manifest.json'), join(path, 'manifest.json'));
  for (const file of ['opcodes.json', 'structures/framing.json']) cpSync(join(acme, 'layouts', file), join(path, 'layouts', file));
  return json(`plugin import ${words} -o ${join(path, 'layouts')} --revision 1`);
}

describe('plugin import hsi', () => {
  it('writes structures and commands that a plugin can use', async () => {
    using plugin = folder();
    expect(await imported(plugin.path, `hsi ${HSI}`)).toMatchObject({ format: 'hsi', defined: 9, structures: 9, registers: 0, commands: 1, written: 8, unchanged: 0, problems: [{ rule: 'byte-order', outcome: 'as-bytes', structure: 'hwrm_sample_get_output', field: 'port', line: 79 }] });
    const opcodes = plugin.at('layouts/opcodes.json');
    const row = '{ "name": "SAMPLE_GET", "opcode": "0x10", "scope": "debug-read-only", "effect": "inspect" }';
    writeFileSync(opcodes, readFileSync(opcodes, 'utf8').replace(/"opcodes": \[/, `"opcodes": [${row},`));
    expect(await json(`plugin check ${plugin.path}`)).toMatchObject({ ok: true });
    const described = await line(`cmd describe acme SAMPLE_GET --plugin ${plugin.path}`);
    expect(described.stdout).toMatch(/0x10/);
    expect(described.stdout).toMatch(/flags\.PATH +enum/);
  });
});

describe('plugin import adb', () => {
  it('writes structures and registers that a plugin can use, and the same bytes again', async () => {
    using plugin = folder();
    const first = await imported(plugin.path, `adb ${ADB}`);
    expect(first).toMatchObject({ format: 'adb', defined: 11, structures: 11, registers: 2, commands: 0, written: 13, problems: [{ rule: 'attribute', outcome: 'left-out', line: 75 }] });
    expect(await json(`plugin check ${plugin.path}`)).toMatchObject({ ok: true });
    expect((await line(`reg list acme --plugin ${plugin.path}`)).stdout).toMatch(/^PAGES +0x9001 +36 /m);
    expect((await line(`reg describe acme PAGES --plugin ${plugin.path}`)).stdout).toMatch(/page<voltage_page>\.millivolts +uint +RO +\[select = 2\]/);
    expect(await imported(plugin.path, `adb ${ADB}`)).toMatchObject({ written: 0, unchanged: 13 });
  });

  it('says where the file is no XML, and writes what came before', async () => {
    using out = folder();
    writeFileSync(out.at('bad.adb'), '<NodesDefinition>\n<node name="a" size="0x4"><field name="x" offset="0x0" size="0x4"/></node>\n<node name="b" size="0x4">\n</NodesDefinition>\n');
    const { stdout, status } = await line(`plugin import adb ${out.at('bad.adb')} -o ${out.path}`);
    expect(stdout).toMatch(/bad\.adb:4: Unexpected close tag; what follows is left out: left out \[syntax\]/);
    expect(stdout).toMatch(/^Structures +all 1$/m);
    expect(status).toBe(1);
  });
});

describe('plugin import ifc', () => {
  it('writes a layout for each structure, and the same bytes again', async () => {
    using out = folder();
    const first = await json(`plugin import ifc ${HEADER} -o ${out.path} --revision 7 --license MIT`);
    expect(first).toMatchObject({ schema: 'auxctl.plugin-import/1', format: 'ifc', defined: 14, structures: 14, gaps: 8, enums: 1, flags: 1, written: 14, unchanged: 0 });
    const files = readdirSync(out.at('structures')).sort();
    expect(files).toHaveLength(14);
    const before = files.map((file) => readFileSync(out.at(`structures/${file}`), 'utf8'));
    expect(JSON.parse(before[files.indexOf('port.json')] ?? '')).toMatchObject({ source: [{ document: 'sample_ifc.h', revision: '7', section: 'struct sample_ifc_port_bits', license: 'MIT' }] });
    expect(await json(`plugin import ifc ${HEADER} -o ${out.path} --revision 7 --license MIT`)).toMatchObject({ written: 0, unchanged: 14 });
    expect(files.map((file) => readFileSync(out.at(`structures/${file}`), 'utf8'))).toEqual(before);
  });

  it('says what it could not take, with file and line', async () => {
    using out = folder();
    const { stdout, status } = await line(`plugin import ifc ${HEADER} -o ${out.path}`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/sample_ifc\.h:\d+: sample_ifc_either_list_bits\.pair: is a flexible array in a union: kept as bytes \[flexible\]/);
    expect(stdout).toMatch(/^Structures +all 14$/m);
    writeFileSync(out.at('bad.h'), 'struct a_ifc_good_bits { u8 x[8]; };\nstruct a_ifc_bad_bits { int x; };\nstruct a_ifc_user_bits { struct a_ifc_bad_bits x; };\n');
    const bad = await line(`plugin import ifc ${out.at('bad.h')} -o ${out.path}`);
    expect(bad.status).toBe(1);
    expect(bad.stdout).toContain('bad.h:2: a_ifc_bad_bits: \'int\' is neither a type of this format nor a structure or union: left out [type]');
    expect(bad.stdout).toMatch(/^Structures +1 of 2$/m);
  });

  it('replaces what is there only when told', async () => {
    using out = folder();
    await json(`plugin import ifc ${HEADER} -o ${out.path} --revision 7`);
    expect(await jsonError(`plugin import ifc ${HEADER} -o ${out.path} --revision 8`)).toMatchObject({ code: 'ERR_FILE', exitStatus: 2 });
    expect(readFileSync(out.at('structures/port.json'), 'utf8')).toContain('"revision": "7"');
    expect(await json(`plugin import ifc ${HEADER} -o ${out.path} --revision 8 --force`)).toMatchObject({ written: 14 });
    expect(readFileSync(out.at('structures/port.json'), 'utf8')).toContain('"revision": "8"');
  });

  it('takes corrections from a file', async () => {
    using out = folder();
    const overrides = { format: 'auxctl.import-overrides/1', overrides: [{ structure: 'port', field: 'guid', set: { display: 'hex', description: 'Of the port.' }, reason: 'a test' }] };
    writeFileSync(out.at('o.json'), JSON.stringify(overrides));
    await json(`plugin import ifc ${HEADER} -o ${out.path} --overrides ${out.at('o.json')}`);
    expect(readFileSync(out.at('structures/port.json'), 'utf8')).toContain('"name": "guid", "type": "uint", "offsetBits": 32, "sizeBits": 64, "display": "hex", "description": "Of the port."');
    writeFileSync(out.at('o.json'), JSON.stringify({ ...overrides, overrides: [{ structure: 'port', field: 'guid', set: {} }] }));
    expect(await jsonError(`plugin import ifc ${HEADER} -o ${out.path} --overrides ${out.at('o.json')}`)).toMatchObject({ code: 'ERR_FILE' });
  });

  it.each([
    ['another format', `plugin import xyz ${HEADER} -o /tmp`, 'ERR_USAGE'],
    ['no folder', `plugin import ifc ${HEADER}`, 'ERR_USAGE'],
    ['no header', 'plugin import ifc /does/not/exist.h -o /tmp', 'ERR_FILE'],
    ['a folder that cannot be made', `plugin import ifc ${HEADER} -o ${HEADER}/x`, 'ERR_FILE'],
  ])('refuses %s', async (_name, words, code) => {
    expect(await jsonError(words)).toMatchObject({ code, exitStatus: 2 });
  });
});
