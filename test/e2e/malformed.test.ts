import { describe, expect, it } from 'vitest';
import { jsonError, line, run } from './support/auxctl.js';

/** Every way to get a word wrong: the words, the code, and what the message or the hint must say. */
const MALFORMED = [
  ['lst', 'ERR_USAGE', /unknown command 'lst'.*list/],
  ['reg', 'ERR_USAGE', /a command is missing.*list, describe, read, write/],
  ['reg lisst mlx5', 'ERR_USAGE', /unknown command 'lisst'.*list/],
  ['help lst', 'ERR_USAGE', /unknown command 'lst'.*list/],
  ['list --jsno', 'ERR_USAGE', /unknown option '--jsno'.*--json/],
  ['list extra', 'ERR_USAGE', /too many arguments/],
  ['info', 'ERR_USAGE', /missing required argument 'DEV'/],
  ['caps', 'ERR_USAGE', /missing required argument 'DEV'/],
  ['reg list', 'ERR_USAGE', /missing required argument 'PLUGIN'/],
  ['reg describe mlx5', 'ERR_USAGE', /missing required argument 'NAME'/],
  ['reg read sim-mlx5-0', 'ERR_USAGE', /missing required argument 'NAME'/],
  ['reg write sim-mlx5-0 PAOS', 'ERR_USAGE', /missing required argument 'field=value'/],
  ['call sim-mlx5-0', 'ERR_USAGE', /missing required argument 'NAME'/],
  ['plugin check', 'ERR_USAGE', /missing required argument 'PATH'/],
  ['list --timeout', 'ERR_USAGE', /--timeout: '--json' is not a duration/],
  ['list --timeout soon', 'ERR_USAGE', /--timeout: 'soon' is not a duration/],
  ['list --timeout 0', 'ERR_USAGE', /between 1ms and 60m/],
  ['list --timeout 2h', 'ERR_USAGE', /not a duration/],
  ['list --sim', 'ERR_USAGE', /--sim: '--json' is not/],
  ['list --sim ,', 'ERR_USAGE', /not a list of simulators/],
  ['list --sim mlx5:65', 'ERR_USAGE', /between 1 and 64/],
  ['list --sim mlx5,mlx5', 'ERR_USAGE', /stands twice/],
  ['list --sim mlx6', 'ERR_UNKNOWN_NAME', /no plugin is called 'mlx6'.*mlx5/],
  ['list --plugin /nonexistent', 'ERR_FILE', /not a plugin's folder/],
  ['call sim-mlx5-0 QUERY_ISSI --allow everything', 'ERR_USAGE', /configure, invasive/],
  ['call sim-mlx5-0 QUERY_ISSI --scope all', 'ERR_USAGE', /debug-read-only/],
  ['reg list mlx6', 'ERR_UNKNOWN_NAME', /mlx5/],
  ['reg describe mlx5 MTPM', 'ERR_UNKNOWN_NAME', /MTMP/],
  ['cmd describe mlx5 QUERY_ADAPTR', 'ERR_UNKNOWN_NAME', /QUERY_ADAPTER/],
  ['caps sim-mlx5-0 GENERL', 'ERR_UNKNOWN_NAME', /GENERAL/],
  ['decode mlx5 MTPM', 'ERR_UNKNOWN_NAME', /MTMP/],
  ['decode mlx5 registers/MTPM', 'ERR_UNKNOWN_NAME', /registers\/MTMP/],
  ['decode mlx5 MTMP --structure mtpm_reg', 'ERR_UNKNOWN_NAME', /no structure 'mtpm_reg'/],
  ['decode mlx5 MTMP /nonexistent', 'ERR_FILE', /ENOENT/],
  ['decode mlx5 MTMP --format text', 'ERR_USAGE', /auto, hex, binary/],
  ['plugin check /', 'ERR_FILE', /not a plugin's folder/],
  ['sim serve', 'ERR_USAGE', /missing required argument 'PLUGIN'/],
  ['sim serve mlx5', 'ERR_USAGE', /needs --vfio-user/],
  ['sim serve mlx6 --vfio-user /nonexistent/s', 'ERR_UNKNOWN_NAME', /mlx5/],
  ['sim serve mlx5 --vfio-user /nonexistent/s --index 256', 'ERR_USAGE', /0 to 255/],
  ['sim serve mlx5 --vfio-user /nonexistent/s --profile connectx-1', 'ERR_UNKNOWN_NAME', /connectx-6-dx/],
  ['sim serve mlx5 --vfio-user /nonexistent/s --log /nonexistent/log', 'ERR_FILE', /ENOENT/],
] as const;

describe('a malformed command line', () => {
  it.each(MALFORMED)('%s', async (words, code, said) => {
    const error = await jsonError(words);
    expect(error).toMatchObject({ code, layer: 'usage', status: 2 });
    expect(`${String(error['message'])} ${String(error['hint'])}`).toMatch(said);
  });

  it('is told in two lines to a person', async () => {
    expect(await line('reg describe mlx5 MTPM')).toMatchObject({ status: 2, stdout: '', stderr: 'auxctl: no register is called \'MTPM\'\nhint: Did you mean MTMP, MTPTM?\n' });
  });

  it('with input that is not what it should be', async () => {
    expect((await run(['decode', 'mlx5', 'MTMP', '--format', 'hex'], { input: 'xyz' }))).toMatchObject({ status: 2, stderr: expect.stringContaining('not pairs of hexadecimal digits') as string });
    expect((await run(['decode', 'mlx5', 'MTMP'], { input: '' }))).toMatchObject({ status: 5, stderr: expect.stringContaining('MTMP has 32 bytes') as string });
  });

  it('ends with a documented status whatever the words', async () => {
    const words = [['\u0000'.slice(1), '-'], ['--', '--json'], ['-'], ['--'], ['list', '--', '--sim'], ['reg', 'read', '', ''], ['info', '🦄'], ['info', 'a'.repeat(5000)], ['info', '../../etc/passwd'], ['reg', 'describe', 'mlx5', '../opcodes'], ['caps', 'sim-mlx5-0', '__proto__', '--sim', 'mlx5'], ['--help=1'], ['list', '--timeout=1e400'], ['--sim=mlx5', 'reg', 'read', 'sim-mlx5-0', 'PAOS', `local_port=${'9'.repeat(400)}`]];
    for (const each of words) {
      const { status, stderr } = await run(each);
      expect([2, 3], `${JSON.stringify(each)}: ${stderr}`).toContain(status);
      expect(stderr).toMatch(/^auxctl: /);
    }
  });
});

describe('a device that is not there', () => {
  it.each([
    ['info fwctl99 --root /nonexistent', /no device is called|No device is called/],
    ['info sim-mlx5-7', /no simulated device sim-mlx5-7.*--sim mlx5:8/],
    ['reg read /dev/fwctl/fwctl99 MTMP --root /nonexistent', /fwctl99/],
    ['info simeth00', /simeth0/],
  ])('%s', async (words, said) => {
    const error = await jsonError(words);
    expect(error).toMatchObject({ code: 'ERR_NO_DEVICE', layer: 'transport', status: 3 });
    expect(`${String(error['message'])} ${String(error['hint'])}`).toMatch(said);
  });
});
