import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { auxctl, auxctlJson, errorOf, identityOf } from '../guest/auxctl.mjs';
import { library } from '../guest/load-library.mjs';
import { enterRoot, run, skip } from '../guest/mstflint/tools.mjs';
import { compareFunction } from '../guest/pci/compare.mjs';
import { parseLspci } from '../guest/pci/lspci.mjs';
import { complaints, removeFunction, rescan, taint } from '../guest/system.mjs';

const [E1000E, IGB, SIM] = ['0000:01:00.0', '0000:02:00.0', 'netdevsim1'];
const HANDLE = `netdevsim/${SIM}`;
const tool = fileURLToPath(new URL('../../../cli/bin/auxctl', import.meta.url));

before(async () => {
  if (skip === false) await enterRoot();
  await writeFile('/sys/bus/netdevsim/new_device', '1 1');
});

/** What a tool prints; it must have succeeded. @param {string} program @param {...string} words */
async function printed(program, ...words) {
  const { status, stdout, stderr } = await run(program, ...words);
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** What a tool prints, byte by byte. @param {string} program @param {...string} words @returns {Promise<Uint8Array>} */
async function raw(program, ...words) {
  const child = spawn('chroot', [process.env['AUXCTL_LAB_VENDOR_TOOLS'] ?? '', program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts = [];
  for await (const part of child.stdout) parts.push(part);
  return Buffer.concat(parts);
}

/** What devlink says, as JSON. @param {...string} words @returns {Promise<any>} */
async function devlink(...words) {
  return JSON.parse((await printed('devlink', '-j', ...words)).replace(/^kernel answers:.*\n/, ''));
}

/** The names of a device's interfaces. @param {string} address @returns {Promise<string>} */
async function netdevOf(address) {
  const device = (await library.pci.allDevices()).find((each) => each.address === address);
  return device?.names.netdev[0] ?? assert.fail(`${address} has no network interface`);
}

/** Runs the tool as nobody. @param {...string} words */
async function asNobody(...words) {
  const child = spawn(process.execPath, [tool, ...words], { uid: 65534, gid: 65534, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr, durationMs: 0 };
}

test('list shows what has a network interface, with its driver; --all every function', { timeout: 120_000 }, async () => {
  /** @type {{ devices: any[] }} */
  const { devices } = await auxctlJson('list');
  const shown = devices.filter(({ names }) => names.netdev.length > 0).map(({ address, driver, plugin }) => [address, driver, plugin]);
  assert.deepEqual(shown, [[E1000E, 'e1000e', 'pci'], [IGB, 'igb', 'pci'], [SIM, 'netdevsim', 'pci']]);
  /** @type {{ devices: any[] }} */
  const all = await auxctlJson('list', '--all');
  assert.equal(all.devices.filter(({ plugin }) => plugin === 'pci').length, (await readdir('/sys/bus/pci/devices')).length + 1);
});

test('every function has byte by byte, and by name, what lspci prints of it', { skip, timeout: 300_000 }, async (context) => {
  const sum = { functions: 0, configuration: 0, registers: 0, bytes: 0, capabilities: 0, values: 0 };
  for (const address of await readdir('/sys/bus/pci/devices')) {
    const channel = await library.pci.openAny(address);
    const theirs = parseLspci(await printed('lspci', '-vvv', '-xxxx', '-s', address));
    const { size } = await stat(`/sys/bus/pci/devices/${address}/config`);
    const ours = Buffer.from(await library.pci.bytesOf(channel, 'READ_CONFIG', { offset_bytes: 0, length_bytes: size }));
    assert.equal(ours.toString('hex'), theirs.bytes.toString('hex'), address);
    const { registers, bytes, values, disagreements } = compareFunction(await library.pci.readRegisters(channel), theirs);
    assert.deepEqual(disagreements, [], address);
    const list = (await library.pci.listCapabilities(channel)).map(({ offsetBytes, version }) => `${offsetBytes} v${version}`);
    assert.deepEqual(list, [...theirs.capabilities].map(([offset, { version }]) => `${offset} v${version}`), address);
    await channel.close();
    sum.functions += 1;
    sum.configuration += ours.length;
    sum.registers += registers;
    sum.bytes += bytes;
    sum.capabilities += list.length;
    sum.values += values;
  }
  context.diagnostic(JSON.stringify(sum));
  assert.ok(sum.functions >= 9 && sum.configuration >= 4 * 4096 && sum.registers >= 40 && sum.bytes >= 1000 && sum.capabilities >= 35 && sum.values >= 700, JSON.stringify(sum));
});

test('the driver says of itself what ethtool -i prints', { skip, timeout: 120_000 }, async () => {
  let compared = 0;
  for (const address of [E1000E, IGB, SIM]) {
    const netdev = await netdevOf(address);
    const theirs = new Map((await printed('ethtool', '-i', netdev)).trim().split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
    const channel = await library.pci.openAny(address);
    const { fields } = await channel.objects.read('DRIVER_INFO');
    await channel.close();
    for (const [ours = '', name = ''] of [['driver', 'driver'], ['version', 'version'], ['firmware', 'firmware-version'], ['bus_info', 'bus-info'], ['expansion_rom', 'expansion-rom-version']]) {
      assert.equal(fields[ours], theirs.get(name), `${address} ${name}`);
      compared += 1;
    }
    for (const [ours = '', name = ''] of [['statistics', 'supports-statistics'], ['register_bytes', 'supports-register-dump'], ['eeprom_bytes', 'supports-eeprom-access']]) {
      assert.equal(Number(fields[ours]) > 0, theirs.get(name) === 'yes', `${address} ${name}`);
      compared += 1;
    }
  }
  assert.equal(compared, 24);
});

test('the register dump has the bytes of ethtool -d', { skip, timeout: 120_000 }, async (context) => {
  let bytes = 0;
  for (const address of [E1000E, IGB]) {
    const netdev = await netdevOf(address);
    const channel = await library.pci.openAny(address);
    const read = async () => (await channel.objects.read('REGISTER_DUMP')).fields;
    const dumps = [await read(), Buffer.from(await raw('ethtool', '-d', netdev, 'raw', 'on')), await read()];
    const [first, theirs, last] = [dumps[0], dumps[1], dumps[2]].map((each) => (Buffer.isBuffer(each) ? each : Buffer.from(/** @type {any} */ (each).data)));
    assert.ok(first !== undefined && theirs !== undefined && last !== undefined);
    assert.equal(first.length, theirs.length, address);
    // What moves between our two reads may be anything in between.
    const wrong = [...theirs.keys()].filter((at) => first[at] === last[at] && theirs[at] !== first[at]);
    assert.deepEqual(wrong, [], address);
    bytes += theirs.length;
    await channel.close();
  }
  context.diagnostic(`${bytes} bytes`);
  assert.ok(bytes > 2500, `${bytes} bytes`);
});

test('devlink information, parameters, ports and resources, value by value', { skip, timeout: 120_000 }, async (context) => {
  const channel = await library.pci.openAny(SIM);
  const expected = new Map();
  const { info } = await devlink('dev', 'info', HANDLE);
  const versions = Object.entries(info[HANDLE].versions).flatMap(([type, ofType]) => Object.entries(/** @type {any} */ (ofType)).map(([name, value]) => /** @type {const} */ ([`${type}.${name}`, value])));
  expected.set('DEVLINK_INFO', new Map([/** @type {const} */ (['driver', info[HANDLE].driver]), ...versions]));
  const { param } = await devlink('dev', 'param', 'show', HANDLE);
  expected.set('DEVLINK_PARAMS', new Map(param[HANDLE].flatMap((/** @type {any} */ { name, values }) => values.flatMap((/** @type {any} */ { cmode, value, default: standard }) => [[`${name}.${cmode}`, value], [`${name}.${cmode}.default`, standard]]))));
  const { port } = await devlink('port', 'show', `${HANDLE}/0`);
  expected.set('DEVLINK_PORTS', new Map(Object.values(port).flatMap((/** @type {any} */ { type, flavour, port: number, netdev }) => [['0.type', type], ['0.flavour', flavour], ['0.number', number], ['0.netdev', netdev]])));
  const { resources } = await devlink('resource', 'show', HANDLE);
  expected.set('DEVLINK_RESOURCES', new Map(resourceValues(resources[HANDLE], '')));
  const { regions } = await devlink('region', 'show', `${HANDLE}/dummy`);
  expected.set('DEVLINK_REGIONS', new Map([['dummy.size', regions[`${HANDLE}/dummy`].size], ['dummy.max_snapshots', regions[`${HANDLE}/dummy`].max], ['dummy.snapshots', ''], ['dummy.key', 0]]));
  const { health } = await devlink('health', 'show', HANDLE);
  expected.set('DEVLINK_REPORTERS', new Map(health[HANDLE].flatMap((/** @type {any} */ each, /** @type {number} */ key) => [
    [`${each.reporter}.key`, key], [`${each.reporter}.state`, each.state], [`${each.reporter}.errors`, each.error], [`${each.reporter}.recoveries`, each.recover],
    ...[['grace_period_ms', each.grace_period], ['auto_recover', each.auto_recover], ['auto_dump', each.auto_dump]].filter(([, value]) => value !== undefined).map(([name, value]) => [`${each.reporter}.${name}`, value]),
  ])));
  let values = 0;
  for (const [object, theirs] of expected) {
    const ours = await library.pci.properties(channel, object);
    assert.deepEqual([...ours].sort(), [...theirs].map(([name, value]) => [name, String(value)]).sort(), object);
    values += ours.size;
  }
  await channel.close();
  context.diagnostic(`${expected.size} objects, ${values} values`);
  assert.ok(values >= 35, `${values} values`);
});

/** @param {any[]} resources @param {string} around @returns {[string, unknown][]} */
function resourceValues(resources, around) {
  return resources.flatMap(({ name, size, occ, resources: inner = [] }) => [
    /** @type {[string, unknown]} */ ([`${around}${name}.size`, size]), ...(occ === undefined ? [] : [/** @type {[string, unknown]} */ ([`${around}${name}.occupied`, occ])]),
    ...resourceValues(inner, `${around}${name}.`),
  ]);
}

/** Single values of what a reporter says, by path. @param {any} tree @param {string} path @returns {[string, string][]} */
function leaves(tree, path) {
  if (Array.isArray(tree)) return tree.every((each) => typeof each === 'number') ? [[path, Buffer.from(tree).toString('hex')]] : tree.flatMap((each, index) => leaves(each, `${path}[${index}]`));
  if (typeof tree !== 'object') return [[path, String(tree)]];
  return Object.entries(tree).flatMap(([name, value]) => leaves(value, path === '' ? name : `${path}.${name}`));
}

test('what reporters say: all that devlink prints, and what it leaves out', { skip, timeout: 120_000 }, async () => {
  const channel = await library.pci.openAny(SIM);
  const key = { reporter: 1 };
  await assert.rejects(library.pci.properties(channel, 'DEVLINK_REPORT', key), { code: 'ERR_FIRMWARE_STATUS' });
  await assert.rejects(channel.call('DEVLINK_NEW_REPORT', key), { code: 'ERR_NOT_ALLOWED' });
  await channel.call('DEVLINK_NEW_REPORT', key, { allow: 'configure' });
  const ours = await library.pci.properties(channel, 'DEVLINK_REPORT', key);
  const theirs = leaves(await devlink('health', 'dump', 'show', HANDLE, 'reporter', 'dummy'), '');
  assert.ok(theirs.length >= 8, `${theirs.length} values`);
  for (const [name, value] of theirs) assert.equal(ours.get(name), value, name);
  // It stops at a mark too many, which the driver sends.
  assert.equal(ours.get('test_u32_array[9]'), '9');
  assert.equal(ours.get('test_array_of_objects[9].in_array_nested_test_u8'), '9');
  assert.equal(ours.size, 38);
  const diagnosis = await library.pci.properties(channel, 'DEVLINK_DIAGNOSIS', key);
  assert.equal(diagnosis.get('test_string'), 'somestring');
  assert.deepEqual([...await library.pci.properties(channel, 'DEVLINK_DIAGNOSIS', { reporter: 0 })], []);
  await writeFile('/sys/kernel/debug/netdevsim/netdevsim1/health/binary_len', '6000');
  await printed('devlink', 'health', 'dump', 'clear', HANDLE, 'reporter', 'dummy');
  const { fields } = await channel.call('DEVLINK_NEW_REPORT', key, { allow: 'configure' });
  const pieces = /** @type {any[]} */ (/** @type {unknown} */ (fields['properties'])).filter(({ name }) => name === 'test_binary').map(({ value }) => value).join('');
  const [[, whole] = ['', '']] = leaves(await devlink('health', 'dump', 'show', HANDLE, 'reporter', 'dummy'), '').filter(([name]) => name === 'test_binary');
  assert.equal(pieces.length, 12_000);
  assert.equal(pieces, whole);
  await channel.close();
});

test('a snapshot of a region is taken, read byte by byte as devlink does, and deleted', { skip, timeout: 120_000 }, async () => {
  const channel = await library.pci.openAny(SIM);
  await assert.rejects(channel.call('DEVLINK_NEW_SNAPSHOT', { region: 0 }), { code: 'ERR_NOT_ALLOWED' });
  const snapshot = Number((await channel.call('DEVLINK_NEW_SNAPSHOT', { region: 0 }, { allow: 'configure' })).fields['snapshot']);
  const theirs = regionBytes(await printed('devlink', 'region', 'dump', `${HANDLE}/dummy`, 'snapshot', String(snapshot)));
  const ours = Buffer.from(await library.pci.bytesOf(channel, 'DEVLINK_READ_REGION', { region: 0, snapshot }));
  assert.equal(ours.length, 32_768);
  assert.equal(ours.toString('hex'), theirs.toString('hex'));
  const part = await library.pci.bytesOf(channel, 'DEVLINK_READ_REGION', { region: 0, snapshot, offset_bytes: 32_000 });
  assert.equal(Buffer.from(part).toString('hex'), ours.toString('hex', 32_000));
  assert.equal((await library.pci.properties(channel, 'DEVLINK_REGIONS')).get('dummy.snapshots'), String(snapshot));
  await channel.call('DEVLINK_DELETE_SNAPSHOT', { region: 0, snapshot }, { allow: 'configure' });
  await assert.rejects(library.pci.bytesOf(channel, 'DEVLINK_READ_REGION', { region: 0, snapshot }), { code: 'ERR_FIRMWARE_STATUS' });
  await channel.close();
});

/** Sixteen bytes a line, after their address. @param {string} lines */
function regionBytes(lines) {
  return Buffer.from(lines.split('\n').map((line) => line.replace(/^[0-9a-f]{16} /, '').replaceAll(' ', '')).join(''), 'hex');
}

test('registers of the device are read word by word, when that is allowed and no driver has them to itself', { timeout: 120_000 }, async () => {
  const edu = (await library.pci.allDevices()).find(({ pci }) => pci?.vendorId === 0x1234 && pci.deviceId === 0x11e8)?.address ?? assert.fail('no edu device');
  await writeFile(`/sys/bus/pci/devices/${edu}/enable`, '1');
  const channel = await library.pci.openAny(edu);
  await assert.rejects(channel.call('READ_BAR', { bar: 0, offset_bytes: 0, length_bytes: 4 }), { code: 'ERR_NOT_ALLOWED' });
  // Its identification register, as QEMU's docs/specs/edu.rst has it.
  assert.equal(Buffer.from(await library.pci.bytesOf(channel, 'READ_BAR', { bar: 0, offset_bytes: 0, length_bytes: 4 })).readUInt32LE(), 0x0100_00ed);
  assert.equal((await library.pci.bytesOf(channel, 'READ_BAR', { bar: 0, offset_bytes: 0, length_bytes: 64 })).length, 64);
  const refused = /** @type {const} */ ([[{ bar: 0, offset_bytes: 0x10_0000, length_bytes: 4 }, 'OUT_OF_RANGE'], [{ bar: 0, offset_bytes: 0xf_fffc, length_bytes: 8 }, 'OUT_OF_RANGE'], [{ bar: 0, offset_bytes: 2, length_bytes: 4 }, 'BAD_REQUEST'], [{ bar: 0, offset_bytes: 0, length_bytes: 0 }, 'BAD_REQUEST'], [{ bar: 6, offset_bytes: 0, length_bytes: 4 }, 'BAD_REQUEST'], [{ bar: 5, offset_bytes: 0, length_bytes: 4 }, 'NOT_THERE']]);
  for (const [fields, name] of refused) await assert.rejects(library.pci.bytesOf(channel, 'READ_BAR', fields), (error) => error instanceof Error && error.message.includes(name), JSON.stringify(fields));
  await channel.close();
  const claimed = await library.pci.openAny(E1000E);
  await assert.rejects(library.pci.bytesOf(claimed, 'READ_BAR', { bar: 0, offset_bytes: 8, length_bytes: 4 }), (error) => error instanceof Error && 'code' in error && error.code === 'ERR_KERNEL_REFUSED' && /to itself/.test(error.message));
  await assert.rejects(library.pci.bytesOf(claimed, 'READ_BAR', { bar: 2, offset_bytes: 0, length_bytes: 4 }), (error) => error instanceof Error && 'code' in error && /NOT_SUPPORTED/.test(error.message), 'ports are no memory');
  await claimed.close();
});

test('who is not root sees the header, and why there is not more', { timeout: 120_000 }, async () => {
  const header = await asNobody('reg', 'read', E1000E, 'HEADER', '--json');
  assert.equal(header.status, 0, header.stderr);
  assert.equal(JSON.parse(header.stdout).fields.vendor_id.value, 0x8086);
  const hidden = await asNobody('reg', 'read', E1000E, 'PCIE', '--json');
  assert.equal(hidden.status, 4);
  assert.deepEqual([errorOf(hidden).code, /first 64 bytes.*hidden/.test(errorOf(hidden).message), /root/.test(errorOf(hidden).hint)], ['ERR_KERNEL_REFUSED', true, true]);
  const info = await asNobody('info', E1000E, '--json');
  assert.equal(info.status, 0, info.stderr);
  const dump = await asNobody('obj', 'read', E1000E, 'REGISTER_DUMP', '--json');
  assert.deepEqual([dump.status, errorOf(dump).code], [4, 'ERR_KERNEL_REFUSED']);
});

test('info tells firmware, driver and serial number', { timeout: 120_000 }, async () => {
  const identity = await identityOf(E1000E);
  assert.deepEqual([identity['firmware'], identity['driver'], identity['serial']], ['2.1-0', 'e1000e', '52-54-00-ff-ff-12-34-56']);
  assert.equal((await identityOf(SIM))['stored.fw.mgmt'], '10.20.30');
});

test('what somebody programmed behind the driver\'s back is the difference of two dumps', { skip, timeout: 240_000 }, async () => {
  const [first, second] = [`${tmpdir()}/before.jsonl`, `${tmpdir()}/after.jsonl`];
  const mask = Number.parseInt(await printed('setpci', '-s', IGB, 'ECAP_AER+0x08.l'), 16);
  for (const [file, value] of /** @type {const} */ ([[first, mask ^ 0x10_0000], [second, mask]])) {
    const outcome = await auxctl('dump', IGB, '-o', file);
    assert.equal(outcome.status, 0, outcome.stderr);
    await printed('setpci', '-s', IGB, `ECAP_AER+0x08.l=${value.toString(16)}`);
  }
  const { status, stdout } = await auxctl('diff', first, second, '--json');
  assert.equal(status, 7);
  /** @type {{ differences: any[] }} */
  const { differences } = JSON.parse(stdout);
  assert.deepEqual(differences.map(({ subject, fields }) => [subject.name, fields.map((/** @type {any} */ { path, a, b }) => [path, a.text, b.text])]), [
    ['AER', [['uncorrectable_mask', 'INTERNAL|TLP_PREFIX_BLOCKED (0x2400000)', 'UNSUPPORTED_REQUEST|INTERNAL|TLP_PREFIX_BLOCKED (0x2500000)']]],
  ]);
  const lines = (await readFile(first, 'utf8')).trim().split('\n');
  assert.ok(lines.length > 30, `${lines.length} lines`);
});

test('a function that is removed is gone, and comes back', { timeout: 120_000 }, async (context) => {
  context.after(rescan);
  const channel = await library.pci.openAny(IGB);
  await channel.registers.read('PCIE');
  await removeFunction(IGB);
  for (const read of [() => channel.registers.read('PCIE'), () => channel.objects.read('DRIVER_INFO'), () => channel.objects.read('DEVLINK_INFO')]) await assert.rejects(read(), { code: 'ERR_DEVICE_GONE' });
  await channel.close();
  assert.equal((await auxctl('reg', 'read', IGB, 'HEADER')).status, 3);
  await rescan();
  assert.equal((await auxctlJson('reg', 'read', IGB, 'HEADER')).fields.device_id.value, 0x10c9);
});

test('the kernel is clean until a driver\'s registers are read by others, and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});

test('while the kernel is locked down all is as before but base addresses', { timeout: 120_000 }, async () => {
  await writeFile('/sys/kernel/security/lockdown', 'integrity');
  const channel = await library.pci.openAny(E1000E);
  assert.equal((await channel.registers.read('DSN')).fields['serial_number_upper'], 0x525400ff);
  assert.ok(Number((await channel.objects.read('REGISTER_DUMP')).fields['total_bytes']) > 0);
  await assert.rejects(library.pci.bytesOf(channel, 'READ_BAR', { bar: 0, offset_bytes: 8, length_bytes: 4 }), (error) => error instanceof Error && 'code' in error && error.code === 'ERR_KERNEL_REFUSED' && /locked down/.test(error.message));
  await channel.close();
});
