import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { auxctl, auxctlAs, auxctlJson, errorOf, startAuxctl } from '../guest/auxctl.mjs';
import { compileForeign, sendForeign } from '../guest/drift/foreign.mjs';
import { commandLog, complaints, hang, recover, removeFunction, rescan, taint } from '../guest/system.mjs';

const FIRST = '0000:01:00.0';
const SECOND = '0000:02:00.0';
const STATE = ['--state', join(tmpdir(), 'state')];
/** Opcode, and register MNVDA in bytes 10 and 11, of a write. */
const ITEM_WRITE = /^0805.{4}0{12}9024/;
const CHANGE = ['--allow', 'configure', '--yes'];

/** @type {string} */
let foreign;
/** The bytes that set NUM_OF_VFS to 16, as firmware got them. @type {string} */
let sixteen;

before(async () => {
  foreign = await compileForeign();
});

/** @typedef {{ name: string, set: string | null, subject: string, before: string | null, after: string | null, verdict: string, commands: any[], observed: any[], causes: { command: string, by: string }[] }} Difference */

/**
 * What `drift` says, with the status that it ends with.
 *
 * @param {...string} words
 * @returns {Promise<{ status: number | null, document: any, differences: Difference[] }>}
 */
async function drift(...words) {
  const { status, stdout, stderr } = await auxctl('drift', ...words, ...STATE, '--json');
  assert.ok(status === 0 || status === 7, stderr);
  const document = JSON.parse(stdout);
  return { status, document, differences: document.devices.flatMap((/** @type {any} */ device) => device.differences) };
}

/** The driver shows the stored number as a parameter of its own, with the same verdict. @param {Difference[]} differences */
function own(differences) {
  const [stored, shown] = ['NUM_OF_VFS', 'total_vfs'].map((wanted) => differences.filter(({ name }) => name === wanted).map(({ after: now, verdict }) => [now, verdict]));
  assert.deepEqual(shown, stored);
  return differences.filter(({ name }) => name !== 'total_vfs');
}

/** @param {Difference} difference */
const told = ({ name, set, before: old, after: now, verdict }) => [name, set, old, now, verdict];

/** The same request with another number: the field is two bytes wide. @param {string} request @param {number} wanted */
function withVfs(request, wanted) {
  const at = request.lastIndexOf('0010');
  assert.ok(at > 0 && request.indexOf('0010', 64) === at, `one place holds 16 in ${request}`);
  return request.slice(0, at) + wanted.toString(16).padStart(4, '0') + request.slice(at + 4);
}

test('a baseline of both devices is saved, and nothing has changed since', async () => {
  const { devices } = await auxctlJson('baseline', 'save', ...STATE);
  assert.deepEqual(devices.map((/** @type {any} */ { address, serial, hasDump }) => [address, serial, hasDump]), [[FIRST, 'SIM26X00000', true], [SECOND, 'SIM26X00001', true]]);
  const { status, document } = await drift();
  assert.deepEqual([status, document.counts, document.journal.state], [0, { differences: 0, explained: 0, unexplained: 0 }, 'absent']);
  assert.ok(document.devices.every((/** @type {any} */ { status: how, compared }) => how === 'compared' && compared > 200));
});

test('a change by auxctl is explained by its record in the journal', async () => {
  const from = (await commandLog('mlx5-0')).length;
  await auxctlJson('nvconfig', 'set', FIRST, 'NUM_OF_VFS=16', ...CHANGE, '--reason', 'more guests', ...STATE);
  sixteen = (await commandLog('mlx5-0')).slice(from).map(({ request }) => request).find((request) => ITEM_WRITE.test(request)) ?? '';
  assert.notEqual(sixteen, '');
  const { status, document, differences } = await drift(FIRST);
  assert.deepEqual([status, document.counts, document.journal.state], [7, { differences: 2, explained: 2, unexplained: 0 }, 'intact']);
  assert.deepEqual(own(differences).map(told), [['NUM_OF_VFS', 'next', '8', '16', 'explained']]);
  const { intent } = own(differences)[0]?.commands[0];
  assert.deepEqual([intent.register, intent.item, intent.reason, intent.user.uid, intent.device.serial], ['MNVDA', 'nv_global_pci_conf', 'more guests', 0, 'SIM26X00000']);
  assert.deepEqual(intent.changes, [{ field: 'total_vfs', before: '8', after: '16' }]);
});

test('the same change by a foreign program is named, and the journal does not explain it', async () => {
  await sendForeign(foreign, '/dev/fwctl/fwctl1', sixteen);
  const { document, differences } = await drift(SECOND);
  assert.deepEqual([document.counts.explained, document.journal.state, document.journal.isWatched], [0, 'intact', false]);
  assert.deepEqual(own(differences).map(told), [['NUM_OF_VFS', 'next', '8', '16', 'unexplained']]);
  assert.ok(own(differences)[0]?.causes.some(({ command }) => command === 'nvconfig set NUM_OF_VFS'));
  const text = (await auxctl('drift', ...STATE)).stdout;
  assert.match(text, /NUM_OF_VFS, next boot: 8 -> 16.*\n.*explained: #\d+, .*user 0: MNVDA.*"more guests"/);
  assert.match(text, /NUM_OF_VFS, next boot: 8 -> 16.*\n.*not explained by the journal\n.*could have done it: auxctl nvconfig set NUM_OF_VFS/);
  assert.match(text, /4 differences from baseline default .*: 2 explained by the journal, 2 not/);
});

test('a foreign change on top of one by auxctl is not taken for it', async () => {
  await sendForeign(foreign, '/dev/fwctl/fwctl0', withVfs(sixteen, 32));
  const { differences } = await drift(FIRST);
  assert.deepEqual(own(differences).map(told), [['NUM_OF_VFS', 'next', '8', '32', 'changed-again']]);
});

test('while others are watched, the program is named that did it', async () => {
  const watching = startAuxctl('journal', 'watch', ...STATE);
  await watching.untilPrinted(/watching has begun/);
  await sendForeign(foreign, '/dev/fwctl/fwctl1', withVfs(sixteen, 64));
  await watching.untilPrinted(/ by foreign/);
  watching.interrupt();
  assert.equal((await watching.outcome).status, 0);
  const { document, differences } = await drift(SECOND);
  assert.equal(document.journal.isWatched, true);
  assert.deepEqual(own(differences).map(told), [['NUM_OF_VFS', 'next', '8', '64', 'observed']]);
  const [seen] = own(differences)[0]?.observed ?? [];
  assert.deepEqual([seen.process.name, seen.process.executable, seen.register, seen.effect, seen.device.address], ['foreign', foreign, 'MNVDA', 'configure', SECOND]);
  assert.match((await auxctl('drift', SECOND, ...STATE)).stdout, /done by another program: #\d+, .*: foreign \(\d+\), /);
});

test('a register that a foreign program writes is found, by name', async () => {
  const from = (await commandLog('mlx5-0')).length;
  await auxctlJson('reg', 'write', FIRST, 'PFCC', 'local_port=1', 'pptx=0', ...CHANGE, ...STATE);
  const request = (await commandLog('mlx5-0')).slice(from).map((each) => each.request).findLast((each) => /^0805.{4}0{12}5007/.test(each));
  assert.ok(request !== undefined, 'the write of PFCC is in the log');
  await sendForeign(foreign, '/dev/fwctl/fwctl1', request);
  const { document } = await drift();
  const pfcc = document.devices.map((/** @type {any} */ { differences }) => differences.filter((/** @type {Difference} */ { subject, name }) => subject.startsWith('PFCC') && name === 'pptx').map(told));
  assert.deepEqual(pfcc, [[['pptx', null, '1', '0', 'explained']], [['pptx', null, '1', '0', 'unexplained']]]);
});

test('two devices that are to be alike are compared with each other, without what tells them apart', async () => {
  const { document, differences } = await drift(FIRST, '--against', SECOND);
  assert.equal(document.devices[0].areTwoDevices, true);
  assert.deepEqual(differences.filter(({ name }) => name === 'NUM_OF_VFS').map(({ before: old, after: now }) => [old, now]), [['64', '32']]);
  assert.deepEqual(differences.filter(({ name }) => /serial|mac|guid/i.test(name)).map(({ subject, name }) => `${subject} ${name}`), []);
});

test('another machine\'s report is compared with this one', async () => {
  const file = join(tmpdir(), 'other.json');
  await auxctlJson('report', SECOND, '-o', file);
  const other = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...other, host: { ...other.host, name: 'other' } }));
  const { document, differences } = await drift(FIRST, '--against', file);
  assert.deepEqual([document.against.kind, document.against.host, document.devices[0].areTwoDevices], ['file', 'other', true]);
  assert.deepEqual(differences.filter(({ name }) => name === 'NUM_OF_VFS').map(({ before: old, after: now }) => [old, now]), [['64', '32']]);
});

test('a report says what is not as delivered, and of what kernel', async () => {
  const made = await auxctlJson('report');
  assert.deepEqual(made.devices.map((/** @type {any} */ { device, changed }) => [device.address, changed.filter((/** @type {any} */ { kind }) => kind === 'stored').map((/** @type {any} */ { name, default: usual, next }) => [name, usual, next])]), [
    [FIRST, [['NUM_OF_VFS', '8', '32']]], [SECOND, [['NUM_OF_VFS', '8', '64']]],
  ]);
  assert.deepEqual([made.host.name, made.host.isFwctlTainted, made.host.isRoot], ['lab', false, true]);
  assert.ok(made.devices.every((/** @type {any} */ { reporters, settings }) => reporters.length > 0 && settings.length > 0));
});

test('who is not root gets a report that says what root would add', async () => {
  const outcome = await auxctlAs(65_534, 'report', '--json');
  assert.equal(outcome.status, 0, outcome.stderr);
  const made = JSON.parse(outcome.stdout);
  assert.equal(made.host.isRoot, false);
  assert.deepEqual(made.devices.map((/** @type {any} */ { device, dump }) => [device.address, dump === undefined]), [[FIRST, true], [SECOND, true]]);
  assert.ok(made.devices.every((/** @type {any} */ { problems }) => problems.some((/** @type {any} */ { code, remedy }) => code === 'ERR_PERMISSION' && /root|group|permission/i.test(remedy))), JSON.stringify(made.devices.map((/** @type {any} */ { problems }) => problems)));
});

test('a hung device is in the report with what the kernel tells of it, and holds up no other', { timeout: 300_000 }, async () => {
  await hang('mlx5-0');
  const made = await auxctlJson('report', '--timeout', '3s');
  await recover('mlx5-0');
  assert.deepEqual(made.devices.map((/** @type {any} */ { device, dump }) => [device.address, dump !== undefined]), [[FIRST, false], [SECOND, true]]);
  assert.ok(made.devices[0].problems.some((/** @type {any} */ { code }) => code === 'ERR_TRANSPORT_TIMEOUT'), JSON.stringify(made.devices[0].problems));
});

test('a device that is removed half way is in the report as far as it came', { timeout: 300_000 }, async () => {
  const from = (await commandLog('mlx5-1')).length;
  const reporting = startAuxctl('report', SECOND, '--json');
  while ((await commandLog('mlx5-1')).length < from + 60) await delay(5);
  await removeFunction(SECOND);
  const outcome = await reporting.outcome;
  assert.equal(outcome.status, 0, outcome.stderr);
  const made = JSON.parse(outcome.stdout);
  assert.ok(made.devices[0].problems.some((/** @type {any} */ { code }) => code === 'ERR_DEVICE_GONE'), JSON.stringify(made.devices[0].problems.slice(0, 3)));
  const gone = await drift();
  assert.deepEqual(gone.document.devices.map((/** @type {any} */ { status }) => status), ['compared', 'gone']);
  await rescan();
});

test('locked down, and with no device of that name, there is a report all the same', async () => {
  await writeFile('/sys/kernel/security/lockdown', 'integrity');
  const made = await auxctlJson('report', FIRST, 'nothing0');
  assert.equal(made.host.lockdown, 'integrity');
  assert.deepEqual(made.problems.map((/** @type {any} */ { what, code }) => [what, code]), [['nothing0', 'ERR_NO_DEVICE']]);
  assert.ok(made.devices[0].dump !== undefined);
  const file = join(tmpdir(), 'report.html');
  await auxctlJson('report', FIRST, '-o', file);
  assert.ok((await stat(file)).size > 100_000);
});

test('a baseline that is not there is a usage error with what there is', async () => {
  const outcome = await auxctl('drift', '--against', 'defualt', ...STATE, '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [3, 'ERR_NO_DEVICE']);
  const shown = await auxctl('baseline', 'show', 'defualt', ...STATE, '--json');
  assert.deepEqual([shown.status, errorOf(shown).code, errorOf(shown).hint], [2, 'ERR_UNKNOWN_NAME', 'Did you mean default?']);
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.deepEqual([await taint(), await complaints()], [0, []]);
});
