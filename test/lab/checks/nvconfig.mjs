import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { commandLog, complaints, taint } from '../guest/system.mjs';

const DEVICE = '0000:01:00.0';
const DRIVER = '/sys/bus/pci/drivers/mlx5_core';
const MNVDA = '9024';

/** The driver's parameters and ours for the same, with a word of the driver's for each value. */
const SAME = /** @type {const} */ ({
  enable_sriov: { parameter: 'SRIOV_EN', value: (/** @type {Value} */ { value }) => value === 1 },
  total_vfs: { parameter: 'NUM_OF_VFS', value: (/** @type {Value} */ { value }) => value },
  cqe_compress_type: { parameter: 'CQE_COMPRESSION', value: (/** @type {Value} */ { symbol }) => symbol?.toLowerCase() },
  swp_l4_csum_mode: { parameter: 'SWP_L4_CSUM_MODE', value: (/** @type {Value} */ { symbol }) => symbol?.toLowerCase() },
  max_sfs: { parameter: 'PF_TOTAL_SF', value: (/** @type {Value} */ { value, isSet }) => (isSet ? value : 0) },
});

/** @typedef {{ value: number | string, symbol: string | null, text: string, isSet: boolean }} Value */

const hasDevlink = (() => {
  try {
    execFileSync('devlink', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const needsDevlink = hasDevlink ? {} : { skip: 'there is no devlink program here (package iproute2)' };

/**
 * What the driver says of its permanent parameters, by name. Older kernels have fewer.
 *
 * @returns {Promise<Record<string, unknown>>}
 */
async function devlinkValues() {
  const { stdout } = await promisify(execFile)('devlink', ['-j', 'dev', 'param', 'show']);
  /** @type {{ name: string, values: { cmode: string, value: unknown }[] }[]} */
  const parameters = JSON.parse(stdout).param[`pci/${DEVICE}`];
  return Object.fromEntries(parameters.flatMap(({ name, values }) => values.filter(({ cmode }) => cmode === 'permanent').map(({ value }) => [name, value])));
}

/**
 * @param {string} name
 * @param {string} value
 */
async function devlinkSet(name, value) {
  await promisify(execFile)('devlink', ['dev', 'param', 'set', `pci/${DEVICE}`, 'name', name, 'value', value, 'cmode', 'permanent']);
}

/**
 * One parameter as the tool reads it.
 *
 * @param {string} name
 * @returns {Promise<{ default: Value, current: Value, next: Value, writer: string, isChanged: boolean }>}
 */
async function query(name) {
  return (await auxctlJson('nvconfig', 'query', 'fwctl0', name)).parameters[0];
}

/**
 * The three values of a parameter as text.
 *
 * @param {string} name
 */
async function texts(name) {
  const { default: factory, current, next } = await query(name);
  return [factory.text, current.text, next.text];
}

/** Holds that the tool and the driver say the same of every parameter that both know. */
async function agrees() {
  const theirs = await devlinkValues();
  const common = Object.entries(SAME).filter(([name]) => name in theirs);
  assert.ok(common.length >= 3, `the driver offers only ${common.map(([name]) => name).join(', ')}`);
  for (const [name, { parameter, value }] of common) assert.equal(value((await query(parameter)).next), theirs[name], `${parameter} and ${name}`);
}

/** Does what level 3 waits for: the driver lets go, the function is reset, the driver comes back. */
async function resetFunction() {
  await writeFile(`${DRIVER}/unbind`, DEVICE);
  await writeFile(`/sys/bus/pci/devices/${DEVICE}/reset`, '1');
  await writeFile(`${DRIVER}/bind`, DEVICE);
}

/**
 * A check after which the kernel must not be tainted.
 *
 * @param {string} name
 * @param {object} options
 * @param {() => Promise<void>} body
 */
function check(name, options, body) {
  return test(name, options, async () => {
    await body();
    assert.equal(await taint(), 0, 'the kernel is tainted');
  });
}

check('a query shows every set of values, and what the device does not have', {}, async () => {
  const { sets, parameters, items } = await auxctlJson('nvconfig', 'query', 'fwctl0', '--all');
  assert.deepEqual(sets, ['default', 'current', 'next']);
  assert.ok(parameters.length >= 25, `${parameters.length} parameters`);
  assert.deepEqual(parameters.filter((/** @type {{ isSupported: boolean }} */ { isSupported }) => !isSupported).map((/** @type {{ name: string }} */ { name }) => name), ['INTERNAL_CPU_MODEL']);
  assert.equal(items.length, 9);
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '8', '8']);
});

check('the driver says the same', needsDevlink, agrees);

check('a change that was not allowed sends nothing, and names the kernel\'s own command', {}, async () => {
  for (const words of [['set', 'fwctl0', 'NUM_OF_VFS=16'], ['reset', 'fwctl0'], ['set', 'fwctl0', 'NUM_OF_VSF=16', '--allow', 'configure', '--yes']]) {
    const before = await commandLog('mlx5-0');
    const outcome = await auxctl('nvconfig', ...words, '--json');
    assert.deepEqual((await commandLog('mlx5-0')).slice(before.length), []);
    assert.equal(outcome.status, words.includes('--yes') ? 2 : 4);
    assert.equal(errorOf(outcome).code, words.includes('--yes') ? 'ERR_UNKNOWN_NAME' : 'ERR_NOT_ALLOWED');
  }
});

check('an allowed change is written once, read back, and seen by the driver', {}, async () => {
  const before = await commandLog('mlx5-0');
  const outcome = await auxctl('nvconfig', 'set', 'fwctl0', 'NUM_OF_VFS=16', 'CQE_COMPRESSION=aggressive', 'PF_TOTAL_SF=5', 'PER_PF_NUM_SF=true', '--allow', 'configure', '--yes', '--even-so');
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, new RegExp(`devlink dev param set pci/${DEVICE} name cqe_compress_type`));
  const accesses = (await commandLog('mlx5-0')).slice(before.length).filter(({ command, request }) => command === 'ACCESS_REG' && request.slice(20, 24) === MNVDA);
  const writes = accesses.filter(({ request }) => request.slice(12, 16) === '0000');
  assert.equal(writes.length, 3);
  assert.notEqual(accesses.at(-1), writes.at(-1), 'the last access is a write: nothing was read back');
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '8', '16']);
  assert.equal((await query('NUM_OF_VFS')).writer, 'COMMAND_INTERFACE');
  if (hasDevlink) await agrees();
});

check('what the driver changes is seen', needsDevlink, async () => {
  await devlinkSet('cqe_compress_type', 'balanced');
  await devlinkSet('swp_l4_csum_mode', 'l4_only');
  assert.deepEqual([await texts('CQE_COMPRESSION'), await texts('SWP_L4_CSUM_MODE')].map(([, , next]) => next), ['BALANCED (0)', 'L4_ONLY (2)']);
  await agrees();
});

check('what is beyond the device\'s limit is refused, and nothing is changed', {}, async () => {
  const outcome = await auxctl('nvconfig', 'set', 'fwctl0', 'NUM_OF_VFS=128', '--allow', 'configure', '--yes', '--json');
  assert.deepEqual({ status: outcome.status, code: errorOf(outcome).code }, { status: 2, code: 'ERR_FIELD_VALUE' });
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '8', '16']);
});

check('a reset of the firmware is explained, armed only when allowed, and makes the next boot\'s values current', {}, async () => {
  const { state, levels } = await auxctlJson('firmware', 'reset', 'fwctl0');
  assert.equal(state, 'IDLE');
  assert.deepEqual(levels.filter((/** @type {{ isSupported: boolean }} */ { isSupported }) => isSupported).map((/** @type {{ name: string }} */ { name }) => name), ['level3', 'level6']);
  const refused = await auxctl('firmware', 'reset', 'fwctl0', '--level', 'level3', '--allow', 'configure', '--yes', '--json');
  assert.equal(errorOf(refused).code, 'ERR_NOT_ALLOWED');
  const armed = await auxctlJson('firmware', 'reset', 'fwctl0', '--level', 'level3', '--allow', 'invasive', '--yes');
  assert.equal(armed.state, 'Waiting_For_Reset_Trigger');
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '8', '16']);
  await resetFunction();
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '16', '16']);
  assert.equal((await auxctlJson('firmware', 'reset', 'fwctl0')).state, 'IDLE');
});

check('a reset of the configuration gives everything its default', {}, async () => {
  const { changes } = await auxctlJson('nvconfig', 'reset', 'fwctl0', '--allow', 'configure', '--yes');
  assert.ok(changes.some((/** @type {{ name: string, after: string }} */ { name, after }) => name === 'NUM_OF_VFS' && after === '8'), JSON.stringify(changes));
  assert.deepEqual(await texts('NUM_OF_VFS'), ['8', '16', '8']);
  if (hasDevlink) await agrees();
});

check('components are listed', {}, async () => {
  const { components } = await auxctlJson('firmware', 'components', 'fwctl0');
  assert.deepEqual(components.map((/** @type {{ name: string }} */ { name }) => name), ['BOOT_IMG', 'DBG_TOKEN', 'LINKX_IMG']);
  assert.deepEqual({ version: components[0].version, built: components[0].built }, { version: '22.43.1014', built: '2026-03-20 18:30:00' });
});

check('the kernel has nothing to complain of', {}, async () => {
  assert.deepEqual(await complaints(), []);
});
