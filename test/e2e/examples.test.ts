import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dumpLineSchema } from '@auxctl/schemas';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/src/definition/commands.js';
import { isGroup, type ExampleDefinition } from '../../cli/src/definition/types.js';
import { SCHEMAS } from '../../cli/src/schemas/index.js';
import { checked, top } from './support/auxctl.js';

interface ExampleRun {
  readonly command: string;
  readonly example: ExampleDefinition;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly fault: string;
}

const commands = COMMANDS.flatMap(({ commands: family }) => family).flatMap((command) => (isGroup(command) ? command.commands.map((verb) => ({ path: `${command.name} ${verb.name}`, leaf: verb })) : [{ path: command.name, leaf: command }]));
const examples = commands.flatMap(({ path, leaf }) => (leaf.examples ?? []).map((example) => ({ path, example })));

/** Documents that only a device or a program other than an example's gives: a resource that cannot be dumped, the log of a simulator, parameters of a real kernel. */
const ELSEWHERE = ['auxctl.resource-failure/1', 'auxctl.sim-command/1', 'auxctl.param-list/1', 'auxctl.param-set/1'];

async function runAll(...words: readonly string[]): Promise<readonly ExampleRun[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['packaging/man/examples.mjs', ...words], { cwd: top, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as ExampleRun[];
}

function shown({ command, example, status, stdout, stderr, fault }: ExampleRun): string {
  return `${command}: auxctl ${example.line}: ended with ${String(status)}, not ${example.exitStatus ?? 0}; ${fault}${stderr}${stdout.slice(0, 500)}`;
}

function failures(runs: readonly ExampleRun[]): string[] {
  return runs.filter(({ status, example, fault }) => status !== (example.exitStatus ?? 0) || fault !== '').map(shown);
}

/** All documents in an output: one over several lines, or one a line. */
function documents(output: string): string[] {
  if (output.startsWith('{\n')) return [output];
  return output.split('\n').filter((line) => line.startsWith('{"schema"'));
}

describe('every example of the command line', () => {
  let asText: readonly ExampleRun[] = [];
  let asJson: readonly ExampleRun[] = [];
  beforeAll(async () => {
    asText = await runAll();
    asJson = await runAll('--json');
  }, 300_000);

  it('runs on simulated devices, and ends as it says', () => {
    expect(failures(asText)).toEqual([]);
    expect(asText.map(({ command }) => command)).toEqual(examples.map(({ path }) => path));
    expect(new Set(asText.map(({ command }) => command)).size).toBe(commands.length);
  });

  it('prints nothing of the machine that it runs on, where a page shows what it prints', () => {
    const places = asText.filter(({ example }) => example.output === undefined).filter(({ stdout, stderr }) => /\/tmp\/|--root/.test(stdout + stderr));
    expect(places.map(shown)).toEqual([]);
  });

  it('gives with --json documents that their schemas accept, and together every one that there is', () => {
    expect(failures(asJson)).toEqual([]);
    const seen = new Set<string>(ELSEWHERE);
    let dumps = 0;
    for (const { example, stdout, stderr } of asJson.filter((each) => !each.example.line.includes(' > '))) {
      if (stdout.startsWith('{"type":"header"')) {
        for (const text of stdout.trimEnd().split('\n')) expect(dumpLineSchema.safeParse(JSON.parse(text)).error?.issues ?? []).toEqual([]);
        dumps += 1;
        continue;
      }
      const found = documents(stdout === '' ? stderr : stdout);
      if (found.length === 0) expect.unreachable(`auxctl ${example.line} --json prints no document`);
      for (const text of found) seen.add(String(checked(text)['schema']));
    }
    expect(dumps).toBe(1);
    expect([...seen].sort()).toEqual(Object.keys(SCHEMAS).sort());
  });
});
