// The parts of the Debian packaging that follow from other files: a package for each vendor, who wrote the libraries, the changelog.
import { commitTime, toolVersion } from './source.mjs';
import { folded, vendorNames, vendorText } from './vendors.mjs';

const MS = 1000;
const WIDTH = 76;
/** Below Debian's own first. */
const DEBIAN_REVISION = '0upstream1';
/** Debian's names of licences. */
const LICENCES = { MIT: 'Expat', ISC: 'ISC', 'BlueOak-1.0.0': 'BlueOak-1.0.0' };

/** @param {string} template `debian/control` with `@VENDORS@` in it */
export function controlText(template) {
  return template.replace('@VENDORS@\n', vendorNames().map((name) => `${vendorStanza(name)}\n`).join(''));
}

function vendorStanza(name) {
  return `Package: auxctl-vendor-${name}
Architecture: all
Depends:
 auxctl (>= \${source:Version}),
 \${misc:Depends}
Description: control channels to the firmware of devices - ${name}
${folded(vendorText(name), WIDTH).map((line) => ` ${line}`).join('\n')}
`;
}

/** @param {string} template `debian/copyright` with `@LIBRARIES@` in it @param {import('./source.mjs').Library[]} libraries */
export function copyrightText(template, libraries) {
  const stanza = ({ name, license, copyright }) => `Files: libraries/${name}/*\nCopyright: ${copyright}\nLicense: ${LICENCES[license] ?? license}\n\n`;
  return template.replace('@LIBRARIES@\n', libraries.map(stanza).join(''));
}

/** @param {string} commit what is packaged */
export function changelogText(commit) {
  const date = new Date(commitTime(commit) * MS).toUTCString().replace('GMT', '+0000');
  return `auxctl (${toolVersion()}-${DEBIAN_REVISION}) unstable; urgency=medium\n\n  * New upstream release.\n\n -- The auxctl authors <auxctl@packages.debian.org>  ${date}\n`;
}
