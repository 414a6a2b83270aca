// Makes the pictures of the README and the documentation from what the tool really prints: `node docs/pictures/make.mjs [NAME...]`. Needs Chromium
// (Debian: chromium; or name one in CHROMIUM) and, util-linux's script and unshare. The tool has to be built.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { top } from '../../.ci/step.mjs';
import { terminalPage } from './terminal.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'];
const MOST_BYTES = 200_000;
/** The window of a terminal, in characters. */
const SIZE = { columns: 100, rows: 24 };

const PICTURES = { report: pictureOfReport, plot: pictureOfPlot };

const scratch = mkdtempSync(join(tmpdir(), 'auxctl-pictures-'));
try {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PICTURES);
  for (const name of names) {
    const file = join(here, `${name}.png`);
    PICTURES[name](file);
    const { size } = statSync(file);
    process.stdout.write(`docs/pictures/${name}.png: ${size} bytes\n`);
    if (size > MOST_BYTES) process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** An adapter whose stored configuration somebody has changed, on a host whose name is not this one's. */
function pictureOfReport(file) {
  const page = join(scratch, 'report.html');
  const script = 'echo server-7 > /proc/sys/kernel/hostname && exec "$@"';
  execFileSync('unshare', ['--user', '--map-root-user', '--uts', 'sh', '-c', script, 'sh', process.execPath, join(here, 'report-page.mjs'), page, join(scratch, 'report')], { stdio: ['ignore', 'ignore', 'inherit'] });
  shoot(page, file, { width: 900, height: 1060 });
}

/** The last frame of a plot before sampling ends. */
function pictureOfPlot(file) {
  const words = ['diag', 'sample', 'sim-mlx5-0', '--counter', 'RX_128B_DATA,READ_STALLED_NO_BUFFER', '--duration', '4500ms', '--sim', 'mlx5', '--allow', 'configure', '--yes'];
  const record = join(scratch, 'terminal');
  const line = [process.execPath, join(top, 'cli/bin/auxctl'), ...words, '--root', join(scratch, 'root'), '--state', join(scratch, 'state')].map((word) => `'${word}'`).join(' ');
  execFileSync('script', ['--quiet', '--return', '--command', `stty cols ${SIZE.columns} rows ${SIZE.rows}; ${line}`, record], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', NO_COLOR: undefined } });
  const page = join(scratch, 'plot.html');
  const { html, width, height } = terminalPage(readFileSync(record, 'utf8'), { ...SIZE, command: `auxctl ${words.join(' ')}` });
  writeFileSync(page, html);
  shoot(page, file, { width, height });
}

function shoot(page, file, { width, height }) {
  execFileSync(CHROMIUM, [...QUIET, `--user-data-dir=${mkdtempSync(join(scratch, 'browser-'))}`, `--window-size=${width},${height}`, `--screenshot=${file}`, pathToFileURL(page).href], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
}
