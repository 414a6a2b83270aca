// The parts of the specification of the RPM packages that follow from other files.
import { commitTime, toolVersion } from './source.mjs';
import { folded, vendorNames, vendorText } from './vendors.mjs';

const MS = 1000;
const WIDTH = 78;

/**
 * @param {string} template `auxctl.spec` with its places for what is filled in
 * @param {import('./source.mjs').Library[]} libraries
 * @param {string} commit what is packaged
 */
export function specText(template, libraries, commit) {
  const names = vendorNames();
  const parts = {
    VERSION: toolVersion(),
    DATE: changelogDate(commit),
    RECOMMENDS: names.map((name) => `Recommends:     auxctl-vendor-${name}`).join('\n'),
    PROVIDES: libraries.map(({ name, version }) => `Provides:       bundled(npm(${name})) = ${version}`).join('\n'),
    PACKAGES: names.map(vendorPackage).join('\n'),
    FILES: names.map(vendorFiles).join('\n'),
  };
  return template.replaceAll(/@([A-Z]+)@/g, (_place, name) => parts[name]);
}

function vendorPackage(name) {
  return `%package vendor-${name}\nSummary:        What auxctl knows of ${name} devices\nBuildArch:      noarch\nRequires:       auxctl >= %{version}\n\n%description vendor-${name}\n${folded(vendorText(name), WIDTH).join('\n')}\n`;
}

function vendorFiles(name) {
  return `%files vendor-${name}\n%license LICENSE\n%{_datadir}/auxctl/vendors/${name}\n%{_datadir}/auxctl/completion/index-${name}\n`;
}

/** `Mon Nov 30 2026` */
function changelogDate(commit) {
  const [day, date, month, year] = new Date(commitTime(commit) * MS).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${year}`;
}
