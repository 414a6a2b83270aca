import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pluginChecks } from '../folder/plugin-checks.js';
import { runChecks, type CheckResult } from '../folder/run-checks.js';

const template = join(import.meta.dirname, '../../template');
const scratch: string[] = [];

afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the plugin that `plugin new` makes, with changes: files by name to what replaces what in them, or to their whole text. */
function changed(changes: Readonly<Record<string, readonly [string, string] | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-kit-'));
  scratch.push(folder);
  cpSync(template, folder, { recursive: true });
  for (const [file, change] of Object.entries(changes)) {
    const path = join(folder, file);
    const text = typeof change === 'string' ? change : readFileSync(path, 'utf8').replace(...change);
    if (typeof change !== 'string') expect(text, `${file} has no ${change[0]}`).not.toBe(readFileSync(path, 'utf8'));
    writeFileSync(path, text);
  }
  return folder;
}

async function results(folder: string): Promise<CheckResult[]> {
  return runChecks(pluginChecks(folder, {}), { timeoutMs: 60_000 });
}

/** A module beside the manifest that stands for a part of the plugin. */
const withModule = (text: string): Record<string, readonly [string, string] | string> => ({ 'index.js': text, 'package.json': ['"exports": {', '"exports": { ".": "./index.js",'] });

test('a good plugin passes every check, and what cannot run says why', async () => {
  const found = await results(template);
  expect(found.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(found.filter(({ outcome }) => outcome === 'skipped').map(({ name, detail }) => `${name}: ${detail}`)).toEqual(['every object without a key is read, or refused by the firmware with a status: there is none']);
  expect(found.length).toBeGreaterThanOrEqual(32);
  expect(found.find(({ name }) => name.startsWith('a scope below'))?.detail).toMatch(/^[1-9]\d* request/);
});

test.each([
  ['a layout with overlapping fields', { 'layouts/registers/LED.json': ['"offsetBits": 8', '"offsetBits": 1'] }, 'every layout is valid'],
  ['fewer layouts than stated', { 'test/conformance.json': ['"registers": 2', '"registers": 3'] }, 'there are as many as stated'],
  ['a command that the table of opcodes lacks', { 'layouts/opcodes.json': ['"GET_FEATURES"', '"FEATURES"'] }, 'every command has its row'],
  ['a golden file with another value', { 'test/golden/LED.json': ['90', '91'] }, 'golden files decode'],
  ['golden files that are not there', { 'test/conformance.json': ['"golden": 3', '"golden": 4'] }, 'golden files decode'],
  ['a module of another name', withModule('export const plugin = { name: "other", open() {}, identify() {} };'), 'the code is a plugin'],
  ['no identity', { 'manifest.json': ['"name": "firmware", "command"', '"name": "board", "command"'] }, 'the device says who it is'],
  ['a simulator that answers no register', { 'sim/index.js': ['case 2: return', 'case 20: return'] }, 'every register is read'],
  ['an inspecting command that changes something', { 'sim/index.js': ['if (register === LED) return', 'this.#led[1] += 1;\n    if (register === LED) return'] }, 'what inspects leaves the device as it was'],
  ['a digest that shows nothing', { 'sim/index.js': ['JSON.stringify(this.#led)', '""'] }, 'a write that is allowed changes the field'],
  ['a write that is lost', { 'sim/index.js': ['this.#led = [state, brightness];', ''] }, 'a write that is allowed changes the field'],
  ['a write that changes another field too', { 'sim/index.js': ['this.#led = [state, brightness];', 'this.#led = [state, brightness + 1];'] }, 'a write that is allowed changes the field'],
  ['devices that mistake themselves for each other', { 'sim/index.js': ['[2, 5, this.#index, 0,', '[2, 5, globalThis.gizmoCalls = ((globalThis.gizmoCalls ?? 0) + 1) % 250, 0,'] }, 'channels to several devices'],
  ['code that does not notice that the device has gone', withModule('export const parts = { identify: async ({ call }) => [{ name: "firmware", value: await call("GET_VERSION", {}).then(() => "1", () => "2") }] };'), 'a device that goes during a call'],
  ['code that stumbles over odd replies', withModule('export const parts = { checkReply: (_command, _request, reply) => { if (reply.status !== 0 || reply.major === 2 && reply.minor !== 5) throw new TypeError("odd"); } };'), 'replies with random bytes'],
  ['code that keeps everything', withModule('const kept = []; export const parts = { identify: async () => { kept.push(Array.from({ length: 50_000 }, (_, index) => index + kept.length)); return [{ name: "firmware", value: "1" }]; } };'), 'opening and closing channels'],
] as const)('%s is found', async (_what, changes, check) => {
  const failed = (await results(changed(changes))).filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  expect(failed.some((name) => name.startsWith(check)), failed.join('; ') || 'nothing failed').toBe(true);
});

test('a check that never ends is given up', async () => {
  const endless = { group: 'faults', name: 'endless', run: () => new Promise<never>(() => undefined) } as const;
  expect(await runChecks([endless], { timeoutMs: 20 })).toEqual([{ group: 'faults', name: 'endless', outcome: 'failed', detail: 'did not end within 0.02 s' }]);
});
