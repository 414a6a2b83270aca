import { describe, expect, it } from 'vitest';
import { json, jsonError, line } from './support/auxctl.js';

interface Parameter {
  readonly name: string;
  readonly isSupported: boolean;
  readonly isChanged: boolean;
  readonly next: { readonly text: string } | null;
}

describe('nvconfig, without a device', () => {
  it('lists the parameters, with what makes them current', async () => {
    const { stdout, stderr, status } = await line('nvconfig list mlx5');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^NAME +OF +TAKES EFFECT +KERNEL +TITLE$/m);
    expect(stdout).toMatch(/^NUM_OF_VFS +device +after a firmware reset +yes +/m);
    const { parameters } = await json('nvconfig list mlx5');
    expect((parameters as unknown[]).length).toBeGreaterThanOrEqual(25);
  });

  it('describes a parameter: values, limits, item, the kernel\'s own way, sources', async () => {
    const { stdout } = await line('nvconfig describe mlx5 cqe_compression');
    expect(stdout).toMatch(/^Parameter +CQE_COMPRESSION: /m);
    expect(stdout).toMatch(/^ +1 +AGGRESSIVE$/m);
    expect(stdout).toContain('devlink dev param set {devlink} name cqe_compress_type value balanced|aggressive cmode permanent');
    expect(await json('nvconfig describe mlx5 NUM_OF_VFS')).toMatchObject({
      parameter: { name: 'NUM_OF_VFS', item: 'nv_global_pci_conf', itemType: 0x80, sizeBits: 16, valid: 'nv_global_pci_conf.sriov_valid', limit: 'nv_global_pci_cap.max_vfs_per_pf', supported: 'nv_global_pci_cap.sriov_support', values: [] },
    });
  });

  it.each(['list', 'describe', 'query', 'set', 'reset'])('explains %s', async (verb) => {
    expect((await line(`nvconfig ${verb} --help`)).status).toBe(0);
  });

  it('knows no parameter that is not there, and names the nearest', async () => {
    expect(await jsonError('nvconfig describe mlx5 NUM_OF_VF')).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: expect.stringContaining('NUM_OF_VFS') as string });
  });
});

describe('nvconfig query', () => {
  it('shows default, current and next-boot values side by side, and what is not there', async () => {
    const { stdout, stderr, status } = await line('nvconfig query sim-mlx5-0');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^NAME +DEFAULT +CURRENT +NEXT BOOT +AT MOST$/m);
    expect(stdout).toMatch(/^NUM_OF_VFS +8 +8 +8 +127$/m);
    expect(stdout).toMatch(/^INTERNAL_CPU_MODEL +this device does not have it$/m);
  });

  it('takes names in any letter case, once each', async () => {
    const { parameters } = await json('nvconfig query sim-mlx5-0 num_of_vfs SRIOV_EN Num_Of_Vfs');
    expect((parameters as Parameter[]).map(({ name, next }) => [name, next?.text])).toEqual([['NUM_OF_VFS', '8'], ['SRIOV_EN', 'False (0)']]);
  });

  it('shows only what is changed: here nothing', async () => {
    const { stdout, stderr } = await line('nvconfig query sim-mlx5-0 --changed');
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'note: no value differs from its default\n' });
    expect(await json('nvconfig query sim-mlx5-0 --changed')).toMatchObject({ parameters: [], items: null });
  });

  it('shows items that nobody describes as bytes, when asked', async () => {
    expect((await line('nvconfig query sim-mlx5-0 --all')).stdout).toMatch(/^0x160 +UNSPECIFIED +00c0ffee00000000$/m);
    const { items } = await json('nvconfig query sim-mlx5-0 --all');
    expect(items).toHaveLength(9);
    expect(items).toContainEqual({ type: 0x160, document: null, writer: 'UNSPECIFIED', raw: '00c0ffee00000000' });
    expect(items).toContainEqual({ type: 0x80, document: 'nv_global_pci_conf', writer: 'UNSPECIFIED', raw: '80000000000000080003f000' });
  });

  it('refuses a name that does not exist', async () => {
    expect(await jsonError('nvconfig query sim-mlx5-0 SRIOV')).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: expect.stringContaining('SRIOV_EN') as string });
  });

  it('says that a plugin knows no configuration', async () => {
    expect(await jsonError('nvconfig query sim-faulty-0')).toMatchObject({ code: 'ERR_PLUGIN' });
  });
});

describe('nvconfig set', () => {
  it('sends nothing unless it is allowed, and says what would allow it', async () => {
    const { status, stdout, stderr } = await line('nvconfig set sim-mlx5-0 NUM_OF_VFS=16');
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain('nothing was sent');
    expect(stderr).toContain('This would allow it: auxctl nvconfig set sim-mlx5-0 NUM_OF_VFS=16 --sim mlx5:2 --allow configure\n');
    expect(await jsonError('nvconfig set sim-mlx5-0 NUM_OF_VFS=16 --allow configure')).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: 'Add --yes to answer beforehand.' });
  });

  it('writes, reads back, and names the kernel\'s own command', async () => {
    const { stdout, stderr, status } = await line('nvconfig set sim-mlx5-0 CQE_COMPRESSION=aggressive NUM_OF_VFS=16 --allow configure --yes');
    expect(status).toBe(0);
    expect(stdout).toBe('NAME             NEXT BOOT, BEFORE  AFTER           TAKES EFFECT\nCQE_COMPRESSION  BALANCED (0)       AGGRESSIVE (1)  after a firmware reset\nNUM_OF_VFS       8                  16              after a firmware reset\n');
    expect(stderr).toContain('name total_vfs value NUMBER cmode permanent');
    expect(await json('nvconfig set sim-mlx5-0 NUM_OF_VFS=16 --allow configure --yes')).toMatchObject({
      device: 'sim-mlx5-0', effect: 'configure', scope: 'configuration', isWritten: true,
      changes: [{ name: 'NUM_OF_VFS', before: '8', after: '16', isAsked: true, activation: 'firmware-reset' }],
    });
  });

  it('writes nothing where everything is so already', async () => {
    expect(await json('nvconfig set sim-mlx5-0 NUM_OF_VFS=8 --allow configure --yes')).toMatchObject({ isWritten: false });
  });

  it.each([
    ['NUM_OF_VFS', 'ERR_USAGE', 2, undefined],
    ['NUM_OF_VFS=1 NUM_OF_VFS=2', 'ERR_USAGE', 2, undefined],
    ['NUM_OF_VSF=1', 'ERR_UNKNOWN_NAME', 2, /NUM_OF_VFS/],
    ['NUM_OF_VFS=many', 'ERR_FIELD_VALUE', 2, undefined],
    ['CQE_COMPRESSION=agressive', 'ERR_FIELD_VALUE', 2, /AGGRESSIVE/],
    ['NUM_OF_VFS=128', 'ERR_FIELD_VALUE', 2, undefined],
    ['INTERNAL_CPU_MODEL=1', 'ERR_UNSUPPORTED', 5, undefined],
  ])('refuses %s', async (words, code, status, hint) => {
    expect(await jsonError(`nvconfig set sim-mlx5-0 ${words} --allow configure --yes`)).toMatchObject({ code, status, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });
  });
});

describe('nvconfig reset', () => {
  it('of nothing that is changed writes nothing; of everything it writes all the same', async () => {
    expect(await json('nvconfig reset sim-mlx5-0 NUM_OF_VFS --allow configure --yes')).toMatchObject({ isWritten: false, effect: 'configure' });
    expect(await json('nvconfig reset sim-mlx5-0 --allow configure --yes')).toMatchObject({ isWritten: true, changes: [] });
  });

  it('sends nothing unless it is allowed', async () => {
    expect(await jsonError('nvconfig reset sim-mlx5-0')).toMatchObject({ code: 'ERR_NOT_ALLOWED', command: 'MNVIA', status: 4 });
    expect(await jsonError('nvconfig reset sim-mlx5-0 NUM_OF_VFS')).toMatchObject({ code: 'ERR_NOT_ALLOWED', command: 'MNVDI', status: 4 });
  });
});

describe('firmware', () => {
  it('components are listed with versions and dates', async () => {
    const { stdout } = await line('firmware components sim-mlx5-0');
    expect(stdout).toMatch(/^ +0 +BOOT_IMG +IN_USE +IDLE +22\.43\.1014 +2026-03-20 18:30:00 +12582912 +16777216 +pending_fw_reset /m);
    expect(await json('firmware components sim-mlx5-0')).toMatchObject({ components: [{ name: 'BOOT_IMG' }, { name: 'DBG_TOKEN', version: null }, { name: 'LINKX_IMG' }] });
  });

  it('resets are explained, and nothing is reset', async () => {
    const { stdout, stderr } = await line('firmware reset sim-mlx5-0');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^State +IDLE$/m);
    expect(stdout).toMatch(/^level3 +yes +Driver restart and PCI reset/m);
    expect(stdout).toMatch(/^The kernel does this too: devlink dev reload pci\/PCI action fw_activate /m);
    expect(await json('firmware reset sim-mlx5-0')).toMatchObject({ performed: null, options: [{ type: 'Full_Chip_Reset', levels: ['level3', 'level6'] }] });
  });

  it('is reset by a level that it offers, when that is allowed', async () => {
    expect(await jsonError('firmware reset sim-mlx5-0 --level level3 --allow configure --yes')).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: expect.stringMatching(/--allow invasive$/) as string });
    expect(await json('firmware reset sim-mlx5-0 --level level3 --allow invasive --yes')).toMatchObject({ performed: { level: 'level3', type: null }, state: 'Waiting_For_Reset_Trigger' });
  });

  it.each([
    ['--level lvel3', 'ERR_FIELD_VALUE', 2],
    ['--level level3 --type Fast', 'ERR_FIELD_VALUE', 2],
    ['--type Full_Chip_Reset', 'ERR_USAGE', 2],
    ['--level level0', 'ERR_UNSUPPORTED', 5],
    ['--level level3 --type Network_Reset', 'ERR_UNSUPPORTED', 5],
  ])('refuses %s', async (words, code, status) => {
    expect(await jsonError(`firmware reset sim-mlx5-0 ${words} --allow invasive --yes`)).toMatchObject({ code, status });
  });
});
