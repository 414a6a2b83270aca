import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, readdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { auxctl, auxctlJson } from '../../lab/guest/auxctl.mjs';
import { commandLog, complaints, taint, until } from '../../lab/guest/system.mjs';

const GROUP = 'auxctl';
const MEMBER = 'member';
const OTHER = 'other';
const NODES = '/dev/fwctl';
const STATE = '/var/lib/auxctl';
const TRACING = '/sys/kernel/tracing';
const WATCH = 'auxctl-journal-watch.service';
const [FIRST, SECOND, MEMORY, NETWORK, DSC] = ['0000:01:00.0', '0000:02:00.0', '0000:03:00.0', '0000:04:00.0', '0000:05:00.0'];
/** The firmware command that opening a node of mlx5's sends. */
const OPENING = 'CREATE_UCTX';
/** Writing register NODE_DESC (0x6001): the command's head, then the text. */
const WRITE = `08050000000000000000600100000000${Buffer.from('by somebody else').toString('hex').padEnd(128, '0')}`;

/** @param {string} program @param {...string} words */
async function said(program, ...words) {
  return (await promisify(execFile)(program, words)).stdout;
}

/**
 * Runs the tool as a user who has logged in, with the groups that this gives.
 *
 * @param {string} user
 * @param {...string} words
 */
async function auxctlBy(user, ...words) {
  const child = spawn('setpriv', ['--reuid', user, '--regid', user, '--init-groups', '--', 'auxctl', ...words], { cwd: '/tmp', stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

/** @param {string} path the permission bits, owner and group */
async function ownership(path) {
  const { mode, uid, gid } = await stat(path);
  return [(mode & 0o7777).toString(8), uid, gid];
}

/** The records of the journal so far. @returns {Promise<any[]>} */
async function recorded() {
  return (await readFile(join(STATE, 'journal/000001.jsonl'), 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** @type {number} */
let gid;

before(async () => {
  await said('udevadm', 'settle');
  gid = Number((await said('getent', 'group', GROUP)).split(':')[2]);
  for (const user of [MEMBER, OTHER]) await said('useradd', '--no-create-home', '--user-group', user);
});

test('the group is there, and nobody is in it', async () => {
  assert.match(await said('getent', 'group', GROUP), new RegExp(`^${GROUP}:[^:]*:\\d+:\n$`));
});

test('udev gives the nodes to the group, without having sent a command to their firmware', async () => {
  const nodes = (await readdir(NODES)).filter((name) => name.startsWith('fwctl'));
  assert.equal(nodes.length, 5);
  for (const name of nodes) assert.deepEqual(await ownership(join(NODES, name)), ['660', 0, gid], name);
  for (const name of ['mlx5-0', 'mlx5-1']) {
    const commands = (await commandLog(name)).map(({ command }) => command);
    assert.ok(commands.length > 0 && !commands.includes(OPENING), name);
  }
});

test('each device has a name by its place, and one by its serial number where it has one', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  assert.deepEqual(devices.map(({ address }) => address), [FIRST, SECOND, MEMORY, NETWORK, DSC]);
  const nodeOf = Object.fromEntries(devices.map(({ address, names: { fwctl: [name] } }) => [address, join(NODES, name)]));
  /** @param {string} folder */
  const links = async (folder) => Object.fromEntries(await Promise.all((await readdir(join(NODES, folder))).map(async (name) => [name, await realpath(join(NODES, folder, name))])));
  assert.deepEqual(await links('by-path'), Object.fromEntries(Object.entries(nodeOf).map(([address, node]) => [`pci-${address}`, node])));
  const serial = (await readFile(`/sys/bus/pci/devices/${MEMORY}/serial_number`, 'utf8')).trim().replaceAll('-', '');
  assert.equal(serial, BigInt(await readFile('/sys/bus/cxl/devices/mem0/serial', 'utf8')).toString(16).padStart(16, '0'));
  const memory = `pci-${(await readFile(`/sys/bus/pci/devices/${MEMORY}/vendor`, 'utf8')).trim().slice(2)}-${serial}-f0`;
  assert.deepEqual(await links('by-id'), { 'pci-15b3-SIM26X00000-f0': nodeOf[FIRST], 'pci-15b3-SIM26X00001-f0': nodeOf[SECOND], [memory]: nodeOf[MEMORY] });
});

test('the serial number is read from configuration space where the kernel does not tell it', async (context) => {
  const function_ = `/sys/bus/pci/devices/${MEMORY}`;
  const stand = `/tmp/devices/${MEMORY}`;
  await mkdir(stand, { recursive: true });
  await writeFile(join(stand, 'vendor'), await readFile(join(function_, 'vendor')));
  await symlink(join(function_, 'config'), join(stand, 'config'));
  const own = await said('/usr/lib/udev/auxctl-id', stand);
  assert.match(own, /^ID_SERIAL=.+-f0$/m);
  const startedMs = performance.now();
  assert.equal(own, await said('/usr/lib/udev/auxctl-id', function_));
  context.diagnostic(`auxctl-id takes ${Math.round(performance.now() - startedMs)} ms here`);
});

test('such a name is one that the tool takes', async () => {
  const { device } = await auxctlJson('info', `${NODES}/by-id/pci-15b3-SIM26X00001-f0`);
  assert.equal(device.address ?? device, SECOND);
});

test('who is not in the group is refused, and told what would help', async () => {
  const { status, stderr } = await auxctlBy(OTHER, 'info', FIRST, '--json');
  assert.equal(status, 4, stderr);
  const { code, hint } = JSON.parse(stderr);
  assert.equal(code, 'ERR_PERMISSION');
  assert.match(hint, /member of the group/);
  assert.equal((await auxctlBy(OTHER, 'journal', 'list')).status === 0, false);
});

test('who is in the group lists, asks and dumps', async () => {
  await said('usermod', '--append', '--groups', GROUP, MEMBER);
  const list = await auxctlBy(MEMBER, 'list', '--json');
  assert.equal(list.status, 0, list.stderr);
  assert.deepEqual(JSON.parse(list.stdout).devices.map((/** @type {any} */ { firmware }) => typeof firmware), Array(5).fill('string'));
  const info = await auxctlBy(MEMBER, 'info', `${NODES}/by-path/pci-${FIRST}`);
  assert.equal(info.status, 0, info.stderr);
  const file = '/tmp/member.dump';
  const dump = await auxctlBy(MEMBER, 'dump', FIRST, '--only', 'NODE_DESC', '-o', file);
  assert.equal(dump.status, 0, dump.stderr);
  assert.equal((await stat(file)).uid, Number(await said('id', '-u', MEMBER)));
});

test('what members and root change is in one journal, which verifies', async () => {
  assert.deepEqual(await ownership(STATE), ['750', 0, gid]);
  const words = ['reg', 'write', FIRST, 'NODE_DESC', '--allow', 'configure', '--yes'];
  for (const [user, value] of [['root', 'by root'], [MEMBER, 'by a member'], ['root', 'by root again']]) {
    const { status, stderr } = await auxctlBy(user, ...words, `node_description=${value}`);
    assert.equal(status, 0, stderr);
  }
  const { commands } = await auxctlJson('journal', 'list');
  const uid = Number(await said('id', '-u', MEMBER));
  assert.deepEqual(commands.map((/** @type {any} */ { intent }) => intent.user.uid ?? 0), [0, uid, 0]);
  assert.equal((await auxctl('journal', 'verify')).status, 0);
  const journal = join(STATE, 'journal');
  for (const name of await readdir(journal)) assert.deepEqual((await ownership(join(journal, name))).filter((_value, at) => at !== 1), ['660', gid], name);
  const unrecorded = await auxctlBy(OTHER, ...words, 'node_description=by another');
  assert.equal(unrecorded.status, 4);
});

test('the watcher runs as a service, under its restrictions', async () => {
  await said('systemctl', 'start', WATCH);
  const pid = (await said('systemctl', 'show', '--property=MainPID', '--value', WATCH)).trim();
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  assert.deepEqual(['NoNewPrivs', 'Seccomp', 'CapBnd', 'CapEff'].map((name) => new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(status)?.[1]), ['1', '2', '0000000000080004', '0000000000080004']);
  assert.match(await readFile(`${TRACING}/kprobe_events`, 'utf8'), /auxctl_watch/);
});

test('what another program sends is recorded while it runs', async () => {
  const foreign = process.env['AUXCTL_LAB_FOREIGN'] ?? '';
  await said(foreign, `${NODES}/by-path/pci-${FIRST}`, '0', WRITE, 'name=stranger', 'stay=5000');
  const { process: { name, executable }, device, register, result } = await until(async () => (await recorded()).find(({ type }) => type === 'observed'), () => 'nothing was observed');
  assert.deepEqual({ name, executable, address: device.address, register, result }, { name: 'stranger', executable: foreign, address: FIRST, register: 'NODE_DESC', result: 'passed' });
  assert.match(await said('journalctl', '--output=json', 'SYSLOG_IDENTIFIER=auxctl', '--no-pager'), /stranger/);
});

test('a member\'s command is recorded once while it runs, and when it has stopped no probe is left', async () => {
  const { status, stderr } = await auxctlBy(MEMBER, 'reg', 'write', SECOND, 'NODE_DESC', 'node_description=once', '--allow', 'configure', '--yes');
  assert.equal(status, 0, stderr);
  await said('systemctl', 'stop', WATCH);
  assert.equal((await said('systemctl', 'show', '--property=Result,NRestarts,ExecMainStatus', WATCH)).trim().split('\n').sort().join(' '), 'ExecMainStatus=0 NRestarts=0 Result=success');
  assert.doesNotMatch(await readFile(`${TRACING}/kprobe_events`, 'utf8'), /auxctl/);
  assert.deepEqual((await readdir(`${TRACING}/instances`)).filter((name) => name.includes('auxctl')), []);
  const records = await recorded();
  assert.deepEqual(records.filter(({ device, type }) => device?.address === SECOND && type !== 'outcome').map(({ type }) => type), ['intent']);
  assert.deepEqual(records.filter(({ type }) => type === 'watch').map(({ event }) => event), ['began', 'ended']);
  const verified = await auxctl('journal', 'verify');
  assert.equal(verified.status, 0, verified.stdout);
});

test('logrotate\'s own service keeps an archive of the journal, and leaves the journal alone', { skip: await access('/usr/sbin/logrotate').then(() => false, () => 'logrotate is not installed') }, async () => {
  const archive = '/var/log/auxctl';
  const exported = await auxctl('journal', 'export', '-o', `${archive}/journal.jsonl`);
  assert.equal(exported.status, 0, exported.stderr);
  const journal = await readFile(join(STATE, 'journal/000001.jsonl'), 'utf8');
  await mkdir('/run/systemd/system/logrotate.service.d', { recursive: true });
  await writeFile('/run/systemd/system/logrotate.service.d/now.conf', '[Service]\nExecStart=\nExecStart=/usr/sbin/logrotate --force /etc/logrotate.d/auxctl\n');
  await said('systemctl', 'daemon-reload');
  await said('systemctl', 'start', 'logrotate.service');
  assert.deepEqual((await readdir(archive)).map((name) => name.replace(/\d{8}/, 'DATE')).sort(), ['journal.jsonl', 'journal.jsonl-DATE.gz']);
  assert.equal(await readFile(`${archive}/journal.jsonl`, 'utf8'), journal);
  assert.equal(await readFile(join(STATE, 'journal/000001.jsonl'), 'utf8'), journal);
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
