import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const init = fileURLToPath(new URL('../guest/init', import.meta.url));

/**
 * Packs the guest's first files: a static busybox and the init script.
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
  const archive = await pack(busybox, tree, ['bin', 'bin/busybox', 'init']);
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
