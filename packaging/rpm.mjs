// Builds the RPM packages of a commit in a root of Debian with rpmbuild: node packaging/rpm.mjs [--out dist/packages/rpm] [--build-place /build] [--commit HEAD]
//
// The specification is for Fedora, whose packages it names; what is built here is built with Debian's Node.js and compiler. Nothing is fetched during the
// build itself. Two builds of a commit in the same folder give the same bytes: rpmbuild writes its name into the source's package, whose digest is in all
// others. In a distribution it is always the same.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../.ci/step.mjs';
import { buildPackages } from './build.mjs';
import { inRoot } from './debian-root.mjs';
import { specText } from './rpm-files.mjs';
import { commitTime, toolVersion, writeSources } from './source.mjs';

const TOOLS = ['esbuild', 'file', 'g++', 'libnode-dev', 'make', 'node-gyp', 'nodejs', 'python3', 'rpm'];
/** Fedora has no packages of these; of Debian's, another version would be taken. */
const MORE_LIBRARIES = ['node-addon-api', 'typescript'];
/** What makes two builds alike. */
const MACROS = { use_source_date_epoch_as_buildtime: '1', build_mtime_policy: 'clamp_to_source_date_epoch', _buildhost: 'localhost', debug_package: '%{nil}' };
const SPEC = 'SPECS/auxctl.spec';

buildPackages('rpm', TOOLS, ({ root, buildPlace, commit }) => {
  const place = join(root, buildPlace);
  for (const each of ['SOURCES', 'SPECS']) mkdirSync(join(place, each));
  const source = join(place, 'SOURCES', `auxctl-${toolVersion()}`);
  const libraries = writeSources(commit, `${source}.tar.gz`, `${source}-libraries.tar.gz`, MORE_LIBRARIES);
  const built = libraries.filter(({ name }) => !MORE_LIBRARIES.includes(name));
  writeFileSync(join(place, SPEC), specText(readFileSync(join(top, 'packaging/rpm/auxctl.spec'), 'utf8'), built, commit));
  const macros = Object.entries({ _topdir: buildPlace, ...MACROS }).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
  // Debian's own database of packages is not rpm's.
  inRoot(root, ['rpmbuild', '-ba', '--nodeps', ...macros, join(buildPlace, SPEC)], { env: { SOURCE_DATE_EPOCH: String(commitTime(commit)) } });
  const made = ['RPMS', 'SRPMS'].flatMap((part) => readdirSync(join(place, part), { recursive: true, encoding: 'utf8' }).map((path) => join(part, path)));
  return [...made.filter((path) => path.endsWith('.rpm')).sort(), SPEC];
});
