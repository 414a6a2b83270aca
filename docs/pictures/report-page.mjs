// Writes the page of a report: `node docs/pictures/report-page.mjs FILE FOLDER`. One process, so that the simulated adapter keeps what it is told: somebody
// stores two settings, one of them with another journal, and then the report is made. The machine around is made up, as the devices are.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { top } from '../../.ci/step.mjs';

const MACHINE = { 'proc/sys/kernel/osrelease': '7.2.13\n', 'proc/cmdline': 'ro quiet iommu=pt\n', 'proc/sys/kernel/tainted': '0\n', 'sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' };

const [, , page = '', folder = ''] = process.argv;
const root = join(folder, 'machine');
for (const [file, text] of Object.entries(MACHINE)) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const Session = await loadSession();
const words = ['--sim', 'mlx5,cxl', '--root', root];
const own = new Session([...words, '--state', join(folder, 'own')]);
const other = new Session([...words, '--state', join(folder, 'other')], own.simulators);
const change = ['--allow', 'configure', '--yes'];
await done(own, ['nvconfig', 'set', 'sim-mlx5-0', 'NUM_OF_VFS=16', ...change, '--reason', 'more guests']);
await done(other, ['nvconfig', 'set', 'sim-mlx5-0', 'SRIOV_EN=1', ...change]);
await done(own, ['report', '-o', page]);

async function done(session, line) {
  const { status, said } = await session.run(line);
  if (status === 0) return;
  process.stderr.write(`auxctl ${line.join(' ')} ended with ${status}: ${said}`);
  process.exit(1);
}

/** The tool as a library, which believes to be where it was built. */
async function loadSession() {
  const place = mkdtempSync(join(top, 'node_modules', '.session-'));
  try {
    const outfile = join(place, 'session.mjs');
    await build({
      entryPoints: [join(top, 'test/e2e/support/session.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['auxctl-source'], logLevel: 'error',
      define: { AUXCTL_VENDORS: '"vendors"', 'import.meta': 'auxctlPlace' },
      banner: { js: `import{createRequire as auxctlRequire}from'node:module';const require=auxctlRequire(import.meta.url);const auxctlPlace=${JSON.stringify({ dirname: join(top, 'cli/dist'), url: pathToFileURL(join(top, 'native/src/load.js')).href })};` },
    });
    return (await import(pathToFileURL(outfile).href)).Session;
  } finally {
    rmSync(place, { recursive: true });
  }
}
