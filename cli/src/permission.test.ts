import type { Device } from '@auxctl/core';
import { describe, expect, it } from 'vitest';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import { parseCommandLine } from './program.js';
import type { Invocation } from './invocation.js';
import { createNotes } from './output/notes.js';
import { PLAIN } from './output/style.js';
import type { Terminal } from './output/terminal.js';
import { confirm, readPermissions, requirePermission } from './permission.js';

const device: Device = { address: 'fwctl0', bus: 'fwctl', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: [] };
const found: FoundDevice = { device };

function invocation(...words: string[]): Invocation {
  const request = parseCommandLine(['call', 'fwctl0', 'SET', 'a=1', ...words], () => PLAIN);
  if (request.type !== 'run') throw new TypeError('no command');
  return request.invocation;
}

function setting({ canAsk = false, answer, options = {} }: { canAsk?: boolean; answer?: string; options?: Partial<Context['options']> } = {}): { context: Context; said: string[] } {
  const said: string[] = [];
  const terminal: Terminal = {
    canAsk, isOutputTerminal: false, canRedraw: false, canRedrawNotes: false, size: { columns: 80, rows: 24 }, style: () => PLAIN,
    data: () => undefined, tryData: () => true, stream: () => Promise.resolve(true),
    note: (text) => { said.push(text); },
    ask: (question) => { said.push(question); return Promise.resolve(answer); },
  };
  const all = { json: false, quiet: false, verbose: false, color: false, timeoutMs: 1, sim: undefined, plugins: [], root: '/', ...options };
  return { said, context: { terminal, options: all, notes: createNotes(terminal, all), signal: new AbortController().signal } as unknown as Context };
}

const undertaking = (effect: 'inspect' | 'configure' | 'invasive', scope: 'debug-read-only' | 'debug-write' = 'debug-read-only') => ({ found, command: 'SET', effect, scope });

describe('permission', () => {
  it('reads the options', () => {
    expect(readPermissions(invocation())).toEqual({ allow: 'inspect' });
    expect(readPermissions(invocation('--allow', 'configure', '--scope', 'debug-write'))).toEqual({ allow: 'configure', scope: 'debug-write' });
  });

  it.each([
    ['inspect', [], true], ['configure', [], false], ['configure', ['--yes'], false], ['configure', ['--allow', 'configure'], false],
    ['configure', ['--allow', 'configure', '--yes'], true], ['configure', ['--allow', 'invasive', '-y'], true],
    ['invasive', ['--allow', 'configure', '-y'], false], ['invasive', ['--allow', 'invasive', '-y'], true],
  ] as const)('for %s with %j without a terminal: %s', async (effect, words, isAllowed) => {
    const asked = requirePermission(undertaking(effect), invocation(...words), setting().context);
    if (isAllowed) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toEqual(expect.objectContaining({ code: 'ERR_NOT_ALLOWED', device: 'fwctl0', command: 'SET', message: expect.stringContaining('nothing was sent') as string }));
  });

  it('needs no --yes where somebody can be asked', async () => {
    await expect(requirePermission(undertaking('configure'), invocation('--allow', 'configure'), setting({ canAsk: true }).context)).resolves.toBeUndefined();
  });

  it.each([
    [['--yes'], 'auxctl call fwctl0 SET a=1 --yes --allow invasive'],
    [['--allow', 'configure', '-v'], 'auxctl call fwctl0 SET a=1 -v --allow invasive'],
    [['--allow=configure'], 'auxctl call fwctl0 SET a=1 --allow invasive'],
    [['b=c d'], 'auxctl call fwctl0 SET a=1 \'b=c d\' --allow invasive'],
  ])('says the line that would do for %j', async (words, line) => {
    await expect(requirePermission(undertaking('invasive'), invocation(...words), setting().context)).rejects.toMatchObject({ hint: `This would allow it: ${line}` });
  });

  it('warns of a scope that taints the kernel, but not for simulated devices', async () => {
    const real = setting();
    await requirePermission(undertaking('inspect', 'debug-write'), invocation(), real.context);
    expect(real.said).toEqual(['warning: scope debug-write marks the kernel as tainted until it is restarted\n']);
    const quiet = setting({ options: { quiet: true } });
    await requirePermission(undertaking('inspect', 'debug-write'), invocation(), quiet.context);
    const simulated = setting();
    await requirePermission({ ...undertaking('inspect', 'debug-write'), found: { device, simulated: {} as NonNullable<FoundDevice['simulated']> } }, invocation(), simulated.context);
    expect([...quiet.said, ...simulated.said]).toEqual([]);
  });

  it('says effect and scope when it is to be verbose, but not to programs', async () => {
    const verbose = setting({ options: { verbose: true } });
    await requirePermission(undertaking('inspect'), invocation(), verbose.context);
    expect(verbose.said).toEqual(['SET: effect inspect, scope debug-read-only\n']);
    const program = setting({ options: { verbose: true, json: true } });
    await requirePermission(undertaking('inspect'), invocation(), program.context);
    expect(program.said).toEqual([]);
  });

  it.each([['y', true], ['Y', true], [' yes ', true], ['YES', true], ['', false], ['n', false], ['yep', false], [undefined, false]])('takes the answer %j for %s', async (answer, isYes) => {
    const { context, said } = setting({ canAsk: true, ...(answer === undefined ? {} : { answer }) });
    const asked = confirm('Do it?', undertaking('configure'), invocation('--allow', 'configure'), context);
    if (isYes) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
    expect(said).toEqual(['Do it? [y/N] ']);
  });

  it('does not ask when --yes has answered', async () => {
    const { context, said } = setting({ canAsk: true });
    await confirm('Do it?', undertaking('configure'), invocation('--allow', 'configure', '--yes'), context);
    expect(said).toEqual([]);
  });
});
