import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { enterRoot, run, skip } from '../guest/mstflint/tools.mjs';

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
  for (const [device, handle] of [[NETDEVSIM, `netdevsim/${NETDEVSIM}`], [PCI, `pci/${PCI}`]]) {
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
