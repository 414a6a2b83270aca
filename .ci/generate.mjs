import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { top } from './step.mjs';

/**
 * Writes generated files; with `--check` on the command line compares them instead and ends with status 1 where one differs.
 * @param {ReadonlyMap<string, string>} files content by path below the top
 */
export function writeGenerated(files) {
  const isCheck = process.argv.includes('--check');
  for (const [file, content] of files) {
    const path = join(top, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    if (isCheck) {
      process.stdout.write(`${file} is not what its generator makes\n`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
}
