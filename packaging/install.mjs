// Lays out all that is installed: node packaging/install.mjs STAGE [--prefix /usr] [--node /usr/bin/node] [--python lib/python3/dist-packages]
//   [--zsh-functions share/zsh/site-functions] [--only share]
//
// STAGE stands for the root of the machine that installs it. The tool and the addon have to be built. Debian's zsh looks in share/zsh/vendor-completions.
// `--only share` leaves out what is not read by people and shells.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../.ci/step.mjs';

const { values: { prefix, node, python, 'zsh-functions': zshFunctions, only }, positionals: [stage] } = parseArgs({
  allowPositionals: true,
  options: {
    prefix: { type: 'string', default: '/usr' },
    node: { type: 'string', default: '/usr/bin/node' },
    python: { type: 'string', default: 'lib/python3/dist-packages' },
    'zsh-functions': { type: 'string', default: 'share/zsh/site-functions' },
    only: { type: 'string', default: '' },
  },
});
if (stage === undefined) {
  process.stderr.write('node packaging/install.mjs STAGE [--prefix /usr] [--node /usr/bin/node] [--python DIR] [--zsh-functions DIR] [--only share]\n');
  process.exit(2);
}

/** Below the prefix. What depends on the machine's kind is in TOOL, all other data in DATA. */
const [TOOL, DATA] = ['lib/auxctl', 'share/auxctl'];
const PROGRAM_MODE = 0o755;
const DIST = 'cli/dist';

/** From the checkout, below the prefix. */
const FILES = [
  ['cli/package.json', `${TOOL}/cli/package.json`],
  ['cli/bin/load.cjs', `${TOOL}/cli/bin/load.cjs`],
  ['cli/bin/package.json', `${TOOL}/cli/bin/package.json`],
  [`${DIST}/help.txt`, `${TOOL}/${DIST}/help.txt`],
  [`${DIST}/kit`, `${TOOL}/${DIST}/kit`],
  ['native/build/Release/auxctl.node', `${TOOL}/native/build/Release/auxctl.node`],
  [`${DIST}/template`, `${DATA}/template`],
  [`${DIST}/vendors`, `${DATA}/vendors`],
  [`${DIST}/completion`, `${DATA}/completion`],
  ['packaging/systemd/auxctl-journal-watch.service', 'lib/systemd/system/auxctl-journal-watch.service'],
  ['packaging/udev/70-auxctl.rules', 'lib/udev/rules.d/70-auxctl.rules'],
  ['packaging/udev/auxctl-id', 'lib/udev/auxctl-id'],
  ['packaging/sysusers/auxctl.conf', 'lib/sysusers.d/auxctl.conf'],
  ['packaging/tmpfiles/auxctl.conf', 'lib/tmpfiles.d/auxctl.conf'],
  ['packaging/sos/auxctl.py', `${python}/sos/report/plugins/auxctl.py`],
];

/** What administrators change, whatever the prefix. */
const SETTINGS = [
  ['packaging/logrotate/auxctl', '/etc/logrotate.d/auxctl'],
  ['packaging/apparmor/usr.bin.auxctl', '/etc/apparmor.d/usr.bin.auxctl'],
];

/** Where each shell's program goes, below the prefix. */
const COMPLETIONS = { bash: 'share/bash-completion/completions/auxctl', zsh: `${zshFunctions}/_auxctl`, fish: 'share/fish/vendor_completions.d/auxctl.fish' };

if (only === '') {
  for (const [from, to] of FILES) copy(from, to);
  for (const name of readdirSync(join(top, DIST)).filter((each) => /^auxctl-.*\.(cjs|cache)$/.test(each))) copy(`${DIST}/${name}`, `${TOOL}/${DIST}/${name}`);
  for (const [from, to] of SETTINGS) copy(from, relative(prefix, to));
  for (const name of ['vendors', 'completion', 'template']) link(`${DATA}/${name}`, `${TOOL}/${DIST}/${name}`);
  write(`${TOOL}/cli/bin/auxctl`, readFileSync(join(top, 'cli/bin/auxctl'), 'utf8').replace(/^#!.*/, `#!${node}`));
  chmodSync(place(`${TOOL}/cli/bin/auxctl`), PROGRAM_MODE);
  link(`${TOOL}/cli/bin/auxctl`, 'bin/auxctl');
} else {
  copy(`${DIST}/completion`, `${DATA}/completion`);
}
for (const [shell, to] of Object.entries(COMPLETIONS)) write(to, readFileSync(join(top, DIST, `completion/auxctl.${shell}`), 'utf8').replaceAll('@DATA@', join(prefix, DATA, 'completion')));
execFileSync(process.execPath, [join(top, 'packaging/man/generate.mjs'), place('share/man')], { stdio: 'inherit' });

function place(to) {
  return join(stage, prefix, to);
}

function copy(from, to) {
  mkdirSync(dirname(place(to)), { recursive: true });
  cpSync(join(top, from), place(to), { recursive: true });
}

function write(to, text) {
  mkdirSync(dirname(place(to)), { recursive: true });
  writeFileSync(place(to), text);
}

function link(target, from) {
  mkdirSync(dirname(place(from)), { recursive: true });
  symlinkSync(relative(dirname(from), target), place(from));
}
