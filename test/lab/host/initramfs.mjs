import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const init = fileURLToPath(new URL('../guest/init', import.meta.url));
const units = fileURLToPath(new URL('../guest/systemd', import.meta.url));

/**
 * Packs the guest's first files: a static busybox, the init script, and the units for a guest that boots systemd.
 *
 * @param {string} dir a scratch folder
 * @param {string} busybox
 * @returns {Promise<string>} path of the archive
 */
export async function packInitramfs(dir, busybox) {
  const tree = join(dir, 'initramfs');
  await mkdir(join(tree, 'bin'), { recursive: true });
  await copyFile(busybox, join(tree, 'bin/busybox'));
  await copyFile(init, join(tree, 'init'));
  await cp(units, join(tree, 'systemd'), { recursive: true });
  const names = (await readdir(units)).map((name) => `systemd/${name}`);
  const archive = await pack(busybox, tree, ['bin', 'bin/busybox', 'init', 'systemd', ...names]);
  await writeFile(`${tree}.cpio`, archive);
  return `${tree}.cpio`;
}

/**
 * @param {string} busybox
 * @param {string} tree
 * @param {readonly string[]} names
 * @returns {Promise<Buffer>}
 */
function pack(busybox, tree, names) {
  const options = { cwd: tree, encoding: /** @type {const} */ ('buffer'), maxBuffer: 64 << 20 };
  return new Promise((resolve, reject) => {
    const packer = execFile(busybox, ['cpio', '-o', '-H', 'newc'], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    packer.stdin?.end(names.join('\n'));
  });
}
