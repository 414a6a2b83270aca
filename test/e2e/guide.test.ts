import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Follows a guide in a scratch folder: writes each file that it shows, runs each command, and holds the output against the page. */

const top = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(top, 'docs/write-a-plugin.md'), 'utf8');
const MOST_LINES = 100;
const REGISTERS = 10;

type Step = { readonly type: 'file'; readonly path: string; readonly content: string } | { readonly type: 'command'; readonly line: string; readonly output: string };

let scratch = '';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'auxctl-guide-'));
  mkdirSync(join(scratch, 'bin'));
  symlinkSync(join(top, 'cli/bin/auxctl'), join(scratch, 'bin/auxctl'));
  mkdirSync(join(scratch, 'work'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

describe('the guide', () => {
  const steps = stepsOf(guide);

  test('has files to write and commands to run', () => {
    expect(steps.filter(({ type }) => type === 'file').length).toBeGreaterThanOrEqual(17);
    expect(steps.filter(({ type }) => type === 'command').length).toBeGreaterThanOrEqual(6);
  });

  for (const [index, step] of steps.entries()) {
    test(`step ${index + 1}: ${step.type === 'file' ? `write ${step.path}` : step.line}`, async () => {
      if (step.type === 'file') write(step);
      else expect(await run(step.line)).toMatch(patternOf(step.output));
    });
  }

  test(`ends with a plugin of ${REGISTERS} registers that is shorter than ${MOST_LINES} lines`, () => {
    const plugin = join(scratch, 'work/kelvin');
    const files = readdirSync(plugin, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const counted = files.filter((file) => /\.(json|js|mjs|ts)$/.test(file) && !file.includes('/test/'));
    expect(files.filter((file) => file.includes('/layouts/registers/'))).toHaveLength(REGISTERS);
    expect(counted.reduce((sum, file) => sum + readFileSync(file, 'utf8').trimEnd().split('\n').length, 0)).toBeLessThan(MOST_LINES);
  });
});

/** A fenced block names a file after its language, or is a console with commands after `$` and what they print below. */
function stepsOf(page: string): Step[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].flatMap(([, language, path, content = '']): Step[] => {
    if (language === 'console') return commandsOf(content);
    return path === undefined ? [] : [{ type: 'file', path, content }];
  });
}

function commandsOf(block: string): Step[] {
  return block.split(/^\$ /m).slice(1).map((part) => {
    const [line = '', ...output] = part.split('\n');
    return { type: 'command', line, output: output.join('\n').trimEnd() };
  });
}

function write({ path, content }: Extract<Step, { type: 'file' }>): void {
  const file = join(scratch, 'work', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function run(line: string): Promise<string> {
  const env = { ...process.env, PATH: `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `${line} 2>&1`], { cwd: join(scratch, 'work'), env }).catch((error: unknown) => error as { stdout: string; stderr: string });
  return `${stdout}${stderr}`.trimEnd();
}

/** A line of three dots in the page stands for any lines. */
function patternOf(output: string): RegExp {
  const parts = output.split(/^\.\.\.$/m).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^]*')}$`);
}
