// Builds the Debian packages of a commit in a root of Debian: node packaging/deb.mjs [--out dist/packages/deb] [--build-place /build] [--commit HEAD]
//
// Nothing is fetched during the build itself. Two builds of a commit give the same bytes, wherever they are done.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../.ci/step.mjs';
import { buildPackages } from './build.mjs';
import { changelogText, controlText, copyrightText } from './debian-files.mjs';
import { inRoot } from './debian-root.mjs';
import { toolVersion, writeSources } from './source.mjs';
import { vendorNames } from './vendors.mjs';

const FILES = join(top, 'packaging/debian');
const control = controlText(readFileSync(join(FILES, 'control'), 'utf8'));

buildPackages('deb', ['build-essential', ...buildDependencies()], ({ root, buildPlace, commit }) => {
  const place = join(root, buildPlace);
  const [name, tree] = [`auxctl_${toolVersion()}`, `auxctl-${toolVersion()}`];
  const libraries = writeSources(commit, join(place, `${name}.orig.tar.gz`), join(place, `${name}.orig-libraries.tar.gz`));
  inRoot(root, ['sh', '-ec', `tar -xzf ${name}.orig.tar.gz && tar -xzf ${name}.orig-libraries.tar.gz -C ${tree}`], { cwd: buildPlace });
  writeDebianFolder(join(place, tree, 'debian'), libraries, commit);
  inRoot(root, ['dpkg-buildpackage', '--unsigned-source', '--unsigned-changes'], { cwd: join(buildPlace, tree) });
  return readdirSync(place).filter((file) => file !== tree).sort();
});

function writeDebianFolder(folder, libraries, commit) {
  cpSync(FILES, folder, { recursive: true });
  const texts = [
    ['control', control],
    ['changelog', changelogText(commit)],
    ['copyright', copyrightText(readFileSync(join(FILES, 'copyright'), 'utf8'), libraries)],
    ...vendorNames().map((name) => [`auxctl-vendor-${name}.install`, `usr/share/auxctl/vendors/${name}\nusr/share/auxctl/completion/index-${name}\n`]),
  ];
  for (const [file, text] of texts) writeFileSync(join(folder, file), text);
}

/** Names alone: which versions fit is checked by the build itself. */
function buildDependencies() {
  const [, list = ''] = /^Build-Depends:\n((?: .*\n)+)/m.exec(control) ?? [];
  return [...new Set(list.split(',').map((each) => each.trim().replace(/[ :(].*/, '')))].map((name) => (name === 'debhelper-compat' ? 'debhelper' : name));
}
