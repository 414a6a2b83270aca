import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, complaints, taint } from '../guest/system.mjs';

const ADDRESS = '0000:01:00.0';
const RESOURCE_DUMP = 'c000';
const WRITE = '0000';
const READ = '0001';
/** The length of the menu's dump, and of what comes with it in 12 replies. */
const MENU_BYTES = 2388;

/**
 * The accesses to the register of resource dumps that the device has received.
 *
 * @param {string} modifier
 */
async function accesses(modifier) {
  const entries = await commandLog('mlx5-0');
  return entries.filter(({ request }) => request.startsWith('0805') && request.slice(12, 16) === modifier && request.slice(20, 24) === RESOURCE_DUMP);
}

/** @param {...string} words */
async function segments(...words) {
  const { status, stdout, stderr } = await auxctl('resource', 'dump', 'fwctl0', ...words, '--json');
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}

/** @param {string} program */
async function isInstalled(program) {
  return promisify(execFile)(program, ['-V']).then(() => true, () => false);
}

/** @param {any[]} all */
function contentsOf(all) {
  return all.filter(({ role }) => role === 'content');
}

test('the kernel\'s own driver has read the menu when it probed, through a memory key of its own', async () => {
  const writes = await accesses(WRITE);
  assert.deepEqual(writes.map(({ status }) => status), [0]);
  assert.match(writes[0]?.request ?? '', /^08050000000000000000c00000000000 ?0000ffff/);
});

test('resource list shows the device\'s own list, in 12 calls of 208 bytes', async () => {
  const before = (await accesses(READ)).length;
  const { resources, problem } = await auxctlJson('resource', 'list', 'fwctl0');
  assert.equal(problem, null);
  assert.equal(resources.length, 45);
  assert.deepEqual(resources.find((/** @type {any} */ { name }) => name === 'EQ_BUFF').selectors.map((/** @type {any} */ { name, index }) => [name, index]), [['EQN', 'required'], ['EQE', 'optional']]);
  const reads = (await accesses(READ)).slice(before);
  assert.equal(reads.length, Math.ceil(MENU_BYTES / 208));
  assert.deepEqual([...new Set(reads.map(({ status }) => status))], [0]);
});

test('a memory key of the driver\'s is dumped as its query command shows it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auxctl-'));
  const [dumped] = contentsOf(await segments('PRM_QUERY_MKEY', 'MKEY_IDX=0x200'));
  await writeFile(join(folder, 'request'), Buffer.from('02010000000000000000020000000000', 'hex'));
  const { reply } = await auxctlJson('rpc', 'fwctl0', '--in', join(folder, 'request'), '--out-size', '304');
  assert.equal(dumped.raw.slice(32), reply);
  assert.equal(dumped.decoded.fields.payload.fields.memory_key_mkey_entry.fields.lw.value, 1);
});

test('the driver\'s event queues are dumped, with what they refer to', async () => {
  const all = await segments('FULL_EQC', 'EQN=0,2', '--depth', '1');
  const contents = contentsOf(all);
  assert.deepEqual([...new Set(contents.map(({ depth, name }) => `${depth} ${name}`))], ['0 FULL_EQC', '1 EQ_BUFF']);
  assert.equal(contents.filter(({ name }) => name === 'FULL_EQC').length, 2);
  assert.ok(contents.length > 500, `${contents.length} segments`);
});

test('what is not there is said in the device\'s words', async () => {
  const { status, stdout, stderr } = await auxctl('resource', 'dump', 'fwctl0', 'PRM_QUERY_QP', 'QPN=0x999999');
  assert.deepEqual({ status, stdout }, { status: 5, stdout: 'error: object does not exist (0x5101)\n' }, stderr);
});

test('what is saved is shown again with no device', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'auxctl-')), 'eq.dump.gz');
  const { entries, failures } = await auxctlJson('resource', 'dump', 'fwctl0', 'FULL_EQC', 'EQN=0', '--depth', '1', '-o', file);
  assert.deepEqual(failures, []);
  const { status, stdout, stderr } = await auxctl('show', file);
  assert.equal(status, 0, stderr);
  assert.ok(entries > 250 && stdout.includes('EQ_BUFF'), `${entries} entries`);
});

test('a core dump is out of reach, and the kernel\'s own reporters are not', async (context) => {
  const outcome = await auxctl('resource', 'dump', 'fwctl0', '--core', '--json');
  assert.equal(outcome.status, 4);
  const { code, hint } = errorOf(outcome);
  assert.equal(code, 'ERR_OUT_OF_REACH');
  const [command = ''] = /devlink health dump show pci\/\S+ reporter fw(?= )/.exec(hint) ?? [];
  assert.equal(command, `devlink health dump show pci/${ADDRESS} reporter fw`);
  if (!(await isInstalled('devlink'))) {
    context.skip('devlink is not installed on this machine');
    return;
  }
  for (const reporter of ['fw', 'fw_fatal']) {
    const { stdout } = await promisify(execFile)('devlink', ['health', 'show', `pci/${ADDRESS}`, 'reporter', reporter]);
    assert.match(stdout, new RegExp(`reporter ${reporter}\\n`));
  }
});

test('several dumps in one hop are as those one by one; bytes and calls a second', async (context) => {
  const channel = await library.openChannel('fwctl0');
  context.after(async () => channel.close());
  const menu = await channel.resources.menu();
  const kinds = ['RX_SLICE', 'SX_SLICE'].map((name) => menu.kinds.find((kind) => kind.name === name)?.id ?? 0);
  const requests = kinds.flatMap((kind) => [0, 1, 2, 3].map((index) => ({ kind, selectors: [{ index, count: 0 }, { index: 0, count: 0 }] })));
  const results = [];
  for (const inFlight of [1, 8]) {
    let calls = 0;
    const raw = [];
    const startedMs = performance.now();
    for await (const event of channel.resources.dump(requests, { inFlight, onProgress: (progress) => { calls = progress.calls; } })) {
      if (event.type === 'segment') raw.push(Buffer.from(event.segment.raw));
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const bytes = Buffer.concat(raw);
    context.diagnostic(`${inFlight} in flight: ${bytes.length} bytes in ${calls} calls, ${Math.round(bytes.length / seconds / 1024)} KiB/s, ${Math.round(calls / seconds)} calls/s`);
    results.push(bytes.toString('hex'));
  }
  assert.equal(results[0], results[1]);
  assert.ok((results[0] ?? '').length > 2 * 4 * (32_768 + 24_576));
});

test('the kernel is as clean as before', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
