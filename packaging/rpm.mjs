// Builds the RPM packages of a commit in a root of Debian with rpmbuild: node packaging/rpm.mjs [--out dist/packages/rpm] [--build-place /build] [--commit HEAD]
//
// The specification is for Fedora, whose packages it names; what is built here is built with Debian's Node.js and compiler. Nothing is fetched during the
// build itself. Two builds of a commit give the same bytes.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../.ci/step.mjs';
import { copyRoot, endWith, inRoot, keptRoot, say } from './debian-root.mjs';
import { specText } from './rpm-files.mjs';
import { commitTime, toolVersion, writeSources } from './source.mjs';

const { values: { out, 'build-place': buildPlace, commit } } = parseArgs({
  options: {
    out: { type: 'string', default: join(top, 'dist/packages/rpm') },
    'build-place': { type: 'string', default: '/build' },
    commit: { type: 'string', default: 'HEAD' },
  },
});

const TOOLS = ['esbuild', 'file', 'g++', 'libnode-dev', 'make', 'node-gyp', 'nodejs', 'python3', 'rpm'];
/** Fedora has no packages of these; of Debian's, another version would be taken. */
const MORE_LIBRARIES = ['node-addon-api', 'typescript'];
/** What makes two builds alike. */
const MACROS = { use_source_date_epoch_as_buildtime: '1', build_mtime_policy: 'clamp_to_source_date_epoch', _buildhost: 'localhost', debug_package: '%{nil}' };

endWith(() => { build(resolve(out)); });

function build(folder) {
  const kept = keptRoot(TOOLS);
  const root = `${kept}-build-${process.pid}`;
  copyRoot(kept, root);
  try {
    const place = join(root, buildPlace);
    for (const each of ['SOURCES', 'SPECS']) mkdirSync(join(place, each), { recursive: true });
    const name = `auxctl-${toolVersion()}`;
    const libraries = writeSources(commit, join(place, 'SOURCES', `${name}.tar.gz`), join(place, 'SOURCES', `${name}-libraries.tar.gz`), MORE_LIBRARIES);
    const built = libraries.filter((each) => !MORE_LIBRARIES.includes(each.name));
    writeFileSync(join(place, 'SPECS/auxctl.spec'), specText(readFileSync(join(top, 'packaging/rpm/auxctl.spec'), 'utf8'), built, commit));
    say('building the RPM packages');
    const macros = Object.entries({ _topdir: buildPlace, ...MACROS }).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
    // Debian's own database of packages is not rpm's.
    inRoot(root, ['rpmbuild', '-ba', '--nodeps', ...macros, join(buildPlace, 'SPECS/auxctl.spec')], { env: { SOURCE_DATE_EPOCH: String(commitTime(commit)) } });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const made = ['RPMS', 'SRPMS'].flatMap((part) => readdirSync(join(place, part), { recursive: true }).filter((path) => path.endsWith('.rpm')).map((path) => join(part, path))).sort();
    for (const path of [...made, 'SPECS/auxctl.spec']) cpSync(join(place, path), join(folder, path.split('/').at(-1)));
    process.stdout.write(made.map((path) => `${join(folder, path.split('/').at(-1))}\n`).join(''));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
