import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf, identityOf, startAuxctl } from './auxctl.mjs';
import { namedIn, valuesOf } from './fields.mjs';
import { library } from './load-library.mjs';
import { commandLog, complaints, hang, recover, removeFunction, rescan, taint, untilReceived } from './system.mjs';

const ADDRESS = '0000:01:00.0';
const FUNCTION = `/sys/bus/pci/devices/${ADDRESS}`;
const SIMULATOR = 'acme-0';
const TIMEOUT_MS = 4000;

/** From a start of the tool to its end, on a machine that is busy, when it waits for nothing. */
const PROMPT_MS = 30_000;

/** What an administrator does who gives the function to programs. */
async function bind() {
  await writeFile(`${FUNCTION}/driver_override`, 'vfio-pci');
  await writeFile('/sys/bus/pci/drivers_probe', ADDRESS);
}

async function lamp() {
  return valuesOf((await auxctlJson('reg', 'read', ADDRESS, 'LAMP')).fields);
}

/**
 * What a plugin that is not built in does with its device through VFIO.
 *
 * @param {{ nodes: readonly string[], taint: number }} expected by which nodes the function can be opened, and the mark that the kernel carries for that
 */
export function checkAnvil(expected) {
  test('a function that no driver has is listed, and whoever opens it hears what would give it to programs', async () => {
    /** @type {{ devices: any[] }} */
    const { devices } = await auxctlJson('list');
    const wanted = { address: ADDRESS, plugin: 'acme', driver: null, transport: null };
    assert.deepEqual(devices.filter(({ plugin }) => plugin === 'acme').map((device) => namedIn(device, wanted)), [wanted]);
    const outcome = await auxctl('info', ADDRESS, '--json');
    assert.equal(outcome.status, 3, outcome.stderr);
    const { code, message, hint } = errorOf(outcome);
    assert.equal(code, 'ERR_NO_TRANSPORT');
    assert.match(message, /no driver/);
    for (const words of [`echo vfio-pci > ${FUNCTION}/driver_override`, `echo ${ADDRESS} > /sys/bus/pci/drivers_probe`]) assert.ok(hint.includes(words), hint);
    assert.equal(await taint(), 0);
  });

  test('the mailbox is reached by the kernel\'s file of its memory, once the function is enabled', async () => {
    await assert.rejects(library.sendByResourceFile(ADDRESS, Buffer.from('0400010000000000', 'hex')), { code: 'ERR_NO_TRANSPORT' });
    await writeFile(`${FUNCTION}/enable`, '1');
    assert.equal(await library.sendByResourceFile(ADDRESS, Buffer.from('0400010000000000', 'hex')), '000000000000000021030000');
    await writeFile(`${FUNCTION}/enable`, '0');
  });

  test('bound to vfio-pci, it is a device as any other', async () => {
    await bind();
    const nodes = await readdir('/dev/vfio');
    for (const node of expected.nodes) assert.ok(nodes.includes(node), nodes.join(' '));
    /** @type {{ devices: any[] }} */
    const { devices } = await auxctlJson('list');
    const wanted = { address: ADDRESS, plugin: 'acme', driver: 'vfio-pci', transport: 'vfio', firmware: '1.4.0', problem: null };
    assert.deepEqual(devices.filter(({ plugin }) => plugin === 'acme').map((device) => namedIn(device, wanted)), [wanted]);
    assert.deepEqual(await identityOf(ADDRESS), { firmware: '1.4.0', serial: 'ANVIL-0' });
    await assert.rejects(library.sendByResourceFile(ADDRESS, Buffer.alloc(8)), { code: 'ERR_NO_TRANSPORT' });
  });

  test('registers are read and, where it is allowed, written; settings outlive the reset that comes with every opening', async () => {
    assert.deepEqual(await lamp(), { state: 'on', brightness: 80, hours: 12 });
    const from = (await commandLog(SIMULATOR)).length;
    assert.equal((await auxctl('reg', 'write', ADDRESS, 'LAMP', 'state=blink', '--json')).status, 4);
    assert.deepEqual((await commandLog(SIMULATOR)).slice(from).filter(({ command }) => command === '0x3'), []);
    const written = await auxctl('reg', 'write', ADDRESS, 'LAMP', 'state=blink', 'brightness=33', '--allow', 'configure', '--yes');
    assert.equal(written.status, 0, written.stderr);
    assert.deepEqual(await lamp(), { state: 'blink', brightness: 33, hours: 12 });
    const refused = await auxctl('reg', 'write', ADDRESS, 'LAMP', 'brightness=101', '--allow', 'configure', '--yes', '--json');
    assert.equal(refused.status, 5);
    assert.equal(errorOf(refused).details.statusName, 'BAD_VALUE');
  });

  test('commands are sent by name: slow ones are waited for, refused ones are status 5', async () => {
    const { durationMs, ...slow } = await auxctl('call', ADDRESS, 'SELF_TEST', 'duration=1500', '--json');
    assert.equal(slow.status, 0, slow.stderr);
    assert.ok(durationMs >= 1500, `${durationMs} ms`);
    const refused = await auxctl('call', ADDRESS, 'SELF_TEST', 'duration=20000', '--json');
    assert.equal(refused.status, 5);
    assert.equal(errorOf(refused).code, 'ERR_FIRMWARE_STATUS');
  });

  test('a dump is held against the device, and shows what has changed since', async () => {
    const file = '/tmp/anvil.dump';
    const dumped = await auxctl('dump', ADDRESS, '-o', file);
    assert.equal(dumped.status, 0, dumped.stderr);
    assert.equal((await auxctl('diff', file, ADDRESS)).status, 0);
    assert.equal((await auxctl('reg', 'write', ADDRESS, 'LAMP', 'state=off', '--allow', 'configure', '--yes')).status, 0);
    const { status, stdout } = await auxctl('diff', file, ADDRESS);
    assert.equal(status, 7, stdout);
    assert.match(stdout, /state/);
    assert.doesNotMatch(stdout, /brightness|temperature/);
  });

  test('programs that come at once have the device one after the other', async () => {
    const slow = auxctl('call', ADDRESS, 'SELF_TEST', 'duration=2000', '--json');
    const others = [1, 2].map(() => auxctl('reg', 'read', ADDRESS, 'LAMP', '--json', '--timeout', '100s'));
    for (const { status, stderr } of await Promise.all([slow, ...others])) assert.equal(status, 0, stderr);
  });

  test('a program that would wait too long for another gives up with status 6, having sent nothing', async () => {
    const from = (await commandLog(SIMULATOR)).length;
    const slow = auxctl('call', ADDRESS, 'SELF_TEST', 'duration=10000', '--json', '--timeout', '60s');
    await untilReceived(SIMULATOR, from, '0x5');
    const outcome = await auxctl('reg', 'read', ADDRESS, 'LAMP', '--json', '--timeout', '500ms');
    assert.equal(outcome.status, 6, outcome.stderr);
    assert.match(errorOf(outcome).hint, /Nothing was sent/);
    assert.equal((await slow).status, 0);
    assert.deepEqual((await commandLog(SIMULATOR)).slice(from).map(({ command }) => command).filter((command) => command !== '0x5'), []);
  });

  test('a firmware that does not answer ends the command in time with status 6, and answers the next once it has recovered', async () => {
    await hang(SIMULATOR);
    const outcome = await auxctl('reg', 'read', ADDRESS, 'LAMP', '--timeout', `${TIMEOUT_MS}ms`, '--json');
    await recover(SIMULATOR);
    assert.equal(outcome.status, 6, outcome.stderr);
    assert.equal(errorOf(outcome).code, 'ERR_TRANSPORT_TIMEOUT');
    assert.ok(outcome.durationMs >= TIMEOUT_MS && outcome.durationMs < 2 * TIMEOUT_MS + PROMPT_MS, `${outcome.durationMs} ms`);
    assert.equal((await lamp())['state'], 'off');
  });

  test('a program that is interrupted or killed leaves the device to the next', async () => {
    for (const [how, status] of /** @type {const} */ ([['interrupt', 130], ['kill', null]])) {
      const from = (await commandLog(SIMULATOR)).length;
      const slow = startAuxctl('call', ADDRESS, 'SELF_TEST', 'duration=10000', '--timeout', '60s');
      await untilReceived(SIMULATOR, from, '0x5');
      slow[how]();
      assert.equal((await slow.outcome).status, status);
      assert.equal((await lamp())['state'], 'off');
    }
  });

  test('a removal ends the command that is under way with status 3, and does not wait for its answer', async () => {
    const from = (await commandLog(SIMULATOR)).length;
    const slow = auxctl('call', ADDRESS, 'SELF_TEST', 'duration=10000', '--json', '--timeout', '60s');
    await untilReceived(SIMULATOR, from, '0x5');
    const startedMs = performance.now();
    await removeFunction(ADDRESS);
    const removalMs = performance.now() - startedMs;
    const outcome = await slow;
    assert.equal(outcome.status, 3, outcome.stderr);
    assert.equal(errorOf(outcome).code, 'ERR_DEVICE_GONE');
    assert.ok(removalMs < 8000, `the removal took ${removalMs} ms`);
    assert.equal((await auxctl('info', ADDRESS)).status, 3);
  });

  test('back again, and bound again, it works as before', async () => {
    await rescan();
    await bind();
    assert.deepEqual(await lamp(), { state: 'off', brightness: 33, hours: 12 });
  });

  test('the kernel has nothing to complain of, and carries no mark but the one that VFIO without an IOMMU gives it', async () => {
    assert.equal(await taint(), expected.taint);
    assert.deepEqual(await complaints(), []);
  });
}
