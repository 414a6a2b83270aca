import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { auxctl, auxctlJson } from '../guest/auxctl.mjs';
import { enterRoot, run, skip } from '../guest/mstflint/tools.mjs';
import { complaints } from '../guest/system.mjs';

const NETDEVSIM = 'netdevsim1';
const PCI = '0000:01:00.0';
const ALLOWED = ['--allow', 'configure', '--yes'];
/** A parameter of stored configuration that the kernel has no interface of its own for. */
const STORED = 'IP_OVER_VXLAN_EN';

before(async () => {
  if (skip === false) await enterRoot();
  await writeFile('/sys/bus/netdevsim/new_device', '1 1');
});

/** A file of wanted configuration, and a state directory for what is done with it. @param {...string} entries @returns {Promise<{ file: string, state: string }>} */
async function wanted(...entries) {
  const folder = await mkdtemp(join(tmpdir(), 'auxctl-'));
  const file = join(folder, 'wanted.yaml');
  await writeFile(file, `format: auxctl.config/1\ndevices:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
  return { file, state: join(folder, 'state') };
}

/** Values of the kernel's parameters by `name.mode`: as devlink says where it is there, else as the tool does. @param {string} handle @param {string} device @returns {Promise<Map<string, string>>} */
async function driverValues(handle, device) {
  if (skip !== false) {
    const { parameters } = await auxctlJson('param', 'list', device);
    return new Map(parameters.flatMap((/** @type {any} */ { name, values }) => values.map((/** @type {any} */ { mode, value }) => [`${name}.${mode}`, String(value)])));
  }
  const { status, stdout, stderr } = await run('devlink', '-j', 'dev', 'param', 'show', handle);
  assert.equal(status, 0, stdout + stderr);
  const { param } = JSON.parse(stdout.replace(/^kernel answers:.*\n/, ''));
  return new Map(param[handle].flatMap((/** @type {any} */ { name, values }) => values.map((/** @type {any} */ { cmode, value }) => [`${name}.${cmode}`, String(value)])));
}

/** @param {string} name @returns {Promise<string>} */
async function stored(name) {
  return (await auxctlJson('nvconfig', 'query', PCI, name)).parameters[0].next.text;
}

/** What the journal says was sent. @param {string} state @returns {Promise<{ device: string, what: string, changes: string[], reason: string | undefined }[]>} */
async function recorded(state) {
  const { commands } = await auxctlJson('journal', 'list', '--state', state);
  return commands.map((/** @type {any} */ { intent }) => ({
    device: intent.device.address, what: intent.item ?? intent.register ?? intent.command, reason: intent.reason,
    changes: (intent.changes ?? []).map((/** @type {any} */ change) => `${change.field}: ${change.before} -> ${change.after}`),
  }));
}

const LIKE_THIS = [
  `{ match: { device: ${NETDEVSIM} }, driver: { max_macs: 64, test1: { value: false, mode: driverinit } } }`,
  `{ match: { pci: "15b3:*", driver: mlx5_core }, parameters: { ${STORED}: true }, driver: { cqe_compress_type: { value: aggressive, mode: permanent } } }`,
];

test('a plan says what it takes, and changes nothing', { timeout: 120_000 }, async () => {
  const before = [await driverValues(`netdevsim/${NETDEVSIM}`, NETDEVSIM), await driverValues(`pci/${PCI}`, PCI), await stored(STORED)];
  const { file } = await wanted(...LIKE_THIS);
  const { status, stdout, stderr } = await auxctl('config', 'plan', file, '--json');
  assert.equal(status, 7, stderr);
  const { devices, counts } = JSON.parse(stdout);
  assert.deepEqual(counts, { devices: 2, steps: 4, changes: 4 });
  const steps = devices.flatMap((/** @type {any} */ device) => device.steps.map((/** @type {any} */ { kind, subject, activation }) => [device.address, kind, subject, activation])).sort();
  assert.deepEqual(steps.map((/** @type {string[]} */ [address, kind, , activation]) => [address, kind, activation]), [
    [PCI, 'driver', 'device-reset'], [PCI, 'stored', 'firmware-reset'], [NETDEVSIM, 'driver', 'driver-reload'], [NETDEVSIM, 'driver', 'driver-reload'],
  ]);
  assert.deepEqual([await driverValues(`netdevsim/${NETDEVSIM}`, NETDEVSIM), await driverValues(`pci/${PCI}`, PCI), await stored(STORED)], before);
});

test('what is applied is what devlink and the device say afterwards, and a second plan has nothing to do', { timeout: 120_000 }, async () => {
  const { file, state } = await wanted(...LIKE_THIS);
  const done = await auxctl('config', 'apply', file, ...ALLOWED, '--state', state, '--json');
  assert.equal(done.status, 0, done.stderr);
  const [simulated, card] = [await driverValues(`netdevsim/${NETDEVSIM}`, NETDEVSIM), await driverValues(`pci/${PCI}`, PCI)];
  assert.deepEqual([simulated.get('max_macs.driverinit'), simulated.get('test1.driverinit'), card.get('cqe_compress_type.permanent')], ['64', 'false', 'aggressive']);
  assert.match(await stored(STORED), /\(1\)$|^1$/);
  assert.equal(await stored('CQE_COMPRESSION'), 'AGGRESSIVE (1)', 'the driver has set what the device keeps');
  const records = await recorded(state);
  assert.equal(records.length, 4);
  assert.deepEqual(records.map(({ reason }) => reason), [undefined, undefined, undefined, undefined]);
  assert.equal((await auxctl('config', 'plan', file)).status, 0);
  assert.equal((await auxctl('journal', 'verify', '--state', state)).status, 0);
});

test('what the kernel refuses has everything before it taken back, on both devices, and the journal shows all of it', { timeout: 120_000 }, async () => {
  const before = [await driverValues(`netdevsim/${NETDEVSIM}`, NETDEVSIM), await driverValues(`pci/${PCI}`, PCI), await stored(STORED)];
  const { file, state } = await wanted(
    `{ match: { device: ${NETDEVSIM} }, driver: { max_macs: 128 } }`,
    `{ match: { device: "${PCI}" }, parameters: { ${STORED}: false }, driver: { cqe_compress_type: { value: balanced, mode: permanent }, event_eq_size: 1 } }`,
  );
  const failed = await auxctl('config', 'apply', file, ...ALLOWED, '--state', state, '--json');
  const { failure, devices } = JSON.parse(failed.stdout);
  assert.deepEqual([failed.status, failure.code], [1, 'ERR_SYSTEM_CALL'], failed.stderr);
  const outcomes = devices.flatMap((/** @type {any} */ { steps }) => steps.map((/** @type {any} */ { subject, state: ended, rollback }) => [subject, ended, rollback]));
  const tried = outcomes.filter((/** @type {string[]} */ [, ended]) => ended !== 'not-tried');
  assert.deepEqual(tried.at(-1), ['event_eq_size', 'failed', 'needless']);
  assert.ok(tried.length >= 3, JSON.stringify(outcomes));
  assert.ok(tried.slice(0, -1).every((/** @type {string[]} */ [, ended, rollback]) => ended === 'applied' && rollback === 'done'), JSON.stringify(outcomes));
  assert.deepEqual([await driverValues(`netdevsim/${NETDEVSIM}`, NETDEVSIM), await driverValues(`pci/${PCI}`, PCI), await stored(STORED)], before);
  const records = await recorded(state);
  const [forward, back] = [records.filter(({ reason }) => reason === undefined), records.filter(({ reason }) => reason?.startsWith('rollback of config apply ') === true)];
  assert.equal(forward.length, tried.length);
  assert.deepEqual(back.map(({ device, what }) => [device, what]), forward.slice(0, -1).map(({ device, what }) => [device, what]).reverse());
  for (const [at, { changes }] of back.entries()) assert.deepEqual(changes, forward.slice(0, -1).toReversed()[at]?.changes.map((each) => each.replace(/: (.*) -> (.*)$/, ': $2 -> $1')));
});

test('the kernel has nothing to complain about', async () => {
  assert.deepEqual((await complaints()).filter((line) => !line.includes('event_eq_size')), []);
});
