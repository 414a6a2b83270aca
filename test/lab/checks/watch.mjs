import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auxctl, auxctlJson, errorOf, startAuxctl } from '../guest/auxctl.mjs';
import { complaints, until } from '../guest/system.mjs';

const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
const source = fileURLToPath(new URL('../guest/watch/foreign.c', import.meta.url));
const foreign = '/var/tmp/foreign';
const state = '/var/tmp/watched';
const TRACING = '/sys/kernel/tracing';
const NODE = '/dev/fwctl/fwctl0';
const DEVICE = '0000:01:00.0';
/** Writing register NODE_DESC (0x6001): the command's head, then the text. */
const WRITE = `08050000000000000000600100000000${Buffer.from('by somebody else').toString('hex').padEnd(128, '0')}`;
/** QUERY_ADAPTER, which only inspects. */
const QUERY = '0101'.padEnd(32, '0');
const LONG = 'stay=3000';
const PATIENCE_MS = 30_000;

before(async () => {
  await mkdir('/var/tmp', { recursive: true });
  const compiler = spawn('cc', ['-O1', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', foreign, source], { stdio: 'inherit' });
  assert.deepEqual(await once(compiler, 'close'), [0, null]);
});

/**
 * A watcher that runs.
 *
 * @typedef {object} Watch
 * @property {any[]} seen the documents that it printed so far
 * @property {(wanted: (document: any) => boolean) => Promise<any>} until waits for the first of them that is wanted
 * @property {(signal?: NodeJS.Signals) => Promise<{ status: number | null, stderr: string }>} end
 * @property {number} pid
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

/** @param {...string} words @returns {Promise<Watch>} */
async function startWatch(...words) {
  return startWatchBy([], ...words);
}

/** @param {readonly string[]} before a program that runs it @param {...string} words @returns {Promise<Watch>} */
async function startWatchBy(before, ...words) {
  const [program = '', ...others] = [...before, process.execPath, tool, 'journal', 'watch', '--json', '--state', state, ...words];
  const child = spawn(program, others, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  running.add(child);
  child.once('close', () => running.delete(child));
  const stderr = text(child.stderr);
  /** @type {any[]} */
  const seen = [];
  createInterface(child.stdout).on('line', (line) => seen.push(JSON.parse(line)));
  const watch = {
    seen, pid: child.pid ?? 0,
    /** @param {(document: any) => boolean} wanted */
    async until(wanted) {
      const what = () => `not seen: ${JSON.stringify(seen)}`;
      return until(async () => seen.find(wanted) ?? (child.stdout.readableEnded ? assert.fail(`${what()} ${await stderr}`) : undefined), what, PATIENCE_MS);
    },
    /** @param {NodeJS.Signals} [signal] */
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const [status] = await ended;
      return { status, stderr: await stderr };
    },
  };
  await watch.until(({ watch: own }) => own?.event === 'began');
  return watch;
}

/** Runs the program that is not auxctl. @param {number} scope @param {string} request @param {...string} words */
async function runForeign(scope, request, ...words) {
  return runForeignAs({}, scope, request, ...words);
}

/** @param {{ uid?: number }} who @param {number} scope @param {string} request @param {...string} words */
async function runForeignAs(who, scope, request, ...words) {
  const child = spawn(foreign, [NODE, String(scope), request, ...words], { stdio: ['ignore', 'pipe', 'inherit'], ...who });
  const [printed, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  assert.equal(status, 0);
  const [pid = 0, errno = 0] = printed.trim().split(' ').map(Number);
  return { pid, errno };
}

/** The lines and folders that watchers have in the kernel. */
async function leftInKernel() {
  const lines = (await readFile(`${TRACING}/kprobe_events`, 'utf8')).split('\n').filter((line) => line !== '');
  return { probes: lines.map((line) => line.split(' ')[0]), instances: await readdir(`${TRACING}/instances`) };
}

const NOTHING_LEFT = { probes: [], instances: [] };

/** @param {{ sequence: number, process: { pid: number }, command?: string, register?: string, effect: string, result: string, errno?: string }} observed */
const inShort = ({ command, register, effect, result, errno }) => [command, register, effect, errno ?? result];

test('a register that a foreign program writes is recorded with who it was and what it did', { timeout: 300_000 }, async () => {
  const watch = await startWatch();
  assert.deepEqual((await leftInKernel()).instances.length, 1);
  const { pid, errno } = await runForeign(0, WRITE, LONG);
  assert.equal(errno, 0);
  const { observed } = await watch.until((document) => document.observed?.process.pid === pid);
  const { time, sequence } = observed;
  assert.deepEqual({ ...observed, bootId: '', host: '', time: '', monotonicMs: 0, sequence: 0 }, {
    type: 'observed', format: 'auxctl.journal/2', bootId: '', host: '', time: '', monotonicMs: 0, sequence: 0, process: { pid, name: 'foreign', executable: foreign, commandLine: [foreign, NODE, '0', WRITE, LONG] }, user: { uid: 0 },
    device: { address: DEVICE, pci: '15b3:101d', driver: 'mlx5_core', node: 'fwctl0', source: 'kernel' }, plugin: 'mlx5', scope: 'configuration', scopeNumber: 0, effect: 'configure',
    command: 'ACCESS_REG', register: 'NODE_DESC', request: { bytes: 80, head: WRITE.slice(0, 128) }, replyRoomBytes: 4096, result: 'passed',
  });
  assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, time);
  assert.equal((await auxctlJson('reg', 'read', 'fwctl0', 'NODE_DESC')).fields.node_description.value, 'by somebody else');

  const shown = await auxctlJson('journal', 'show', String(sequence), '--state', state);
  const { previous, hash, ...kept } = shown.observed;
  assert.deepEqual([kept, shown.intent, typeof previous, typeof hash], [observed, null, 'string', 'string']);
  const { stdout } = await auxctl('journal', 'list', '--device', DEVICE, '--state', state);
  assert.match(stdout, new RegExp(`foreign \\(${pid}\\) +0 +${DEVICE} +ACCESS_REG NODE_DESC +configure +passed`));
  assert.match((await auxctl('journal', 'show', String(sequence), '--state', state)).stdout, /process +\d+ \/var\/tmp\/foreign\n/);

  assert.deepEqual(await watch.end(), { status: 0, stderr: '' });
  assert.deepEqual(await leftInKernel(), NOTHING_LEFT);
});

test('what auxctl records itself is there once; what only inspects is not there, unless all is asked for', { timeout: 300_000 }, async () => {
  const write = ['reg', 'write', 'fwctl0', 'NODE_DESC', 'node_description=by auxctl', '--allow', 'configure', '--yes', '--state', state];
  const before = await auxctlJson('journal', 'list', '--state', state);
  const watch = await startWatch();
  await runForeign(1, QUERY, LONG);
  assert.equal((await auxctl(...write)).status, 0);
  const { pid } = await runForeign(0, WRITE, LONG);
  await watch.until((document) => document.observed?.process.pid === pid);
  assert.deepEqual(watch.seen.flatMap(({ observed }) => (observed === null ? [] : [inShort(observed)])), [['ACCESS_REG', 'NODE_DESC', 'configure', 'passed']]);
  const between = await auxctlJson('journal', 'list', '--state', state);
  assert.deepEqual([between.commands.length - before.commands.length, between.observed.length - before.observed.length], [1, 1]);

  // Recorded elsewhere, it is as foreign as any other program.
  assert.equal((await auxctl(...write.slice(0, -1), '/var/tmp/elsewhere')).status, 0);
  const elsewhere = await watch.until(({ observed }) => observed?.process.executable === process.execPath);
  assert.deepEqual([...inShort(elsewhere.observed), elsewhere.observed.process.commandLine.includes('reg')], ['ACCESS_REG', 'NODE_DESC', 'configure', 'passed', true]);
  await watch.end();

  const all = await startWatch('--all');
  const query = await runForeign(1, QUERY, LONG);
  const { observed } = await all.until((document) => document.observed?.process.pid === query.pid);
  assert.deepEqual([...inShort(observed), observed.scope], ['QUERY_ADAPTER', undefined, 'inspect', 'passed', 'debug-read-only']);
  assert.deepEqual(await all.end('SIGINT'), { status: 0, stderr: '' });
});

test('bytes that cannot be read for certain name nothing, and what a program calls itself leads nobody astray', { timeout: 300_000 }, async () => {
  const watch = await startWatch();
  /** @param {string} request @param {...string} words */
  const observe = async (request, ...words) => {
    const { pid, errno } = await runForeign(0, request, LONG, ...words);
    return { ...(await watch.until((document) => document.observed?.process.pid === pid)).observed, called: errno };
  };
  const named = ['ACCESS_REG', 'NODE_DESC', 'configure', 'passed'];
  assert.deepEqual(inShort(await observe(WRITE, 'place=edge')), named);
  assert.deepEqual(inShort(await observe(WRITE, 'place=reply')), named);
  assert.deepEqual(inShort(await observe(WRITE, 'place=full')), named);
  assert.deepEqual(inShort(await observe(WRITE, 'place=absent')), [undefined, undefined, 'invasive', 'passed']);
  assert.deepEqual(inShort(await observe(WRITE, 'place=nowhere')), [undefined, undefined, 'invasive', 'EFAULT']);
  // Without a zero in the request or behind it, what shows whether it can be read is longer than the kernel passes on.
  const long = await observe('41'.repeat(80), 'place=full');
  assert.deepEqual([long.command, long.effect, long.request], [undefined, 'invasive', { bytes: 80, head: '' }]);
  const other = await observe('41'.repeat(80));
  assert.deepEqual([other.command, other.effect, other.request.head], ['0x4141', 'invasive', '41'.repeat(64)]);

  const hostile = await observe(WRITE, 'name=x\\nfwctl: y=1 ]');
  assert.deepEqual([hostile.process.name, hostile.process.executable, ...inShort(hostile)], ['x\nfwctl: y=1 ]', foreign, ...named]);
  const threaded = await observe(WRITE, 'thread=1', 'also=/dev/fwctl/fwctl1');
  assert.ok(threaded.process.thread > threaded.process.pid);
  assert.deepEqual([threaded.device.address, threaded.device.source], [DEVICE, 'kernel']);
  assert.deepEqual((await observe('41'.repeat(2))).errno, 'EMSGSIZE');
  assert.deepEqual(watch.seen.filter((document) => document.watch !== null).length, 1);
  await watch.end();
  assert.equal((await auxctl('journal', 'verify', '--state', state)).status, 0);
});

test('a program that sends more than can be followed leaves a gap that is told', { timeout: 300_000 }, async () => {
  const watch = await startWatch();
  process.kill(watch.pid, 'SIGSTOP');
  const { pid } = await runForeign(0, '41'.repeat(2), 'times=6000', LONG);
  process.kill(watch.pid, 'SIGCONT');
  const lost = await watch.until((document) => document.watch?.event === 'lost');
  assert.deepEqual([lost.watch.why, lost.watch.lost > 1000], ['overrun', true]);
  await watch.until((document) => document.observed?.process.pid === pid);
  await watch.end();
});

test('there is one watcher for a journal; another journal can have its own, and neither disturbs the other', { timeout: 300_000 }, async () => {
  const watch = await startWatch();
  const second = await auxctl('journal', 'watch', '--json', '--state', state);
  assert.deepEqual([second.status, errorOf(second).code], [4, 'ERR_JOURNAL']);
  const other = await startWatch('--state', '/var/tmp/elsewhere');
  assert.equal((await leftInKernel()).instances.length, 2);
  assert.deepEqual(await other.end(), { status: 0, stderr: '' });
  assert.equal((await leftInKernel()).instances.length, 1);
  const { pid } = await runForeign(0, WRITE, LONG);
  await watch.until((document) => document.observed?.process.pid === pid);
  await watch.end();
});

test('a watcher that is killed leaves probes, which the next one removes and nobody else\'s', { timeout: 300_000 }, async (context) => {
  await writeFile(`${TRACING}/kprobe_events`, 'p:somebody/else fwctl_cmd_rpc\n', { flag: 'a' });
  await mkdir(`${TRACING}/instances/somebody`);
  context.after(async () => {
    await rm(`${TRACING}/instances/somebody`, { recursive: true, force: true }).catch(() => undefined);
    await writeFile(`${TRACING}/kprobe_events`, '-:somebody/else\n', { flag: 'a' });
  });
  const killed = await startWatch();
  await killed.end('SIGKILL');
  const left = await leftInKernel();
  assert.deepEqual([left.probes.length, left.instances.length], [4, 2]);
  const name = left.instances.find((each) => each !== 'somebody') ?? '';
  assert.match(name, new RegExp(`^auxctl_watch_${killed.pid}_\\d+$`));
  const next = startAuxctl('journal', 'watch', '--state', state);
  await next.untilPrinted(/watching has begun/);
  next.interrupt();
  const { status, stdout, stderr } = await next.outcome;
  assert.equal(status, 0, stderr);
  assert.match(stderr, new RegExp(`^warning: removed ${name} from the kernel`));
  assert.match(stdout, /watching has begun, for what is configure or stronger\n.*watching has ended\n$/);
  assert.deepEqual(await leftInKernel(), { probes: ['p:somebody/else'], instances: ['somebody'] });
});

test('the capabilities of the service suffice, also for a program of another user', { timeout: 300_000 }, async () => {
  const unit = await readFile(fileURLToPath(new URL('../../../packaging/systemd/auxctl-journal-watch.service', import.meta.url)), 'utf8');
  const capabilities = /^CapabilityBoundingSet=(.*)$/m.exec(unit)?.[1]?.split(' ').map((name) => `+${name.replace('CAP_', '').toLowerCase()}`) ?? assert.fail();
  const watch = await startWatchBy(['setpriv', `--bounding-set=-all,${capabilities.join(',')}`, '--no-new-privs', '--']);
  await chmod(NODE, 0o666);
  const { pid } = await runForeignAs({ uid: 65534 }, 0, WRITE, LONG);
  const { observed } = await watch.until((document) => document.observed?.process.pid === pid);
  assert.deepEqual([observed.process.executable, observed.user.uid, ...inShort(observed)], [foreign, 65534, 'ACCESS_REG', 'NODE_DESC', 'configure', 'passed']);
  assert.deepEqual(await watch.end(), { status: 0, stderr: '' });
  assert.deepEqual(await leftInKernel(), NOTHING_LEFT);
});

test('a watcher whose probe somebody takes away says so and ends', { timeout: 300_000 }, async () => {
  const watch = await startWatch();
  await writeFile('/sys/kernel/debug/kprobes/enabled', '0');
  const { pid } = watch;
  await until(async () => access(`/proc/${pid}/fd/0`).then(() => undefined, () => true), () => 'the watcher goes on', PATIENCE_MS);
  await writeFile('/sys/kernel/debug/kprobes/enabled', '1');
  const { status, stderr } = await watch.end();
  assert.deepEqual([status, JSON.parse(stderr).code], [4, 'ERR_KERNEL_SETTING']);
  assert.deepEqual(await leftInKernel(), NOTHING_LEFT);
  await writeFile('/sys/kernel/debug/kprobes/enabled', '0');
  const refused = await auxctl('journal', 'watch', '--json', '--state', state);
  await writeFile('/sys/kernel/debug/kprobes/enabled', '1');
  assert.deepEqual([refused.status, errorOf(refused).code, errorOf(refused).hint], [4, 'ERR_KERNEL_SETTING', 'echo 1 > /sys/kernel/debug/kprobes/enabled switches them on.']);
});

test('who is not root, and a kernel that is locked down for confidentiality, are told what is missing', { timeout: 300_000 }, async () => {
  const child = spawn(process.execPath, [tool, 'journal', 'watch', '--json', '--state', '/tmp/nobody'], { uid: 65534, gid: 65534, stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.deepEqual([status, JSON.parse(stderr).code, JSON.parse(stderr).hint], [4, 'ERR_PERMISSION', 'Run it as root.']);

  await writeFile('/sys/kernel/security/lockdown', 'integrity');
  const watch = await startWatch();
  const { pid } = await runForeign(0, WRITE, LONG);
  await watch.until((document) => document.observed?.process.pid === pid);
  assert.deepEqual(await watch.end(), { status: 0, stderr: '' });
  await writeFile('/sys/kernel/security/lockdown', 'confidentiality');
  const refused = await auxctl('journal', 'watch', '--json', '--state', state);
  assert.deepEqual([refused.status, errorOf(refused).code], [4, 'ERR_KERNEL_SETTING']);
  assert.match(errorOf(refused).message, /locked down for confidentiality/);
});

after(async () => {
  assert.deepEqual(await complaints(), []);
});
