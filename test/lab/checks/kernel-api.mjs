import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { library } from '../guest/load-library.mjs';
import { enterRoot, run, skip } from '../guest/mstflint/tools.mjs';
import { commandLog, complaints, taint } from '../guest/system.mjs';

const NETDEVSIM = 'netdevsim1';
const PCI = '0000:01:00.0';
const ALLOWED = ['--allow', 'configure', '--yes'];

before(async () => {
  if (skip === false) await enterRoot();
  await writeFile('/sys/bus/netdevsim/new_device', '1 1');
});

/** What devlink says, as JSON. @param {...string} words @returns {Promise<any>} */
async function devlink(...words) {
  const { status, stdout, stderr } = await run('devlink', '-j', ...words);
  assert.equal(status, 0, `devlink ${words.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(stdout.replace(/^kernel answers:.*\n/, ''));
}

/** Every value that devlink shows of an instance: `name.mode`. @param {string} handle @returns {Promise<Map<string, string>>} */
async function theirs(handle) {
  const { param } = await devlink('dev', 'param', 'show', handle);
  return new Map(param[handle].flatMap((/** @type {any} */ { name, values }) => values.map((/** @type {any} */ { cmode, value }) => [`${name}.${cmode}`, String(value)])));
}

/** The same of the tool. @param {string} device @returns {Promise<Map<string, string>>} */
async function ours(device) {
  const { parameters } = await auxctlJson('param', 'list', device);
  return new Map(parameters.flatMap((/** @type {any} */ { name, values }) => values.map((/** @type {any} */ { mode, value }) => [`${name}.${mode}`, String(value)])));
}

test('the kernel\'s parameters are those that devlink shows, of a device that a plugin was made for and of another', { skip, timeout: 120_000 }, async (context) => {
  let values = 0;
  for (const [device, handle] of Object.entries({ [NETDEVSIM]: `netdevsim/${NETDEVSIM}`, [PCI]: `pci/${PCI}` })) {
    const shown = await ours(device);
    assert.deepEqual([...shown].sort(), [...await theirs(handle)].sort(), device);
    values += shown.size;
  }
  context.diagnostic(`${values} values`);
  assert.ok(values >= 8, `${values} values`);
});

test('defaults and kinds are told', { timeout: 120_000 }, async () => {
  const { instance, parameters } = await auxctlJson('param', 'list', NETDEVSIM);
  assert.equal(instance, `netdevsim/${NETDEVSIM}`);
  const known = parameters.map((/** @type {any} */ { name, type, isGeneric }) => [name, type, isGeneric]);
  assert.deepEqual(known.filter((/** @type {any} */ [name]) => ['max_macs', 'test1'].includes(name)).sort(), [['max_macs', 'u32', true], ['test1', 'flag', false]]);
});

test('a parameter is set, read back, seen by devlink, and in the journal with both values', { timeout: 120_000 }, async () => {
  const state = await mkdtemp(join(tmpdir(), 'auxctl-'));
  const before = (await ours(NETDEVSIM)).get('max_macs.driverinit');
  const refused = await auxctl('param', 'set', NETDEVSIM, 'max_macs=64', '--state', state, '--json');
  assert.deepEqual({ status: refused.status, code: errorOf(refused).code }, { status: 4, code: 'ERR_NOT_ALLOWED' });
  assert.equal((await ours(NETDEVSIM)).get('max_macs.driverinit'), before);
  const done = await auxctl('param', 'set', NETDEVSIM, 'max_macs=64', '--mode', 'driverinit', ...ALLOWED, '--state', state, '--json');
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(JSON.parse(done.stdout).changes, [{ name: 'max_macs', mode: 'driverinit', before, after: '64', isWritten: true }]);
  const told = await auxctl('param', 'set', NETDEVSIM, 'test1=false', ...ALLOWED, '--state', await mkdtemp(join(tmpdir(), 'auxctl-')));
  assert.match(told.stderr, new RegExp(`devlink dev reload netdevsim/${NETDEVSIM}`), told.stderr);
  if (skip === false) assert.equal((await theirs(`netdevsim/${NETDEVSIM}`)).get('max_macs.driverinit'), '64');
  assert.equal((await ours(NETDEVSIM)).get('max_macs.driverinit'), '64');
  const { commands } = await auxctlJson('journal', 'list', '--state', state);
  assert.equal(commands.length, 1);
  const { intent, outcome } = await auxctlJson('journal', 'show', String(commands[0].sequence ?? commands[0].intent?.sequence), '--state', state);
  assert.deepEqual([intent.transport, intent.effect, intent.command, intent.changes, outcome.result], ['kernel', 'configure', 'DEVLINK_CMD_PARAM_SET', [{ field: 'max_macs', before, after: '64' }], 'answered']);
});

test('what the kernel does not have, or a value cannot be, sends nothing; what the kernel refuses is told in its words', { timeout: 120_000 }, async () => {
  for (const [code, ...words] of [['ERR_UNKNOWN_NAME', 'max_mac=1'], ['ERR_FIELD_VALUE', 'max_macs=many'], ['ERR_FIELD_VALUE', 'test1=1'], ['ERR_FIELD_VALUE', 'max_macs=1', '--mode', 'permanent'], ['ERR_USAGE', 'max_macs']]) {
    const outcome = await auxctl('param', 'set', NETDEVSIM, ...words, ...ALLOWED, '--json');
    assert.deepEqual({ status: outcome.status, code: errorOf(outcome).code }, { status: 2, code }, words.join(' '));
  }
  const refused = await auxctl('param', 'set', PCI, 'event_eq_size=1', ...ALLOWED, '--json');
  assert.equal(errorOf(refused).code, 'ERR_SYSTEM_CALL', refused.stderr);
  assert.match(errorOf(refused).message, /EINVAL|ERANGE/);
});

/** Runs the tool, which must refuse with the kernel's command and write nothing; the driver reads what devlink is asked for. @param {string[]} words @param {string} command */
async function heldBack(words, command) {
  const before = await commandLog('mlx5-0');
  const outcome = await auxctl(...words, ...ALLOWED, '--json');
  const { code, hint } = errorOf(outcome);
  assert.deepEqual({ status: outcome.status, code, hint }, { status: 4, code: 'ERR_KERNEL_FIRST', hint: `Use the kernel's: ${command} . Or add --even-so to go past it.` });
  const sent = (await commandLog('mlx5-0')).slice(before.length);
  assert.deepEqual(sent.filter(({ command: name, request }) => name !== 'ACCESS_REG' || request.slice(12, 16) !== '0001'), [], words.join(' '));
}

/** Every value that both show, by name. @returns {Promise<Map<string, { deviceValue: string, expected?: string, kernelValue: string, agrees: boolean, source: string, command: string }>>} */
async function both() {
  const channel = await library.openChannel(PCI);
  const values = await library.kernelValues(channel);
  await channel.close();
  return new Map(values.map((each) => [`${each.subject.name}.${each.field}`, each]));
}

test('a stored parameter that the driver sets too is left to it, whose command does what it says', { skip, timeout: 240_000 }, async () => {
  const words = ['nvconfig', 'set', PCI, 'CQE_COMPRESSION=aggressive'];
  const command = `devlink dev param set pci/${PCI} name cqe_compress_type value aggressive cmode permanent`;
  await heldBack(words, command);
  const [program = '', ...rest] = command.split(' ');
  assert.equal((await run(program, ...rest)).status, 0);
  const { parameters } = await auxctlJson('nvconfig', 'query', PCI, 'CQE_COMPRESSION');
  assert.equal(parameters[0].next.text, 'AGGRESSIVE (1)');
  const done = await auxctl('nvconfig', 'set', PCI, 'CQE_COMPRESSION=balanced', ...ALLOWED, '--even-so');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stderr, /name cqe_compress_type value balanced cmode permanent \(the same\); going past it, as --even-so says/);
  assert.equal((await theirs(`pci/${PCI}`)).get('cqe_compress_type.permanent'), 'balanced');
});

test('a parameter that the driver only shows is not held back', { timeout: 120_000 }, async () => {
  const done = await auxctl('nvconfig', 'set', PCI, 'NUM_OF_VFS=4', ...ALLOWED);
  assert.equal(done.status, 0, done.stderr);
});

test('a register that only a network interface offers is not held back where there is none', { timeout: 120_000 }, async () => {
  const done = await auxctl('reg', 'write', PCI, 'PMTU', 'local_port=1', 'admin_mtu=1522', ...ALLOWED, '-v');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stderr, /the kernel has ip link set NETDEV mtu 1500 \(.*\), not available here because it has no network interface/);
});

test('what the device holds and what the kernel shows agree, parameter by parameter', { timeout: 120_000 }, async (context) => {
  const values = await both();
  const parameters = [...values].filter(([, { source }]) => source === 'devlink');
  context.diagnostic(parameters.map(([name, { deviceValue, kernelValue }]) => `${name}: ${deviceValue}, ${kernelValue}`).join('; '));
  assert.deepEqual(parameters.filter(([, { agrees }]) => !agrees), []);
  assert.ok(parameters.length >= 4, `${parameters.length} parameters`);
});

test('the kernel has nothing to complain of', async () => {
  assert.deepEqual([await complaints(), await taint()], [[], 0]);
});
