import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LayoutStore } from '@auxctl/core';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { pluginTypes } from './plugin-types.js';

const top = join(import.meta.dirname, '../../..');
const vendors = readdirSync(join(top, 'vendors')).filter((name) => readdirSync(join(top, 'vendors', name)).includes('layouts'));

/** What compiles, and below each `@ts-expect-error` what must not. */
const USES = `import { openChannel, type Channel, type Device, type PluginEntry } from '@auxctl/core';
import type { GizmoTypes } from './gizmo.js';

declare const device: Device;
declare const entry: PluginEntry;
const channel: Channel<GizmoTypes> = await openChannel<GizmoTypes>(device, entry);
const anything = await openChannel(device, entry);

const version = await channel.call('GET_VERSION');
const major: number = version.fields.major;
const serial: string = version.fields.serial;
await channel.call('GET_VERSION', { argument: 0 });
await channel.call('WRITE_REGISTER', { argument: 2, data: '02500000' });
await channel.call('WRITE_REGISTER', { argument: 2, data: new Uint8Array(4) });
const led = await channel.registers.read('LED');
const state: number = led.fields.state;
await channel.registers.read('SENSOR', { which: 1 });
await channel.registers.prepareWrite('LED', { state: 'blink', brightness: 20 });
await channel.registers.prepareWrite('LED', { state: 2 });
const features: number = (await channel.capability('FEATURES', 'maximum')).fields.sensors;
await anything.call('ANY_NAME', { any: 1 });
const any: unknown = (await anything.registers.read('ANY_REGISTER', { local_port: 1 })).fields['any'];

// @ts-expect-error there is no such command
await channel.call('GET_VERSIONS');
// @ts-expect-error there is no such field in the request
await channel.call('GET_VERSION', { arguments: 0 });
// @ts-expect-error a constant is not given
await channel.call('GET_VERSION', { opcode: 1 });
// @ts-expect-error there is no such field in the reply
version.fields.minus;
// @ts-expect-error it is a number
const wrong: string = version.fields.major;
// @ts-expect-error there is no such register
await channel.registers.read('LAMP');
// @ts-expect-error only index fields select a reading
await channel.registers.read('LED', { brightness: 1 });
// @ts-expect-error no value of the enum has this name
await channel.registers.prepareWrite('LED', { state: 'blinking' });
// @ts-expect-error a field that can only be read is not written
await channel.registers.prepareWrite('SENSOR', { temperature: 1 });
// @ts-expect-error there is no such capability
await channel.capability('FEATURE', 'current');
export { any, features, led, major, serial, state, wrong };
`;

const WIDE = `import type { Channel } from '@auxctl/core';
import type { Mlx5Types } from './mlx5.js';

declare const channel: Channel<Mlx5Types>;
const adapter = await channel.call('QUERY_ADAPTER', {});
const nested: number = adapter.fields.query_adapter_struct.ieee_vendor_id;
const paos = await channel.registers.read('PAOS', { local_port: 1 });
await channel.registers.prepareWrite('PAOS', { local_port: 1, admin_status: 'up', ase: true });
const wide: bigint = (await channel.call('QUERY_VPORT_COUNTER')).fields.received_errors.packets;
await channel.objects.read('CQ', { cqn: 1 });
// @ts-expect-error it is a bigint
const narrow: number = (await channel.call('QUERY_VPORT_COUNTER')).fields.received_errors.packets;
// @ts-expect-error a nested field that does not exist
adapter.fields.query_adapter_struct.vendor;
// @ts-expect-error there is no such name
await channel.registers.prepareWrite('PAOS', { admin_status: 'sideways' });
export { narrow, nested, paos, wide };
`;

test('the types of every plugin in the tree compile, and refuse what a plugin does not know', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(top, 'kit', 'node_modules', '.types-'));
  try {
    const write = (name: string, text: string): void => { writeFileSync(join(folder, `${name}.ts`), text); };
    write('gizmo', await pluginTypes('gizmo', new LayoutStore(join(top, 'kit/template/layouts'))));
    write('acme', await pluginTypes('acme', new LayoutStore(join(top, 'examples/acme/layouts'))));
    for (const vendor of vendors) write(vendor, await pluginTypes(vendor, new LayoutStore(join(top, 'vendors', vendor, 'layouts'))));
    write('uses', USES);
    write('wide', WIDE);
    const files = readdirSync(folder).map((file) => join(folder, file));
    expect(files.length).toBeGreaterThanOrEqual(vendors.length + 4);
    const { compilerOptions } = ts.readConfigFile(join(top, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8')).config as { readonly compilerOptions: object };
    const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, top);
    const program = ts.createProgram(files, { ...options, noEmit: true });
    const faults = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => `${file?.fileName.split('/').at(-1) ?? ''}:${file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(faults).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the same layouts give the same text, which says what made it', async () => {
  const store = new LayoutStore(join(top, 'kit/template/layouts'));
  const text = await pluginTypes('my-gizmo', store);
  expect(text).toMatch(/^\/\/ Generated by auxctl plugin types from the layouts of my-gizmo; do not edit\.\n/);
  expect(text).toContain('export type MyGizmoTypes = {');
  expect(text).toContain("  readonly state?: 'off' | 'on' | 'blink' | number;");
  expect(await pluginTypes('my-gizmo', new LayoutStore(join(top, 'kit/template/layouts')))).toBe(text);
});
