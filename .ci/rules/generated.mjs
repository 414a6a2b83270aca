import { execFileSync } from 'node:child_process';
import { top } from '../step.mjs';

export const title = 'generated files are what their generators make';

/** Each generator with `--check` compares instead of writing, and prints what differs. */
const GENERATORS = [['schemas/generate.mjs'], ['docs/generate.mjs']];

export async function check() {
  const faults = GENERATORS.flatMap(([script]) => {
    try {
      execFileSync(process.execPath, [script, '--check'], { cwd: top, stdio: 'pipe' });
      return [];
    } catch (error) {
      return [`${String(error.stdout)}${String(error.stderr)}`.trim(), `to repair: pnpm generate`];
    }
  });
  return { faults };
}
