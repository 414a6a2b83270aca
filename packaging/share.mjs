// Lays out what a package installs below share: manual pages, and completions where each shell looks for them.
//
//   node packaging/share.mjs STAGE [--prefix /usr] [--zsh-functions share/zsh/site-functions]
//
// STAGE stands for the root of the machine that installs the package. The tool has to be built. Debian's zsh looks in share/zsh/vendor-completions.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../.ci/step.mjs';

const { values: { prefix, 'zsh-functions': zshFunctions }, positionals: [stage] } = parseArgs({
  allowPositionals: true,
  options: { prefix: { type: 'string', default: '/usr' }, 'zsh-functions': { type: 'string', default: 'share/zsh/site-functions' } },
});
if (stage === undefined) {
  process.stderr.write('node packaging/share.mjs STAGE [--prefix /usr] [--zsh-functions share/zsh/site-functions]\n');
  process.exit(2);
}

/** Where each shell's program goes, below the prefix. */
const PLACES = { bash: 'share/bash-completion/completions/auxctl', zsh: `${zshFunctions}/_auxctl`, fish: 'share/fish/vendor_completions.d/auxctl.fish' };
const DATA = 'share/auxctl/completion';

const built = join(top, 'cli/dist/completion');
const programs = Object.keys(PLACES).map((shell) => `auxctl.${shell}`);
mkdirSync(join(stage, prefix, DATA), { recursive: true });
for (const name of readdirSync(built).filter((each) => !programs.includes(each))) cpSync(join(built, name), join(stage, prefix, DATA, name));
for (const [shell, place] of Object.entries(PLACES)) {
  const path = join(stage, prefix, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(join(built, `auxctl.${shell}`), 'utf8').replaceAll('@DATA@', join(prefix, DATA)));
}
execFileSync(process.execPath, [join(top, 'packaging/man/generate.mjs'), join(stage, prefix, 'share/man')], { stdio: 'inherit' });
