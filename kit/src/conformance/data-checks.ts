import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LayoutKind } from '@auxctl/core';
import { checkLayoutSet, formatProblem, integerValue, manifestSchema } from '@auxctl/schemas';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { plural, skipped, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import { checkSamples } from './golden.js';
import type { Subject } from './subject.js';

const COUNTED = ['register', 'command', 'capability'] as const;

/** What is checked of a plugin's files, without any device. */
export function dataChecks(subject: Subject): ConformanceCheck[] {
  const check = (name: string, run: () => CheckOutcome | Promise<CheckOutcome>): ConformanceCheck => ({ group: 'data', name, run: async () => run() });
  return [
    check('the manifest is valid', () => checkManifest(subject)),
    check('every layout is valid', () => checkLayouts(subject)),
    check('there are as many as stated, or more', () => checkCounts(subject)),
    check('every layout compiles', () => checkCodecs(subject)),
    check('every command has its row in the table of opcodes, under the same name', () => checkRows(subject)),
    check('no two registers have one id', () => checkIds(subject)),
    check('the code is a plugin of the manifest\'s name', () => checkModule(subject)),
    check('golden files decode to their values, and their values encode to them', () => checkGolden(subject)),
  ];
}

function checkManifest({ fixture: { entry } }: Subject): CheckOutcome {
  const problems = manifestSchema.safeParse(entry.manifest).error?.issues ?? [];
  assert.deepEqual(problems.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`), []);
  return told(plural(entry.manifest.match.length, 'pattern'));
}

function checkLayouts({ fixture: { entry, counts } }: Subject): CheckOutcome {
  const files = readdirSync(entry.layoutsPath, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const documents = new Map(files.map((file) => [file, JSON.parse(readFileSync(join(entry.layoutsPath, file), 'utf8')) as unknown]));
  assert.deepEqual(checkLayoutSet(documents).map(formatProblem), []);
  assert.ok(documents.size >= counts.registers + counts.commands + counts.capabilities + 1, `there are only ${documents.size} documents`);
  return told(plural(documents.size, 'document'));
}

async function checkCounts({ store, fixture: { counts } }: Subject): Promise<CheckOutcome> {
  const { opcodes } = await store.opcodes();
  const found = { registers: store.names('register').length, commands: store.names('command').length, capabilities: store.names('capability').length, opcodes: opcodes.length };
  for (const kind of ['registers', 'commands', 'capabilities', 'opcodes'] as const) assert.ok(found[kind] >= counts[kind], `${found[kind]} ${kind} are fewer than ${counts[kind]}`);
  return told(Object.entries(found).map(([kind, count]) => `${count} ${kind}`).join(', '));
}

async function checkCodecs({ store }: Subject): Promise<CheckOutcome> {
  let structures = 0;
  for (const kind of Object.keys(LAYOUT_FOLDERS) as LayoutKind[]) {
    for (const document of await store.all(kind)) {
      for (const structure of Object.keys(document.structures)) {
        const codec = await store.codec(kind, document.name, structure);
        const zeros = new Uint8Array(codec.sizeBytes);
        codec.decode(codec.encode({}, zeros));
        structures += 1;
      }
    }
  }
  assert.ok(structures > 0, 'there is no structure');
  return told(plural(structures, 'structure'));
}

async function checkRows({ store }: Subject): Promise<CheckOutcome> {
  const { opcodes } = await store.opcodes();
  const commands = await store.all('command');
  for (const { name, opcode } of commands) {
    const rows = opcodes.filter((row) => integerValue(row.opcode) === integerValue(opcode)).map((row) => row.name);
    assert.ok(rows.includes(name), `opcodes.json calls opcode ${opcode} ${rows.join(', ') || 'nothing'}, not ${name}`);
  }
  return told(plural(commands.length, 'command'));
}

async function checkIds({ store }: Subject): Promise<CheckOutcome> {
  const ids = (await store.entries('register')).map(({ id }) => String(id).toLowerCase());
  assert.equal(new Set(ids).size, ids.length, 'two registers have one id');
  for (const kind of COUNTED) assert.deepEqual((await store.entries(kind)).map(({ name }) => name), [...store.names(kind)], `index.json lists another set: ${kind}`);
  return told(plural(ids.length, 'id'));
}

async function checkModule(subject: Subject): Promise<CheckOutcome> {
  const plugin = await subject.plugin();
  assert.equal(plugin.name, subject.fixture.entry.manifest.name);
  for (const part of ['open', 'identify'] as const) assert.equal(typeof plugin[part], 'function', `${part} is no function`);
  return told(plugin.simulator === undefined ? 'without a simulator' : 'with a simulator');
}

async function checkGolden({ store, fixture: { golden, counts } }: Subject): Promise<CheckOutcome> {
  if (golden === undefined || !statSync(golden, { throwIfNoEntry: false })?.isDirectory()) {
    assert.equal(counts.golden ?? 0, 0, 'the golden files are missing');
    return skipped('there are no golden files');
  }
  const { samples, faults } = await checkSamples(store, golden);
  assert.deepEqual(faults, []);
  assert.ok(samples >= Math.max(1, counts.golden ?? 1), `there are only ${samples} golden files`);
  return told(plural(samples, 'sample'));
}
