// Installs what the workspace needs and builds it. Safe to repeat; does only what is missing.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNPM, must, run, top } from './step.mjs';

const quiet = process.argv.includes('--quiet');
const say = (text) => process.stderr.write(`${text}\n`);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`auxctl needs Node.js 20.19 or later; this is ${process.version}`);
  process.exit(1);
}

await install();
await buildAddon();
await must('Building the tool', process.execPath, ['cli/build.mjs'], { quiet });

async function install() {
  const stamp = join(top, 'node_modules', '.auxctl-installed');
  const wanted = createHash('sha256').update(readFileSync(join(top, 'pnpm-lock.yaml'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (quiet) say('Installing dependencies (once) ...');
  await must('Installing dependencies', 'npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], { quiet, env: { ...process.env, CI: 'true' } });
  writeFileSync(stamp, wanted);
}

/** Everything but real devices works without the addon, so that its failure is no reason to stop. */
async function buildAddon() {
  if (quiet) say('Building ...');
  const status = await run(process.execPath, ['native/build.mjs'], { quiet });
  if (status !== 0) say('The native addon could not be built (it needs python3, make, a C++ compiler and Node.js headers). Simulated devices work without it.');
}
