import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, json, jsonError, line } from './support/auxctl.js';

const ECHO = Buffer.from('0001000000000007', 'hex');
const WIPE = Buffer.from('00030000', 'hex');
const UNKNOWN = Buffer.from('7777000000000000', 'hex');

describe('call', () => {
  it('sends typed fields and shows the reply', async () => {
    expect(await line('call sim-faulty-0 ECHO word=0x2a')).toMatchObject({ status: 0, stderr: '', stdout: 'FIELD   VALUE\nstatus  OK (0)\nword    42\n' });
    expect((await line('call sim-faulty-0 echo word=5 --fields word')).stdout).toBe('FIELD  VALUE\nword   5\n');
    expect(await json('call sim-faulty-0 ECHO word=7')).toMatchObject({ command: 'ECHO', effect: 'inspect', scope: 'debug-read-only', fields: { word: { value: 7 } }, raw: '0000000000000007' });
    expect((await line('call sim-mlx5-0 QUERY_ADAPTER')).stdout).toMatch(/^query_adapter_struct\.vsd_contd_psid +\S+$/m);
  });

  it('does what changes something only when it is allowed and confirmed', async () => {
    using log = folder();
    const env = { FAULTY_LOG: log.at('log') };
    expect(await jsonError('call sim-faulty-0 SET_MODE mode=busy', { env })).toMatchObject({ code: 'ERR_NOT_ALLOWED', status: 4, hint: expect.stringMatching(/--allow configure$/) as string });
    expect(await jsonError('call sim-faulty-0 SET_MODE mode=busy --allow configure', { env })).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: 'Add --yes to answer beforehand.' });
    expect(await jsonError('call sim-faulty-0 WIPE --allow configure --yes', { env })).toMatchObject({ code: 'ERR_NOT_ALLOWED', hint: expect.stringMatching(/--yes .*--allow invasive$/) as string });
    expect(existsSync(log.at('log'))).toBe(false);
    expect(await json('call sim-faulty-0 SET_MODE mode=busy --allow configure --yes', { env })).toMatchObject({ effect: 'configure', scope: 'configuration' });
    expect(await json('call sim-faulty-0 WIPE --allow invasive --yes', { env })).toMatchObject({ effect: 'invasive', scope: 'debug-write' });
    expect(readFileSync(log.at('log'), 'utf8')).toBe('configuration 0002000000000001\ndebug-write 00030000\n');
  });

  it.each([
    ['ECOH', 'ERR_UNKNOWN_NAME', /ECHO/],
    ['ECHO wrod=1', 'ERR_UNKNOWN_NAME', /word/],
    ['ECHO word=4294967296', 'ERR_FIELD_VALUE', undefined],
    ['ECHO opcode=2', 'ERR_FIELD_VALUE', undefined],
    ['SET_MODE mode=bsuy', 'ERR_FIELD_VALUE', /busy/],
    ['ECHO word', 'ERR_USAGE', undefined],
  ])('refuses %s and sends nothing', async (words, code, hint) => {
    using log = folder();
    const error = await jsonError(`call sim-faulty-0 ${words}`, { env: { FAULTY_LOG: log.at('log') } });
    expect(error).toMatchObject({ code, status: 2, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });
    expect(existsSync(log.at('log'))).toBe(false);
  });

  it('shows reserved bits that are set', async () => {
    const { stdout, stderr } = await line('call sim-faulty-6 ECHO word=1');
    expect(stdout).toContain('word    4294967295');
    expect(stderr).toBe('note: reserved_at_8: reserved bits at bit 8 are 0x10203\n');
  });
});

describe('rpc', () => {
  it('takes bytes from a file or standard input, and gives bytes to a pipe or a file', async () => {
    using files = folder();
    writeFileSync(files.at('in'), ECHO);
    const reply = Buffer.from('0000000000000007', 'hex');
    expect((await line(`rpc sim-faulty-0 --in ${files.at('in')} --out-size 8`)).bytes).toEqual(reply);
    expect((await line('rpc sim-faulty-0 --in - --out-size 0x8 --out -', { input: ECHO })).bytes).toEqual(reply);
    expect((await line('rpc sim-faulty-0 --in -', { input: ECHO })).bytes).toHaveLength(4096);
    expect(await line(`rpc sim-faulty-0 --in - --out ${files.at('out')} --out-size 8`, { input: ECHO })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(files.at('out'))).toEqual(reply);
    expect(readdirSync(files.path).sort()).toEqual(['in', 'out']);
    expect(await json('rpc sim-faulty-0 --in - --out-size 8', { input: ECHO })).toMatchObject({ command: 'ECHO', effect: 'inspect', replyLengthBytes: 8, file: null, reply: reply.toString('hex') });
    expect(await json(`rpc sim-faulty-0 --in - --out ${files.at('out')}`, { input: ECHO })).toMatchObject({ file: files.at('out'), reply: null });
  });

  it('does not look at the status of the reply', async () => {
    expect((await line('rpc sim-faulty-4 --in - --out-size 4', { input: ECHO })).bytes).toEqual(Buffer.from('07000000', 'hex'));
  });

  it('takes an opcode that it does not know for invasive, and wants its scope', async () => {
    using log = folder();
    const options = { input: UNKNOWN, env: { FAULTY_LOG: log.at('log') } };
    expect(await jsonError('rpc sim-faulty-0 --in -', options)).toMatchObject({ code: 'ERR_NOT_ALLOWED', command: '0x7777', hint: expect.stringMatching(/--allow invasive$/) as string });
    expect(await jsonError('rpc sim-faulty-0 --in - --allow invasive --yes', options)).toMatchObject({ code: 'ERR_SCOPE', status: 4, hint: expect.stringMatching(/--scope/) as string });
    expect(existsSync(log.at('log'))).toBe(false);
    expect((await line('rpc sim-faulty-0 --in - --out-size 4 --allow invasive --yes --scope debug-write-full', options)).bytes).toEqual(Buffer.from('07000000', 'hex'));
    expect(readFileSync(log.at('log'), 'utf8')).toBe('debug-write-full 7777000000000000\n');
    expect(await jsonError('rpc sim-faulty-0 --in - --allow configure --yes', { input: WIPE })).toMatchObject({ code: 'ERR_NOT_ALLOWED', command: 'WIPE' });
  });

  it.each([
    ['', 'ERR_USAGE', /--in/],
    ['--in /nonexistent', 'ERR_FILE', /\/nonexistent cannot be read: ENOENT/],
    ['--in /', 'ERR_FILE', /folder|EISDIR/],
    ['--in - --out-size x', 'ERR_USAGE', /not a number of bytes/],
    ['--in - --out-size 2097153', 'ERR_USAGE', /more than 2097152/],
    ['--in - --out /nonexistent/file', 'ERR_FILE', /cannot be written: ENOENT/],
    ['--in /dev/null', 'ERR_USAGE', /at least 4 bytes/],
    ['--in - --out-size 8192', 'ERR_USAGE', /0 to 4096 bytes/],
  ])('refuses %s', async (words, code, message) => {
    expect(await jsonError(`rpc sim-faulty-0 ${words}`, { input: ECHO })).toMatchObject({ code, status: 2, message: expect.stringMatching(message) as string });
  });

  it('refuses a request that is too large', async () => {
    expect(await jsonError('rpc sim-faulty-0 --in -', { input: Buffer.alloc(4097, ECHO) })).toMatchObject({ code: 'ERR_USAGE', status: 2 });
    expect(await jsonError('rpc sim-faulty-0 --in /dev/zero')).toMatchObject({ code: 'ERR_USAGE', status: 2, message: '/dev/zero holds more than 2097152 bytes' });
  });
});
