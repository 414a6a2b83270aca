import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, json, jsonError, line } from './support/auxctl.js';

const UNLOG = { FAULTY_LOG: '' };

describe('reg read', () => {
  it('shows fields by name, with the names of their values', async () => {
    const { stdout, stderr, status } = await line('reg read sim-mlx5-0 PAOS local_port=1');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^FIELD +VALUE$/m);
    expect(stdout).toMatch(/^admin_status +up \(1\)$/m);
    expect((await line('reg read sim-mlx5-0 mtmp --fields temperature')).stdout).toMatch(/^FIELD +VALUE\ntemperature +\d+(\.\d+)? C\n$/);
  });

  it('gives programs the same', async () => {
    expect(await json('reg read sim-faulty-0 STATE slot=3 --fields mode,lanes[1]')).toEqual({
      schema: 'auxctl.reg-read/1', device: 'sim-faulty-0', register: { name: 'STATE', title: 'State of a slot' },
      index: { slot: { type: 'value', value: 3, text: '3' } },
      fields: {
        mode: { type: 'value', value: 1, symbol: 'busy', text: 'busy (1)', description: 'How busy it is.' },
        lanes: { type: 'structure', fields: { 1: { type: 'value', value: 2, text: '2' } } },
      },
      anomalies: [], raw: '0301000101020304',
    });
  });

  it('-v says the effect and the scope, what was defaulted, and what fields mean', async () => {
    const { stdout, stderr } = await line('reg read sim-faulty-0 STATE -v');
    expect(stderr).toBe('STATE: effect inspect, scope debug-read-only\nindex fields that were not given are 0: slot\n');
    expect(stdout).toMatch(/^FIELD +VALUE +MEANING\n[^]*^mode +calm \(0\) +How busy it is\.$/m);
  });

  it('takes index values in any spelling', async () => {
    for (const value of ['3', '0x3', '0b11']) expect((await line(`reg read sim-faulty-0 STATE slot=${value} --fields slot`)).stdout).toContain('slot   3\n');
  });

  it.each([
    ['sim-faulty-0 STAET', 'ERR_UNKNOWN_NAME', 2, /STATE/],
    ['sim-faulty-0 STATE solt=1', 'ERR_UNKNOWN_NAME', 2, /slot/],
    ['sim-faulty-0 STATE slot=x', 'ERR_FIELD_VALUE', 2, undefined],
    ['sim-faulty-0 STATE slot=256', 'ERR_FIELD_VALUE', 2, undefined],
    ['sim-faulty-0 STATE slot=-1', 'ERR_FIELD_VALUE', 2, undefined],
    ['sim-faulty-0 STATE mode=busy', 'ERR_FIELD_ACCESS', 2, /slot/],
    ['sim-faulty-0 STATE slot', 'ERR_USAGE', 2, undefined],
    ['sim-faulty-0 STATE slot=1 slot=2', 'ERR_USAGE', 2, undefined],
    ['sim-faulty-0 SECRET', 'ERR_FIELD_ACCESS', 2, undefined],
    ['sim-faulty-0 STATE --scope configuration', 'ERR_SCOPE', 4, /debug-read-only/],
    ['sim-mlx5-0 PPCNT local_port=1 grp=0 clr=1', 'ERR_NOT_ALLOWED', 4, /--allow configure/],
    ['sim-mlx5-0 PAOS local_port=99', 'ERR_FIRMWARE_STATUS', 5, undefined],
  ])('refuses %s', async (words, code, status, hint) => {
    using log = folder();
    const error = await jsonError(`reg read ${words}`, { env: { FAULTY_LOG: log.at('log') } });
    expect(error).toMatchObject({ code, status, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('refuses an unknown field after reading only', async () => {
    expect(await jsonError('reg read sim-faulty-0 STATE --fields moed', { env: UNLOG })).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: 'Did you mean mode?' });
  });

  it.each([[1, 'ERR_TRANSPORT_TIMEOUT', 6], [2, 'ERR_DEVICE_GONE', 3], [3, 'ERR_REPLY', 5], [4, 'ERR_FIRMWARE_STATUS', 5], [5, 'ERR_PLUGIN', 1]])('ends as device %d fails: %s', async (index, code, status) => {
    const started = performance.now();
    expect(await jsonError(`reg read sim-faulty-${index} STATE --timeout 150ms`)).toMatchObject({ code, status });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('reg write', () => {
  const write = 'reg write sim-faulty-0 STATE slot=1 mode=calm lanes[2]=9 options=loud|fast';

  it('sends nothing unless it is allowed, and says what would allow it', async () => {
    using log = folder();
    const env = { FAULTY_LOG: log.at('log') };
    const { status, stdout, stderr } = await line(write, { env });
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain('nothing was sent');
    expect(stderr).toMatch(/This would allow it: auxctl reg write sim-faulty-0 STATE slot=1 mode=calm 'lanes\[2\]=9' 'options=loud\|fast' --sim faulty:7 --plugin \S+ --allow configure\n/);
    expect(await jsonError(write, { env })).toMatchObject({ code: 'ERR_NOT_ALLOWED', layer: 'policy', device: 'sim-faulty-0', command: 'STATE', status: 4 });
    expect(await jsonError(`${write} --yes`, { env })).toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('sends nothing when nobody can be asked', async () => {
    using log = folder();
    expect(await jsonError(`${write} --allow configure`, { env: { FAULTY_LOG: log.at('log') }, input: 'y\n' })).toMatchObject({ code: 'ERR_NOT_ALLOWED', status: 4, hint: 'Add --yes to answer beforehand.' });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('reads, changes the fields that were named, and writes', async () => {
    using log = folder();
    const { stdout, stderr, status } = await line(`${write} --allow configure --yes`, { env: { FAULTY_LOG: log.at('log') } });
    expect({ stderr, status }).toEqual({ stderr: 'note: the kernel has its own command for this: devlink dev param show PCI (The mode)\n', status: 0 });
    expect(stdout).toBe('FIELD        BEFORE    AFTER\nmode         busy (1)  calm (0)\noptions      0         loud|fast (0x3)\nlanes[0..3]  1 2 3 4   1 2 9 4\n');
    expect(readFileSync(log.at('log'), 'utf8')).toBe('debug-read-only 00100000000000010100000000000000\ndebug-write 00110000000000010100030101020904\n');
  });

  it('uses the scope asked for, for the write alone', async () => {
    using log = folder();
    expect((await line(`${write} --allow configure --yes --scope debug-write-full`, { env: { FAULTY_LOG: log.at('log') } })).status).toBe(0);
    expect(readFileSync(log.at('log'), 'utf8')).toMatch(/^debug-read-only 0010[^\n]*\ndebug-write-full 0011[^\n]*\n$/);
    expect((await line('reg read sim-faulty-0 STATE --scope debug-write', { env: { FAULTY_LOG: log.at('read') } })).status).toBe(0);
    expect(readFileSync(log.at('read'), 'utf8')).toMatch(/^debug-write 0010/);
  });

  it('gives programs the same', async () => {
    expect(await json('reg write sim-faulty-0 STATE slot=1 mode=calm --allow invasive -y')).toMatchObject({
      device: 'sim-faulty-0', register: 'STATE', effect: 'configure', scope: 'debug-write',
      changes: [{ path: 'mode', before: 'busy (1)', asked: 'calm (0)', after: 'calm (0)' }],
      before: { raw: '0101000101020304' }, after: { raw: '0100000101020304' },
    });
  });

  it('shows a field that was set although it is the same', async () => {
    expect((await line('reg write sim-faulty-0 STATE slot=1 mode=busy --allow configure --yes')).stdout).toBe('FIELD  BEFORE    AFTER\nmode   busy (1)  busy (1)\n');
  });

  it.each([
    ['slot=1 moed=calm', 'ERR_UNKNOWN_NAME', 2, /mode/],
    ['slot=1 mode=clam', 'ERR_FIELD_VALUE', 2, /calm/],
    ['slot=1 mode=256', 'ERR_FIELD_VALUE', 2, undefined],
    ['slot=1 revision=2', 'ERR_FIELD_ACCESS', 2, undefined],
    ['slot=1 lanes[4]=1', 'ERR_FIELD_VALUE', 2, undefined],
    ['slot=1 options=slow', 'ERR_FIELD_VALUE', 2, /loud/],
    ['slot=1 mode=calm --scope configuration', 'ERR_SCOPE', 4, /debug-write/],
  ])('refuses %s, allowed or not, before anything is sent', async (words, code, status, hint) => {
    using log = folder();
    const error = await jsonError(`reg write sim-faulty-0 STATE ${words} --allow configure --yes`, { env: { FAULTY_LOG: log.at('log') } });
    expect(error).toMatchObject({ code, status, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('refuses what is invasive with less than that', async () => {
    expect(await jsonError('reg write sim-faulty-0 SECRET value=1 --allow configure --yes')).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: expect.stringMatching(/--allow invasive$/) as string });
  });

  it('changes a simulated port', async () => {
    const { stdout } = await line('reg write sim-mlx5-0 PAOS local_port=1 admin_status=down_by_configuration ase=1 --allow configure --yes');
    expect(stdout).toMatch(/^FIELD +BEFORE +AFTER +ASKED FOR$/m);
    expect(stdout).toMatch(/^admin_status +up \(1\) +down_by_configuration \(2\)$/m);
    expect(stdout).toMatch(/^oper_status +up \(1\) +down \(2\)$/m);
    expect(stdout).toMatch(/^ase +0 +0 +1$/m);
  });
});
