import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRoot, inRoot, keptRoot, tryInRoot } from '../../packaging/debian-root.mjs';
import { vendorNames } from '../../packaging/vendors.mjs';
import { buildPackages, debFolder, filesOf, reason } from './support/packages.mjs';

const LONG_MS = 1_800_000;
/** What a Debian system has, and minbase has not. */
const SYSTEM = ['bash-completion', 'man-db', 'sosreport', 'systemd', 'udev'];
/** Changes whatever is installed: logs, lists and caches of the package manager and of manual pages. */
const VOLATILE = /^\/(proc|sys|dev|tmp|run|debs)\/|^\/var\/(cache|log|lib\/(apt|dpkg|systemd\/(catalog|deb-systemd))|backups)\/|^\/etc\/(ld\.so\.cache|passwd-|group-|gshadow-|shadow-|\.pwd\.lock) /;
const [PERMISSION, USAGE] = [4, 2];

const root = mkdtempSync(join(tmpdir(), 'auxctl-install-'));
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

const shell = (script, options) => inRoot(root, ['bash', '-ec', script], options);
const files = () => new Map(shell('find / -xdev ! -type d -printf "%p %m %U %G %s\\n"').trim().split('\n').filter((line) => !VOLATILE.test(line)).map((line) => [line.replace(/ \d+ \d+ \d+ \d+$/, ''), line]));
const changed = (before, after) => [...after].filter(([path, line]) => before.get(path) !== line).map(([path]) => path).concat([...before.keys()].filter((path) => !after.has(path)));
const tool = (words, options) => tryInRoot(root, ['auxctl', ...words], options);
const apt = (words) => inRoot(root, ['sh', '-c', `apt-get -q -y --no-install-recommends ${words}`], { hasNetwork: true });

/** What bash offers for a line, in a new shell that knows nothing but the system's completions. */
function completed(line) {
  const words = line.split(' ');
  const script = `
    . /usr/share/bash-completion/bash_completion
    _comp_load auxctl 2>/dev/null || __load_completion auxctl
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1} COMP_LINE='${line}' COMP_POINT=${line.length}
    $(complete -p auxctl | sed 's/.*-F \\([^ ]*\\).*/\\1/') auxctl
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return inRoot(root, ['bash', '--norc', '-ic', script]).trim().split('\n').map((word) => word.trim());
}

describe.skipIf(reason !== undefined)('installed in a new Debian', () => {
  let before = new Map();
  let system = '';

  beforeAll(() => {
    buildPackages('deb');
    copyRoot(keptRoot(SYSTEM), root);
    shell('useradd --create-home --shell /bin/bash eve');
    mkdirSync(join(root, 'debs'));
    for (const file of filesOf(debFolder, '.deb').filter((name) => !name.includes('dbgsym'))) cpSync(file, join(root, 'debs', file.slice(debFolder.length)));
    before = files();
    apt('update');
    system = shell('cat /etc/passwd; systemctl list-unit-files --no-legend');
    apt('install /debs/auxctl_*.deb /debs/auxctl-vendor-*.deb');
  }, LONG_MS);

  it('changes nothing: no unit is enabled, no user added, nothing runs with more rights', () => {
    expect(shell('cat /etc/passwd; systemctl list-unit-files --no-legend | grep -v auxctl')).toBe(system);
    expect(shell('systemctl list-unit-files --no-legend "auxctl*"')).toMatch(/^auxctl-journal-watch.service +disabled/m);
    expect(shell('dpkg --listfiles auxctl | xargs -d "\\n" -I F find F -maxdepth 0 -perm /7000')).toBe('');
    expect(shell('find /etc/systemd /etc/udev -newer /debs -name "*auxctl*"')).toBe('');
  });

  it.each([['root', undefined], ['a user', 'eve']])('works for %s', (_who, user) => {
    const options = { user, env: { HOME: '/home/eve' }, cwd: '/home' };
    expect(tool(['--version'], options)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^auxctl \d+\.\d+\.\d+\n$/), stderr: '' });
    expect(tool(['demo'], options)).toMatchObject({ status: 0, stderr: '' });
    expect(tool(['list'], options)).toMatchObject({ status: 0 });
    expect(tool(['doctor'], options).stdout).toContain('The native addon is there');
    const listed = tool(['list', '--json', '--sim', vendorNames().join(',')], options);
    expect(listed.status, listed.stderr).toBe(0);
    const simulated = JSON.parse(listed.stdout).devices.filter(({ address }) => address.startsWith('sim-'));
    expect(simulated.map(({ plugin }) => plugin).sort()).toEqual(vendorNames());
    for (const name of vendorNames()) expect(tool(['info', `sim-${name}-0`, '--sim', name], options)).toMatchObject({ status: 0 });
  }, LONG_MS);

  it('takes what Node.js compiled when the package was built', () => {
    const program = 'const { Script } = require("vm"), { readFileSync } = require("fs"), dist = "/usr/lib/auxctl/cli/dist/", read = (name, form) => readFileSync(dist + name, form); const names = require("fs").readdirSync(dist).filter((name) => name.endsWith(".cache")); console.log(names.length > 0 && names.every((name) => new Script(read(name.replace(/-[0-9a-f]{16}\\.cache$/, ".cjs"), "latin1"), { filename: name, cachedData: read(name) }).cachedDataRejected === false) ? "false" : "true")';
    expect(inRoot(root, ['node', '-e', program])).toBe('false\n');
  });

  it('refuses what would change a device until it is allowed', () => {
    const words = ['reg', 'write', 'sim-mlx5-0', 'PAOS', 'local_port=1', 'admin_status=up', '--sim', 'mlx5'];
    expect(tool(words, { user: 'eve' }).status).toBe(PERMISSION);
  });

  it('has a manual page for the tool and every command, which man finds and has nothing to say about', () => {
    const pages = shell('dpkg --listfiles auxctl | grep /man/ | grep -o "[^/]*\\.[0-9]\\.gz$" | sed "s/\\.[0-9]\\.gz//"').trim().split('\n');
    expect(pages.length).toBeGreaterThan(80);
    expect(shell(`for page in ${pages.join(' ')}; do man -w $page >/dev/null; MANROFFSEQ= MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $(man -w $page) 2>&1 >/dev/null | head -2; done`)).toBe('');
    expect(shell('MANWIDTH=80 man auxctl | col -b | head -4')).toMatch(/^auxctl\(1\)[^]*NAME\n +auxctl - /i);
  }, LONG_MS);

  it('completes in a shell, of what is installed', () => {
    expect(completed('auxctl re')).toEqual(expect.arrayContaining(['reg', 'report', 'resource']));
    expect(completed('auxctl reg describe mlx5 PPC')).toContain('PPCNT');
    expect(completed('auxctl reg list ')).toEqual(vendorNames());
    for (const place of ['/usr/share/zsh/vendor-completions/_auxctl', '/usr/share/fish/vendor_completions.d/auxctl.fish']) expect(readFileSync(join(root, place), 'utf8')).toContain('/usr/share/auxctl/completion');
  });

  it('is asked by sosreport', () => {
    expect(shell('sos report --list-plugins 2>&1 || true', { env: { HOME: '/root' } })).toMatch(/^ +auxctl +/m);
  });

  it('goes on without a vendor whose package is removed', () => {
    apt('remove auxctl-vendor-mlx5');
    expect(tool(['list', '--sim', 'mlx5'])).toMatchObject({ status: USAGE, stderr: expect.stringContaining('auxctl-vendor-mlx5') });
    expect(completed('auxctl reg list ')).toEqual(vendorNames().filter((name) => name !== 'mlx5'));
    apt('install /debs/auxctl-vendor-mlx5_*.deb');
    expect(tool(['list', '--sim', 'mlx5']).status).toBe(0);
  }, LONG_MS);

  it('lets an author begin, with the kit', () => {
    expect(tool(['plugin', 'new', 'mine'])).toMatchObject({ status: USAGE, stderr: expect.stringContaining('auxctl-dev') });
    apt('install /debs/auxctl-dev_*.deb');
    expect(shell('cd /home/eve && auxctl plugin new mine && auxctl plugin check mine', { user: 'root' })).toMatch(/passed/);
    expect(shell('cd /home/eve/mine && node --test test/ 2>&1; rm -r /home/eve/mine')).toMatch(/fail 0/);
  }, LONG_MS);

  it('leaves the journal when it is removed, and nothing when it is purged', () => {
    shell('auxctl reg write sim-mlx5-0 PAOS local_port=1 admin_status=up --sim mlx5 --allow configure --yes --state /var/lib/auxctl');
    apt('remove "auxctl*"');
    expect(shell('ls /var/lib/auxctl/journal')).toContain('000001.jsonl');
    apt('autoremove --purge');
    apt('purge auxctl');
    shell('rm -f /usr/lib/python3/dist-packages/sos/report/plugins/__pycache__/auxctl.*');
    expect(changed(before, files())).toEqual([]);
    expect(shell('find / -xdev -name "*auxctl*" -not -path "/debs*" -not -path "/proc/*" -not -path "/var/log/*" -not -path "/var/cache/*" -not -path "/tmp/*"')).toBe('');
  }, LONG_MS);
});
