// The parts of the Debian packaging that follow from other files: a package for each vendor, who wrote the libraries, the changelog.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../.ci/step.mjs';
import { commitTime } from './source.mjs';

const MS = 1000;
const WIDTH = 78;
/** Below Debian's own first. */
const DEBIAN_REVISION = '0upstream1';
/** Debian's names of licences. */
const LICENCES = { MIT: 'Expat', ISC: 'ISC', 'BlueOak-1.0.0': 'BlueOak-1.0.0' };

/** Names of the vendors, each with a package of its own. */
export function vendorNames() {
  return readdirSync(join(top, 'vendors'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** @param {string} template `debian/control` with `@VENDORS@` in it */
export function controlText(template) {
  return template.replace('@VENDORS@\n', vendorNames().map((name) => `${vendorStanza(name)}\n`).join(''));
}

function vendorStanza(name) {
  const { vendor, description } = JSON.parse(readFileSync(join(top, 'vendors', name, 'manifest.json'), 'utf8'));
  return `Package: auxctl-vendor-${name}
Architecture: all
Depends:
 auxctl (>= \${source:Version}),
 \${misc:Depends}
Description: control channels to the firmware of devices - ${name}
${folded(`What auxctl knows of these devices: ${description} (${vendor}). Commands, registers and other structures by name, and a simulator of the firmware to try them on.`)}
`;
}

/** @param {string} template `debian/copyright` with `@LIBRARIES@` in it @param {import('./source.mjs').Library[]} libraries */
export function copyrightText(template, libraries) {
  const stanza = ({ name, license, copyright }) => `Files: libraries/${name}/*\nCopyright: ${copyright}\nLicense: ${LICENCES[license] ?? license}\n\n`;
  return template.replace('@LIBRARIES@\n', libraries.map(stanza).join(''));
}

/** @param {string} version */
export function changelogText(version) {
  const date = new Date(commitTime() * MS).toUTCString().replace('GMT', '+0000');
  return `auxctl (${version}-${DEBIAN_REVISION}) unstable; urgency=medium\n\n  * New upstream release.\n\n -- The auxctl authors <auxctl@packages.debian.org>  ${date}\n`;
}

/** Lines of a description, each with the blank that they begin with. */
function folded(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (`${lines[last]} ${word}`.length < WIDTH) lines[last] += ` ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.join('\n');
}
