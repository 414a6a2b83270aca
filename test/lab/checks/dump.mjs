import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auxctl, auxctlJson } from '../guest/auxctl.mjs';

const lab = fileURLToPath(new URL('../run', import.meta.url));
const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));

/** Dumps are taken in a guest, and read on this machine, which has no such device. */
let folder = '';

/** @type {{ status: number, stdout: string, stderr: string }} */
let guest;

const PROGRAM = `
  set -e
  cd "$AUXCTL_LAB_SHARE"
  "$1" dump fwctl0 -o before.dump.gz --json
  "$1" reg write fwctl0 NODE_DESC node_description=changed --allow configure --yes --quiet
  "$1" dump fwctl0 -o after.dump.gz --json >/dev/null
  "$1" dump fwctl1 -o other.dump --json >/dev/null
  "$1" diff before.dump.gz fwctl0 --json >live.json && exit 40 || [ $? = 7 ]
  cp /proc/sys/kernel/tainted tainted
`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-dump-'));
  guest = await new Promise((resolve) => {
    execFile(lab, ['--sim', 'mlx5:2', '--share', folder, '--timeout', '300', '--', 'sh', '-c', PROGRAM, 'sh', tool], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
});

after(() => rm(folder, { recursive: true }));

/** @param {string} name */
const at = (name) => join(folder, name);

/** @param {readonly { subject: { kind: string, name: string } }[]} entries @param {string} kind */
const namesOf = (entries, kind) => [...new Set(entries.filter(({ subject }) => subject.kind === kind).map(({ subject }) => subject.name))].sort();

test('a dump of the real node ends well, and the kernel is not tainted', async () => {
  assert.equal(guest.status, 0, guest.stderr);
  assert.equal((await readFile(at('tainted'), 'utf8')).trim(), '0');
});

test('one process has read every register that the plugin knows, and all capabilities', async () => {
  const { dump, entries } = await auxctlJson('show', at('before.dump.gz'));
  assert.equal(dump.device.transport, 'fwctl');
  assert.equal(dump.device.driver, 'mlx5_core');
  assert.match(dump.kernel, /^\d+\.\d+/);
  const { registers } = await auxctlJson('reg', 'list', 'mlx5');
  const readable = registers.filter((/** @type {any} */ { read }) => read !== null).map((/** @type {any} */ { name }) => name).sort();
  assert.deepEqual(namesOf(entries, 'register'), readable);
  assert.ok(readable.length >= 59, `${readable.length} registers`);
  assert.equal(entries.filter((/** @type {any} */ { subject }) => subject.kind === 'capability').length, 2 * namesOf(entries, 'capability').length);
});

test('what is in it was answered, or refused by the firmware or the driver, with a reason', async () => {
  const { entries } = await auxctlJson('show', at('before.dump.gz'), '*');
  const read = entries.filter((/** @type {any} */ { decoded }) => decoded !== null);
  assert.ok(read.length >= 100, `${read.length} entries were read`);
  for (const { subject, text, failure, decoded } of entries) {
    assert.equal(failure === null, decoded !== null, text);
    // Of stored configuration, a device says which items it has.
    const codes = subject.kind === 'parameter' ? /^ERR_UNSUPPORTED$/ : /^ERR_(FIRMWARE_STATUS|KERNEL_REFUSED|DELIVERY|NOT_ALLOWED|FIELD_MISSING)$/;
    if (failure !== null) assert.match(failure.code, codes, `${text}: ${failure.message}`);
  }
  assert.ok(read.filter((/** @type {any} */ { subject }) => subject.kind === 'parameter').length >= 15, 'stored configuration was read');
});

test('it decodes on this machine', async () => {
  const { stdout, status } = await auxctl('show', at('before.dump.gz'), 'NODE_DESC', 'PAOS');
  assert.equal(status, 0);
  assert.match(stdout, /^node_description +SIM4125 ConnectX6Dx$/m);
  assert.match(stdout, /^admin_status +up \(1\)$/m);
});

test('before and after a write differ by what was written, in files and against the device', async () => {
  const { stdout, status } = await auxctl('diff', at('before.dump.gz'), at('after.dump.gz'), '--json');
  assert.equal(status, 7);
  for (const { differences } of [JSON.parse(stdout), JSON.parse(await readFile(at('live.json'), 'utf8'))]) {
    assert.deepEqual(differences.map((/** @type {any} */ { text, fields }) => [text, fields.map((/** @type {any} */ { path, a, b }) => [path, a.text, b.text])]), [
      ['register NODE_DESC', [['node_description', 'SIM4125 ConnectX6Dx', 'changed']]],
    ]);
  }
});

test('two devices differ in their addresses', async () => {
  const { stdout, status } = await auxctl('diff', at('before.dump.gz'), at('other.dump'));
  assert.equal(status, 7);
  assert.match(stdout, /^register MGIR\n[^]*manufacturing_base_mac/m);
});
