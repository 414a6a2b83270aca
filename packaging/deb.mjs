// Builds the Debian packages of a commit in a root of Debian: node packaging/deb.mjs [--out dist/packages/deb] [--build-place /build] [--commit HEAD]
//
// Nothing is fetched during the build itself. Two builds of a commit give the same bytes, wherever they are done.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../.ci/step.mjs';
import { changelogText, controlText, copyrightText } from './debian-files.mjs';
import { copyRoot, endWith, inRoot, keptRoot, say, StepError } from './debian-root.mjs';
import { toolVersion, writeSources } from './source.mjs';
import { vendorNames } from './vendors.mjs';

const { values: { out, 'build-place': buildPlace, commit } } = parseArgs({
  options: {
    out: { type: 'string', default: join(top, 'dist/packages/deb') },
    'build-place': { type: 'string', default: '/build' },
    commit: { type: 'string', default: 'HEAD' },
  },
});

/** What a build needs besides what `debian/control` names. */
const ALWAYS = ['build-essential', 'fakeroot'];

endWith(() => { build(resolve(out)); });

function build(folder) {
  const version = toolVersion();
  const control = controlText(readFileSync(join(top, 'packaging/debian/control'), 'utf8'));
  const kept = keptRoot([...ALWAYS, ...buildDependencies(control)]);
  const root = `${kept}-build-${process.pid}`;
  copyRoot(kept, root);
  try {
    const place = join(root, buildPlace);
    const tree = `auxctl-${version}`;
    mkdirSync(place, { recursive: true });
    const libraries = writeSources(commit, join(place, `auxctl_${version}.orig.tar.gz`), join(place, `auxctl_${version}.orig-libraries.tar.gz`));
    inRoot(root, ['sh', '-ec', `tar -xzf auxctl_${version}.orig.tar.gz && tar -xzf auxctl_${version}.orig-libraries.tar.gz -C ${tree}`], { cwd: buildPlace });
    writeDebianFolder(join(place, tree, 'debian'), { control, libraries });
    say('building the Debian packages');
    inRoot(root, ['dpkg-buildpackage', '--unsigned-source', '--unsigned-changes'], { cwd: join(buildPlace, tree) });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const made = readdirSync(place).filter((name) => name.startsWith('auxctl') && name !== tree).sort();
    for (const name of made) cpSync(join(place, name), join(folder, name));
    process.stdout.write(made.map((name) => `${join(folder, name)}\n`).join(''));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeDebianFolder(folder, { control, libraries }) {
  cpSync(join(top, 'packaging/debian'), folder, { recursive: true });
  const files = new Map([
    ['control', control],
    ['changelog', changelogText(commit)],
    ['copyright', copyrightText(readFileSync(join(folder, 'copyright'), 'utf8'), libraries)],
    ...vendorNames().map((name) => [`auxctl-vendor-${name}.install`, `usr/share/auxctl/vendors/${name}\nusr/share/auxctl/completion/index-${name}\n`]),
  ]);
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  if (!existsSync(join(folder, 'rules'))) throw new StepError('packaging/debian has no rules');
}

/** @param {string} control @returns {string[]} names alone: which versions fit is checked by the build itself */
function buildDependencies(control) {
  const [, list = ''] = /^Build-Depends:\n((?: .*\n)+)/m.exec(control) ?? [];
  return [...new Set(list.split(',').map((each) => each.trim().replace(/[ :(].*/, '')))].map((name) => (name === 'debhelper-compat' ? 'debhelper' : name));
}
