import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checked, folder, run, top, type Ended } from './support/auxctl.js';
import { hasPseudoTerminal, startOnTerminal } from './support/pseudo-terminal.js';

const place = folder();
afterAll(() => { place[Symbol.dispose](); });

const HEAD = 'format: auxctl.config/1\ndevices:\n';
const BOTH = `${HEAD}  - match: { plugin: mlx5, pci: "15b3:*" }\n    parameters: { NUM_OF_VFS: 16, sriov_en: true }\n  - match: { device: "SIM-mlx5-?", product: "connectx-6*" }\n    registers:\n      - { name: PAOS, index: { local_port: 1 }, fields: { admin_status: down_by_configuration, ase: 1 } }\n`;
/** The device takes admin_status only with ase. */
const FAILING = `${HEAD}  - match: { device: sim-mlx5-0 }\n    parameters: { NUM_OF_VFS: 16, SRIOV_EN: true, CQE_COMPRESSION: aggressive }\n  - match: { device: sim-mlx5-1 }\n    parameters: { NUM_OF_VFS: 4 }\n    registers:\n      - { name: PAOS, index: { local_port: 1 }, fields: { admin_status: down_by_configuration } }\n`;
const ALLOWED = ['--allow', 'configure', '--yes'];

interface Step {
  readonly kind: string;
  readonly subject: string;
  readonly state?: string;
  readonly rollback?: string;
  readonly changes: readonly { readonly name: string; readonly before: string | null; readonly after: string }[];
}
interface Document {
  readonly devices: readonly { readonly address: string; readonly unchanged: number; readonly steps: readonly Step[] }[];
  readonly counts: { readonly devices: number; readonly steps: number; readonly changes: number };
  readonly failure?: { readonly code: string } | null;
}

let files = 0;

/** Runs `config VERB` on two simulated devices with a file of this text. */
async function config(verb: string, text: string, ...more: readonly string[]): Promise<Ended & { readonly file: string }> {
  files += 1;
  const file = place.at(`wanted-${files}.yaml`);
  writeFileSync(file, text);
  return { file, ...(await run(['config', verb, file, '--sim', 'mlx5:2', ...more])) };
}

function documentOf({ stdout }: Ended): Document {
  return checked(stdout) as unknown as Document;
}

interface Intent {
  readonly intent: { readonly device: { readonly address: string }; readonly item?: string; readonly register?: string; readonly reason?: string };
}

/** What the journal of a state directory says was sent: device, item or register, reason. */
async function recorded(state: string): Promise<string[]> {
  if (!existsSync(join(state, 'journal'))) return [];
  const { commands } = checked((await run(['journal', 'list', '--json', '--state', state])).stdout) as unknown as { commands: readonly Intent[] };
  return commands.map(({ intent: { device, item, register, reason } }) => [device.address, item ?? register, ...(reason === undefined ? [] : [reason])].join(' '));
}

describe('config plan', () => {
  it('shows what is and what is wanted, device by device, and ends with 7', async () => {
    const { status, stdout, stderr } = await config('plan', BOTH);
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
    expect(stdout).toMatch(/^sim-mlx5-0, ConnectX-6 Dx$/m);
    expect(stdout).toMatch(/^stored +SRIOV_EN +False \(0\) +True \(1\) +configure +configuration +after a firmware reset$/m);
    expect(stdout).toMatch(/^register +PAOS local_port=1 +admin_status +up \(1\) +down_by_configuration \(2\) +configure +configuration +at once$/m);
    expect(stdout).toMatch(/^6 changes to make, on 2 devices\nin force after a firmware reset: sim-mlx5-0\nin force after a firmware reset: sim-mlx5-1\n$/m);
    const { counts, devices } = documentOf(await config('plan', BOTH, '--json'));
    expect(counts).toEqual({ devices: 2, steps: 4, changes: 6 });
    expect(devices.map(({ address, steps }) => [address, steps.map(({ kind, subject }) => `${kind} ${subject}`)])).toEqual(['sim-mlx5-0', 'sim-mlx5-1'].map((address) => [address, ['stored nv_global_pci_conf', 'register PAOS local_port=1']]));
  });

  it('of what is so already has nothing to do', async () => {
    const text = `${HEAD}  - match: { plugin: mlx5 }\n    parameters: { NUM_OF_VFS: 0x8 }\n    registers: [{ name: PAOS, index: { local_port: 1 }, fields: { admin_status: up, ase: 1 } }]\n`;
    const { status, stdout } = await config('plan', text);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'sim-mlx5-0, ConnectX-6 Dx  2 as wanted already\nsim-mlx5-1, ConnectX-6 Dx  2 as wanted already\neverything is as wanted already\n' });
  });

  it.each([
    ['plugin: mlx5', 'plugn: mlx5', 'ERR_USAGE', 2, '3:14: unknown key \'plugn\'; did you mean plugin?'],
    ['NUM_OF_VFS: 16', 'NUM_OF_VF: 16', 'ERR_UNKNOWN_NAME', 2, '4:30: no parameter is called \'NUM_OF_VF\''],
    ['sriov_en: true', 'sriov_en: perhaps', 'ERR_FIELD_VALUE', 2, '4:45: sriov_en: no value is called \'perhaps\''],
    ['index: { local_port: 1 }', 'index: { port: 1 }', 'ERR_UNKNOWN_NAME', 2, '7:17: '],
    ['index: { local_port: 1 }, ', '', 'ERR_FIELD_MISSING', 2, '7:17: local_port must be given'],
    ['admin_status: down_by_configuration', 'oper_status: up', 'ERR_FIELD_ACCESS', 2, '7:72: oper_status is read-only'],
    ['name: PAOS', 'name: PAOX', 'ERR_UNKNOWN_NAME', 2, '7:17: '],
    ['parameters: {', 'driver: { max_macs: 64 }\n    parameters: {', 'ERR_NO_TRANSPORT', 3, '4:25: sim-mlx5-0 is simulated'],
    ['device: "SIM-mlx5-?"', 'device: "sim-mlx5"', 'ERR_NO_DEVICE', 3, '5:12: no device is like this'],
    ['auxctl.config/1', 'auxctl.config/2', 'ERR_USAGE', 2, '1:9: '],
    ['{ plugin: mlx5, pci: "15b3:*" }', '{}', 'ERR_USAGE', 2, '3:12: devices[1].match: says nothing about the device'],
  ])('%s: %s is a fault with its place', async (before, after, code, exitStatus, message) => {
    expect(BOTH).toContain(before);
    const { status, stdout, stderr, file } = await config('plan', BOTH.replace(before, after), '--json');
    expect({ status, stdout }).toEqual({ status: exitStatus, stdout: '' });
    const error = checked(stderr);
    expect(error['code']).toBe(code);
    expect(String(error['message'])).toContain(`${file}:${message}`);
  });

  it('a value that two entries set is a fault that names both lines; all faults are told at once', async () => {
    const text = `${BOTH}  - match: { device: sim-mlx5-1 }\n    parameters: { SRIOV_EN: true, NO: 1 }\n    registers:\n      - { name: PAOS, index: { local_port: 0x1 }, fields: { admin_status: up } }\n`;
    const { status, stderr, file } = await config('plan', text);
    expect(status).toBe(2);
    for (const fault of ['9:29: SRIOV_EN of sim-mlx5-1 is set already, on line 4', '9:39: no parameter is called \'NO\'', '11:75: PAOS local_port=1 admin_status of sim-mlx5-1 is set already, on line 7']) expect(stderr).toContain(`${file}:${fault}`);
  });

  it('an entry that need not fit any device says so', async () => {
    const { status, stderr, file } = await config('plan', `${BOTH}  - match: { product: Nothing* }\n    optional: true\n    parameters: { NO: 1 }\n`);
    expect({ status, stderr }).toEqual({ status: 7, stderr: `note: ${file}:8: no device is like this\n` });
  });

  it('finds a device by its serial number', async () => {
    const { identity } = checked((await run(['info', 'sim-mlx5-1', '--sim', 'mlx5:2', '--json'])).stdout) as unknown as { identity: readonly { name: string; value: string }[] };
    const serial = identity.find(({ name }) => name === 'serial')?.value ?? '';
    const entry = (value: string): string => `${HEAD}  - match: { plugin: mlx5, serial: "${value}" }\n    parameters: { NUM_OF_VFS: 16 }\n`;
    const { devices } = documentOf(await config('plan', entry(serial), '--json'));
    expect(devices.map(({ address }) => address)).toContain('sim-mlx5-1');
    expect((await config('plan', entry(`${serial}X`))).status).toBe(3);
  });
});

describe('config apply', () => {
  it('sends nothing unless it is allowed, and asks where nobody has answered', async () => {
    const state = place.at('refused');
    const refused = await config('apply', BOTH, '--state', state);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 4, stdout: '' });
    expect(refused.stderr).toMatch(/nothing was sent\n[^]*--allow configure$/m);
    expect((await config('apply', BOTH, '--state', state, '--allow', 'configure')).stderr).toContain('Add --yes');
    expect(await recorded(state)).toEqual([]);
  });

  it('makes each change, reads it back, and has each in the journal', async () => {
    const state = place.at('applied');
    const ended = await config('apply', BOTH, ...ALLOWED, '--state', state, '--json');
    const { failure, devices } = documentOf(ended);
    expect({ status: ended.status, failure, stderr: ended.stderr }).toEqual({ status: 0, failure: null, stderr: '' });
    expect(devices.flatMap(({ steps }) => steps.map((step) => [step.state, step.rollback]))).toEqual(Array.from({ length: 4 }, () => ['applied', 'none']));
    expect(await recorded(state)).toEqual(['sim-mlx5-0 nv_global_pci_conf', 'sim-mlx5-0 PAOS', 'sim-mlx5-1 nv_global_pci_conf', 'sim-mlx5-1 PAOS']);
    const { stdout } = await config('apply', BOTH, ...ALLOWED);
    expect(stdout).toMatch(/at once +done$/m);
    expect(stdout).toMatch(/^6 changes made, on 2 devices$/m);
  });

  it('writes nothing that is so already', async () => {
    const state = place.at('so-already');
    const { status, stderr } = await config('apply', `${HEAD}  - match: { plugin: mlx5 }\n    parameters: { IP_OVER_VXLAN_EN: false }\n`, ...ALLOWED, '--state', state);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'note: everything is so already; nothing was written\n' });
    expect(await recorded(state)).toEqual([]);
  });

  it('what a device does not take is refused before anything is sent to any', async () => {
    const state = place.at('limit');
    const { status, stdout, stderr } = await config('apply', `${HEAD}  - match: { device: sim-mlx5-0 }\n    parameters: { NUM_OF_VFS: 16 }\n  - match: { device: sim-mlx5-1 }\n    parameters: { NUM_OF_VFS: 200 }\n`, ...ALLOWED, '--state', state);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('sim-mlx5-1: NUM_OF_VFS: this device takes at most 127, not 200; nothing was changed');
    expect(await recorded(state)).toEqual([]);
  });

  it('what a policy refuses for one device is refused before anything is sent to any', async () => {
    const [state, root] = [place.at('policy'), place.at('root')];
    mkdirSync(join(root, 'etc/auxctl'), { recursive: true });
    writeFileSync(join(root, 'etc/auxctl/policy.yaml'), 'format: auxctl.policy/1\nrules:\n  - { action: deny, name: ports stay, devices: { address: sim-mlx5-1 }, registers: PAOS }\n');
    const { status, stdout, stderr } = await config('apply', BOTH, ...ALLOWED, '--state', state, '--root', root);
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toMatch(/sim-mlx5-1: PAOS: admin_status is refused by the rule 'ports stay'[^]*nothing was sent/);
    const { stdout: list } = await run(['journal', 'list', '--state', state]);
    expect(list).toMatch(/^SEQUENCE [^\n]*\n +\d+ [^\n]* sim-mlx5-1 +PAOS +configure +refused by policy \(ports stay\)\n$/);
  });

  it('a step that fails takes back all that was done, on all devices, the last first', async () => {
    const state = place.at('rolled-back');
    const { status, stdout, stderr, file } = await config('apply', FAILING, ...ALLOWED, '--state', state, '--reason', 'ticket 5');
    expect(status).toBe(5);
    expect(stderr).toContain('auxctl: sim-mlx5-1: PAOS: the device accepted the write, and admin_status is not as written\n');
    expect(stdout).toMatch(/^stored +SRIOV_EN .* rolled back$/m);
    expect(stdout).toMatch(/^register +PAOS local_port=1 .* failed$/m);
    expect(stdout).toMatch(/^all that was done is rolled back: everything is as it was$/m);
    const reason = `ticket 5; rollback of config apply ${file}: PAOS: the device accepted the write, and admin_status is not as written`;
    const items = ['sim-mlx5-0 nv_global_pci_conf', 'sim-mlx5-0 nv_sw_offload_conf', 'sim-mlx5-1 nv_global_pci_conf'];
    expect(await recorded(state)).toEqual([...[...items, 'sim-mlx5-1 PAOS'].map((each) => `${each} ticket 5`), ...items.toReversed().map((each) => `${each} ${reason}`)]);
    expect((await run(['journal', 'verify', '--state', state])).status).toBe(0);
    const values = (await run(['journal', 'list', '--state', state])).stdout;
    expect(values).toMatch(/total_vfs: 8 -> 16[^]*total_vfs: 16 -> 8/);
  });

  it('says the same to programs, and keeps what was done where that is wanted', async () => {
    const state = place.at('kept');
    const failed = await config('apply', FAILING, ...ALLOWED, '--json');
    expect(failed.status).toBe(5);
    expect(checked(failed.stderr)).toMatchObject({ code: 'ERR_VERIFY', device: 'sim-mlx5-1' });
    const { failure, devices } = documentOf(failed);
    expect(failure).toMatchObject({ code: 'ERR_VERIFY' });
    expect(devices.flatMap(({ steps }) => steps.map((step) => [step.state, step.rollback]))).toEqual([['applied', 'done'], ['applied', 'done'], ['applied', 'done'], ['failed', 'needless']]);
    const kept = await config('apply', FAILING, ...ALLOWED, '--keep', '--state', state);
    expect(kept.status).toBe(5);
    expect(kept.stdout).toMatch(/^3 of 4 steps done and kept$/m);
    expect(await recorded(state)).toHaveLength(4);
  });

  it.skipIf(!hasPseudoTerminal)('shows the whole plan at a terminal and asks once', async () => {
    const file = place.at('asked.yaml');
    writeFileSync(file, BOTH);
    const state = place.at('asked');
    const terminal = startOnTerminal(['config', 'apply', file, '--sim', 'mlx5:2', '--allow', 'configure', '--state', state], { columns: 200 });
    await terminal.until(/Change the configuration of these 2 devices\? \[y\/N\]/);
    expect(terminal.screen()).toMatch(/6 changes to make, on 2 devices/);
    terminal.order('keys n\\n');
    expect((await terminal.outcome).status).not.toBe(0);
    expect(await recorded(state)).toEqual([]);
  });
});

describe('the page about it', () => {
  const page = readFileSync(join(top, 'docs/config.md'), 'utf8');
  const [, wanted = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const [, words = '', output = ''] = /```console\n\$ auxctl ([^\n]*)\n([^]*?)```/.exec(page) ?? [];
  beforeAll(() => { writeFileSync(place.at('wanted.yaml'), wanted); });

  it('shows what its example prints', async () => {
    const { stdout, stderr, status } = await run(words.split(' '), { cwd: place.path });
    expect({ status, output: stderr + stdout }).toEqual({ status: 7, output });
  });

  it('and that can be applied', async () => {
    expect((await run(['config', 'apply', 'wanted.yaml', '--sim', 'mlx5:2', ...ALLOWED], { cwd: place.path })).status).toBe(0);
  });
});
