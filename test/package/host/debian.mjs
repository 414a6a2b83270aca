import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { copyRoot, inRoot, keptRoot } from '../../../packaging/debian-root.mjs';
import { buildPackages, debFolder, filesOf } from '../support/packages.mjs';

/** What a Debian system that boots has, and what reads files that the package installs. */
const SYSTEM = ['apparmor', 'kmod', 'logrotate', 'nodejs', 'systemd', 'systemd-sysv', 'udev'];

/**
 * Builds the packages of the last commit, unless that is done, and installs the tool and all vendors in a new Debian.
 *
 * @param {string} folder where its root is to be
 */
export async function installInDebian(folder) {
  buildPackages('deb');
  copyRoot(keptRoot(SYSTEM), folder);
  const debs = join(folder, 'debs');
  await mkdir(debs);
  for (const file of filesOf(debFolder, '.deb').filter((path) => /\/auxctl(?:-vendor-[^/]+)?_[^/]+$/.test(path))) await cp(file, join(debs, basename(file)));
  inRoot(folder, ['sh', '-c', 'apt-get install -q -y --no-install-recommends /debs/*.deb']);
  await rm(debs, { recursive: true });
}
