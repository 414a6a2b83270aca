import { describe, expect, it } from 'vitest';
import { COMMANDS } from './definition/commands.js';
import { isGroup, type LeafDefinition } from './definition/types.js';
import { GLOBAL_OPTIONS, readGlobalOptions } from './global-options.js';
import type { Invocation } from './invocation.js';
import { PLAIN } from './output/style.js';
import { helpText, parseCommandLine } from './program.js';
import { VERSION } from './version.js';

const leaves = COMMANDS.flatMap(({ commands }) => commands).flatMap((command): { path: string[]; leaf: LeafDefinition }[] => (
  isGroup(command) ? command.commands.map((leaf) => ({ path: [command.name, leaf.name], leaf })) : [{ path: [command.name], leaf: command }]
));

function parse(...words: string[]): Invocation {
  const request = parseCommandLine(words, () => PLAIN);
  if (request.type !== 'run') throw new TypeError(request.text);
  return request.invocation;
}

const usage = (message: RegExp, hint?: RegExp): unknown => expect.objectContaining({ code: 'ERR_USAGE', exitStatus: 2, message: expect.stringMatching(message) as string, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });

describe('the command line', () => {
  it('has arguments and options by the names of their definition', () => {
    const invocation = parse('reg', 'read', 'fwctl0', 'PAOS', 'local_port=1', 'lp_msb=0', '--fields', 'a,b', '-v');
    expect(invocation.command).toBe('reg read');
    expect(invocation.text('DEV')).toBe('fwctl0');
    expect(invocation.list('index=value')).toEqual(['local_port=1', 'lp_msb=0']);
    expect(invocation.maybe('fields')).toBe('a,b');
    expect(invocation.maybe('scope')).toBeUndefined();
    expect(invocation.words.at(-1)).toBe('-v');
  });

  it('takes global options anywhere', () => {
    for (const words of [['--json', 'reg', 'list', 'mlx5'], ['reg', '--json', 'list', 'mlx5'], ['reg', 'list', '--json', 'mlx5'], ['reg', 'list', 'mlx5', '--json']]) {
      expect(readGlobalOptions(parse(...words)).json).toBe(true);
    }
  });

  it('reads global options', () => {
    const options = readGlobalOptions(parse('list', '-q', '--no-color', '--timeout', '500ms', '--sim', 'mlx5', '--plugin', 'a', '--plugin=b', '--root', '/x'));
    expect(options).toEqual({ json: false, quiet: true, verbose: false, color: false, timeoutMs: 500, sim: 'mlx5', plugins: ['a', 'b'], root: '/x' });
    expect(readGlobalOptions(parse('list'))).toEqual({ json: false, quiet: false, verbose: false, color: true, timeoutMs: 10_000, sim: undefined, plugins: [], root: '/' });
  });

  it('tells options without a value from those with one', () => {
    expect(parse('list', '--no-firmware').flag('no-firmware')).toBe(true);
    expect(parse('list').flag('no-firmware')).toBe(false);
    expect(parse('call', 'd', 'C', '-y', '--allow', 'configure').flag('yes')).toBe(true);
  });

  it.each([
    [['lst'], /unknown command 'lst'/, /list/],
    [['reg'], /a command is missing after 'auxctl reg'/, /list, describe, read, write/],
    [['reg', 'raed'], /unknown command 'raed'/, /read/],
    [['--json'], /a command is missing/, /list/],
    [['list', '--jsn'], /unknown option '--jsn'/, /--json/],
    [['list', 'extra'], /too many arguments/, /auxctl list --help/],
    [['info'], /missing required argument 'DEV'/, /auxctl info --help/],
    [['reg', 'write', 'd', 'R'], /missing required argument 'field=value'/, /auxctl reg write --help/],
    [['list', '--timeout'], /argument missing/, undefined],
    [['call', 'd', 'C', '--allow', 'everything'], /invalid.*configure, invasive/, undefined],
    [['call', 'd', 'C', '--scope', 'all'], /invalid.*debug-write-full/, undefined],
    [['decode', 'p', 'L', '--format', 'x'], /invalid.*auto, hex, binary/, undefined],
  ])('refuses %j', (words, message, hint) => {
    expect(() => parse(...words)).toThrow(usage(message, hint));
  });

  it('shows version and help instead of running anything', () => {
    expect(parseCommandLine(['list', '--version'], () => PLAIN)).toEqual({ type: 'show', text: `auxctl ${VERSION}\n` });
    expect(parseCommandLine(['reg', 'read', '--help'], () => PLAIN)).toMatchObject({ type: 'show', text: expect.stringContaining('Usage: auxctl reg read') as string });
  });
});

describe('help', () => {
  it('names every command, and every option but hidden ones, with a meaning', () => {
    const text = helpText([], PLAIN);
    for (const { path } of leaves) expect(text).toContain(path[0]);
    for (const { name, isHidden } of GLOBAL_OPTIONS) expect(text.includes(`--${name} `), name).toBe(isHidden !== true);
  });

  it('refuses a command that there is not', () => {
    expect(() => helpText(['reg', 'raed'], PLAIN)).toThrow(usage(/unknown command 'raed'/, /read/));
    expect(() => helpText(['list', 'more'], PLAIN)).toThrow(usage(/unknown command 'more'/));
  });

  it.each(leaves)('of $path is complete', ({ path, leaf }) => {
    const text = parseCommandLine([...path, '--help'], () => PLAIN);
    const shown = text.type === 'show' ? text.text : '';
    expect(shown).toContain(leaf.summary);
    for (const { name } of leaf.arguments ?? []) expect(shown).toContain(name);
    for (const { name } of leaf.options ?? []) expect(shown).toContain(`--${name}`);
    for (const { line } of leaf.examples ?? []) expect(shown).toContain(line);
    expect(shown).toContain('--json');
  });

  it('gives each command examples that the parser accepts', () => {
    const examples = leaves.flatMap(({ leaf }) => leaf.examples ?? []);
    expect(leaves.filter(({ leaf }) => (leaf.examples ?? []).length === 0)).toEqual([]);
    for (const { line } of examples) expect(() => parse(...line.replace(/ > \S+$/, '').split(' ')), line).not.toThrow();
  });

  it('has summaries of one line without a full stop, and unique names', () => {
    for (const { leaf, path } of leaves) {
      expect(leaf.summary, path.join(' ')).toMatch(/^[A-Z][^\n]*[^.\n]$/);
      const names = [...GLOBAL_OPTIONS, ...(leaf.options ?? []), ...(leaf.arguments ?? [])].map(({ name }) => name);
      expect(new Set(names).size, path.join(' ')).toBe(names.length);
    }
  });
});
