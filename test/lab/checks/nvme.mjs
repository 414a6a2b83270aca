import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { Comparison } from '../guest/nvme/compare.mjs';
import { nvmeBytes, nvmeJson, skip } from '../guest/nvme/tool.mjs';
import { complaints, removeFunction, rescan, taint } from '../guest/system.mjs';

const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));
/** The controller of a serial number: the driver probes them at the same time, and which one comes first is chance. @param {string} serial */
async function controllerOf(serial) {
  for (const name of await readdir('/sys/class/nvme')) {
    if ((await readFile(`/sys/class/nvme/${name}/serial`, 'utf8')).trim() === serial) return name;
  }
  throw new assert.AssertionError({ message: `there is no controller ${serial}` });
}

const LAB = await controllerOf('lab');
const SECOND = await controllerOf('second');
/** The second controller is in a subsystem, with namespace 3, endurance group 1 and a controller memory buffer. */
const CONTROLLERS = /** @type {const} */ ([[LAB, 1], [SECOND, 3]]);
const SELECTIONS = ['current', 'default', 'saved'];
const OF_NAMESPACE = /LBA_|RECOVERY$|RESERVATION_|NAMESPACE_/;
/** The layouts number features from here on. */
const FEATURES = 0x2_0000;
const comparison = new Comparison();

/** @param {string} controller @param {...string} words */
async function register(controller, ...words) {
  return auxctlJson('reg', 'read', controller, ...words);
}

/** @param {string} controller @param {...string} words */
async function fieldsOf(controller, ...words) {
  return (await register(controller, ...words)).fields;
}

/** @param {string} controller @param {...string} words @returns {Promise<Record<string, any>>} */
async function identified(controller, ...words) {
  return (await auxctlJson('obj', 'read', controller, ...words)).fields.identify.fields;
}

/**
 * Registers as a dump has them: number, and bytes in hexadecimal unless they were refused.
 *
 * @param {string} controller @param {string} only @param {...string} words
 * @returns {Promise<Map<string, { id: number, bytes: string | undefined }>>}
 */
async function dumped(controller, only, ...words) {
  const outcome = await auxctl('dump', controller, '--only', only, ...words);
  assert.equal(outcome.status, 0, outcome.stderr);
  const lines = outcome.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  const ids = new Map(lines.filter(({ type, document }) => type === 'layout' && document.kind === 'register').map(({ document }) => [document.name, Number(document.id)]));
  /** @type {Map<string, { id: number, bytes: string | undefined }>} */
  const found = new Map();
  for (const { type, subject, bytes } of lines) {
    // Of several readings of one register the first is meant.
    if (type === 'entry' && !found.has(subject.name)) found.set(subject.name, { id: ids.get(subject.name) ?? 0, bytes });
  }
  return found;
}

/** A register or feature as one number, least significant byte first. @param {string} hex @param {number} bytes */
function numberOf(hex, bytes) {
  return BigInt(`0x${Buffer.from(hex, 'hex').subarray(0, bytes).reverse().toString('hex')}`);
}

/** Runs the tool as somebody who is not root. @param {...string} words */
async function asNobody(...words) {
  return promisify(execFile)('setpriv', ['--reuid', '65534', '--clear-groups', process.execPath, tool, ...words, '--json']).then(
    ({ stdout }) => ({ status: 0, stdout, stderr: '' }), ({ code, stdout, stderr }) => ({ status: Number(code), stdout: String(stdout), stderr: String(stderr) }),
  );
}

test('controllers are listed with their plugin, the way to them and their firmware', async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  assert.deepEqual(devices.map(({ names, plugin, transport, driver }) => [names.nvme, plugin, transport, driver]), CONTROLLERS.map(([name]) => [[name], 'nvme', 'nvme', 'nvme']));
  const sysfs = (await readFile(`/sys/class/nvme/${LAB}/firmware_rev`, 'utf8')).trim();
  assert.deepEqual(devices.map(({ firmware }) => firmware), [sysfs, sysfs]);
  const identity = await identityOf(LAB);
  assert.deepEqual([identity['firmware'], identity['serial'], identity['model']], [sysfs, 'lab', 'QEMU NVMe Ctrl']);
});

for (const [controller, nsid] of CONTROLLERS) {
  const node = `/dev/${controller}`;

  test(`${controller}: what Identify gives is the same as nvme-cli's, field by field`, { skip }, async () => {
    const { sets: [{ current }] } = await auxctlJson('caps', controller, 'IDENTIFY_CONTROLLER');
    const theirs = await nvmeJson('id-ctrl', node);
    comparison.compare('id-ctrl', theirs, current, ['psds']);
    for (const [index, state] of theirs.psds.entries()) comparison.compare('psds', state, current.psd.elements[index].fields);
    const namespace = await identified(controller, 'NAMESPACE', `nsid=${nsid}`);
    const theirNamespace = await nvmeJson('id-ns', node, '-n', String(nsid));
    comparison.compare('id-ns', theirNamespace, namespace, ['lbafs', 'vs']);
    for (const [index, format] of theirNamespace.lbafs.entries()) comparison.compare('lbafs', format, namespace['lbaf'].elements[index].fields);
    const { namespaces } = await identified(controller, 'ACTIVE_NAMESPACES').then(({ namespaces }) => ({ namespaces: namespaces.elements.map((/** @type {any} */ { value }) => value) }));
    assert.deepEqual(namespaces.slice(0, 2), [nsid, 0]);
    const { 'ns-descs': [first] } = await nvmeJson('ns-descs', node, '-n', String(nsid));
    const descriptors = await identified(controller, 'NAMESPACE_DESCRIPTORS', `nsid=${nsid}`);
    comparison.hold('ns-descs nidt', first.nidt, descriptors['nidt'].value);
    comparison.hold('ns-descs nidl', first.nidl, descriptors['nidl'].value);
  });

  test(`${controller}: log pages are the same as nvme-cli's, field by field`, { skip }, async () => {
    comparison.compare('smart-log', await nvmeJson('smart-log', node), await fieldsOf(controller, 'SMART'));
    const { errors: [error] } = await nvmeJson('error-log', node, '-e', '1');
    comparison.compare('error-log', error, (await fieldsOf(controller, 'ERROR_LOG')).entries.elements[0].fields);
    const slots = await fieldsOf(controller, 'FW_SLOTS');
    const { [controller]: theirSlots } = await nvmeJson('fw-log', node);
    comparison.hold('fw-log afi', theirSlots['Active Firmware Slot (afi)'], slots.active_slot.value + slots.next_slot.value * 16);
    comparison.hold('fw-log slot 1', /\((.*?)\.*\)$/.exec(theirSlots['Firmware Rev Slot 1'])?.[1], slots.frs.elements[0].value.trim());
    for (const { command_set_identifier: csi, admin_cmd_set: admin, io_cmd_set: io } of await nvmeJson('effects-log', node)) {
      const effects = await fieldsOf(controller, 'EFFECTS', `csi=${csi}`);
      for (const [theirs, ours] of [[admin, effects.acs], [io, effects.iocs]]) {
        const values = new Map(Object.entries(theirs).map(([name, value]) => [Number(/_(\d+) /.exec(name)?.[1]), value]));
        for (const [opcode, { value }] of ours.elements.entries()) {
          if (value !== 0 || values.has(opcode)) comparison.hold(`effects ${csi} ${opcode}`, values.get(opcode) ?? 0, value);
        }
      }
    }
    const endurance = await nvmeJson('endurance-log', node, '-g', '1');
    if (endurance !== undefined) comparison.compare('endurance-log', endurance, await fieldsOf(controller, 'ENDURANCE_GROUP'));
  });

  test(`${controller}: log pages are the same bytes as nvme-cli's`, { skip }, async () => {
    for (const [command, name] of [['smart-log', 'SMART'], ['fw-log', 'FW_SLOTS']]) {
      const theirs = await nvmeBytes(String(command), node);
      comparison.hold(`${command} bytes`, theirs, (await register(controller, String(name))).raw.slice(0, theirs.length));
    }
  });

  test(`${controller}: features are the same as nvme-cli's, or refused to both`, { skip, timeout: 800_000 }, async (context) => {
    let refused = 0;
    for (const [select, selection] of SELECTIONS.slice(0, nsid === 1 ? SELECTIONS.length : 1).entries()) {
      for (const [name, { id, bytes }] of await dumped(controller, 'FEAT_*', '--index', `select=${select}`)) {
        const isOfNamespace = OF_NAMESPACE.test(name);
        if (name === 'FEAT_CAPABILITIES' || (isOfNamespace && nsid !== 1)) continue;
        const group = name === 'FEAT_ENDURANCE_GROUP_EVENT' ? ['-c', '1'] : [];
        const theirs = await nvmeJson('get-feature', node, '-f', String(id % FEATURES), '-s', String(select), '-n', isOfNamespace ? '1' : '0', ...group);
        const [said] = Object.entries(theirs ?? {}).find(([key]) => key.startsWith('feature:'))?.[1] ?? [];
        const value = said?.Current ?? said?.Default ?? said?.Saved;
        if (value === undefined || bytes === undefined) {
          comparison.hold(`${name} ${selection} is refused`, value === undefined, bytes === undefined);
          refused += 1;
        } else comparison.hold(`${name} ${selection}`, BigInt(/^0x/.test(value) ? value : `0x${value}`), numberOf(bytes, 4));
      }
    }
    context.diagnostic(`${refused} refused to both`);
  });

  test(`${controller}: controller registers are the same as nvme-cli's`, { skip }, async () => {
    const ours = await dumped(controller, 'register/*');
    for (const [name, value] of Object.entries(await nvmeJson('show-regs', node))) {
      const { bytes = '' } = ours.get(name.toUpperCase()) ?? {};
      comparison.hold(`register ${name}`, BigInt(/** @type {any} */ (value)), numberOf(bytes, bytes.length / 2));
    }
  });
}

test('both tools agree in every field, and these were many', { skip }, (context) => {
  context.diagnostic(`${comparison.fields} fields compared, ${comparison.disagreements.length} disagreements`);
  assert.deepEqual(comparison.disagreements, []);
  assert.ok(comparison.fields > 720, `${comparison.fields} fields`);
});

test('a feature is set only when that is allowed, and reads back; what else changed shows in a comparison', async () => {
  const share = process.env['AUXCTL_LAB_SHARE'] ?? '/tmp';
  const [before, later] = [`${share}/before`, `${share}/later`];
  await auxctlJson('dump', LAB, '-o', before);
  const refused = await auxctl('reg', 'write', LAB, 'FEAT_VOLATILE_WRITE_CACHE', 'wce=0', '--json');
  assert.deepEqual([refused.status, errorOf(refused).code], [4, 'ERR_NOT_ALLOWED']);
  assert.equal((await fieldsOf(LAB, 'FEAT_VOLATILE_WRITE_CACHE')).wce.value, 1);
  for (const [name, field] of [['FEAT_VOLATILE_WRITE_CACHE', 'wce=0'], ['FEAT_TEMPERATURE_THRESHOLD', 'tmpth=330']]) {
    const outcome = await auxctl('reg', 'write', LAB, String(name), String(field), '--allow', 'configure', '--yes', '--even-so');
    assert.equal(outcome.status, 0, outcome.stderr);
  }
  assert.equal((await fieldsOf(LAB, 'FEAT_VOLATILE_WRITE_CACHE')).wce.value, 0);
  assert.equal((await fieldsOf(LAB, 'FEAT_TEMPERATURE_THRESHOLD')).tmpth.value, 330);
  assert.equal((await fieldsOf(LAB, 'FEAT_TEMPERATURE_THRESHOLD', 'thsel=under')).tmpth.value, 0);
  await auxctlJson('dump', LAB, '-o', later);
  const outcome = await auxctl('diff', before, later);
  assert.equal(outcome.status, 7, outcome.stderr);
  const changed = outcome.stdout.split('\n').filter((line) => /wce|tmpth/.test(line));
  assert.equal(changed.length, 2, outcome.stdout);
});

test('a format is not taken for less than it is, nor what the controller says to change namespaces', async () => {
  for (const [command, ...words] of [['FORMAT_NVM', 'nsid=1'], ['NAMESPACE_ATTACHMENT', 'nsid=1', 'sel=1'], ['SANITIZE', 'sanact=2']]) {
    const outcome = await auxctl('call', LAB, String(command), ...words, '--allow', 'configure', '--json');
    assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_NOT_ALLOWED'], command);
  }
  const formatted = await auxctl('call', LAB, 'FORMAT_NVM', 'nsid=1', 'lbafl=4', '--allow', 'invasive', '--yes');
  assert.equal(formatted.status, 0, formatted.stderr);
  assert.equal((await identified(LAB, 'NAMESPACE'))['flbas_low'].value, 4);
});

test('what the kernel lets nobody set is refused before anything is sent, and by the kernel too', async () => {
  const outcome = await auxctl('call', LAB, 'SET_FEATURES', 'fid=7', 'cdw11=0x10001', '--allow', 'invasive', '--yes', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_NOT_PASSED']);
  const kato = await auxctl('call', LAB, 'SET_FEATURES', 'fid=15', 'cdw11=1000', '--allow', 'invasive', '--yes', '--json');
  assert.deepEqual([kato.status, errorOf(kato).code], [4, 'ERR_KERNEL_REFUSED']);
});

test('a vendor\'s command that the controller does not name is invasive, and the controller refuses it', async () => {
  const request = `${process.env['AUXCTL_LAB_SHARE'] ?? '/tmp'}/request`;
  await writeFile(request, Uint8Array.from({ length: 64 }, (_, index) => (index === 0 ? 0xc4 : 0)));
  const outcome = await auxctl('rpc', LAB, '--in', request, '--out-size', '16', '--allow', 'configure', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_NOT_ALLOWED']);
});

test('a log page is not asked for with more than the reply has room for', async () => {
  const outcome = await auxctl('call', LAB, 'GET_LOG_PAGE', 'lid=2', 'nsid=0xffffffff', 'numd=0xffff', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [2, 'ERR_USAGE']);
});

test('who is not root is told what the system does not permit', async () => {
  const closed = await asNobody('info', LAB);
  assert.deepEqual([closed.status, JSON.parse(closed.stderr).code], [4, 'ERR_PERMISSION']);
  await chmod(`/dev/${LAB}`, 0o666);
  const { identity } = JSON.parse((await asNobody('info', LAB)).stdout);
  assert.equal(identity.find((/** @type {any} */ { name }) => name === 'serial').value, 'lab');
  for (const name of ['SMART', 'FEAT_ARBITRATION', 'CAP']) {
    const outcome = await asNobody('reg', 'read', LAB, name);
    assert.deepEqual([outcome.status, JSON.parse(outcome.stderr).code], [4, 'ERR_KERNEL_REFUSED'], name);
  }
  await chmod(`/dev/${LAB}`, 0o600);
});

test('a removed controller is gone, and comes back', async (context) => {
  context.after(rescan);
  const { devices: [{ address }] } = await auxctlJson('list');
  await removeFunction(address);
  const outcome = await auxctl('reg', 'read', address, 'SMART', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [3, 'ERR_NO_DEVICE']);
  await rescan();
  assert.equal((await identityOf(address))['serial'], 'lab');
});

test('with the kernel locked down registers are unavailable, which is said, and all else works', async () => {
  assert.equal((await auxctl('reg', 'read', SECOND, 'CAP')).status, 0);
  await writeFile('/sys/kernel/security/lockdown', 'integrity');
  const outcome = await auxctl('reg', 'read', SECOND, 'CAP', '--json');
  assert.deepEqual([outcome.status, errorOf(outcome).code], [4, 'ERR_KERNEL_REFUSED']);
  assert.match(errorOf(outcome).message, /locked down .* registers are unavailable/);
  assert.equal((await fieldsOf(SECOND, 'SMART')).temperature.value, 323);
  const dump = await auxctl('dump', SECOND, '-o', '/tmp/locked-down');
  assert.equal(dump.status, 0, dump.stderr);
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
