/** The check of the timer fails where an emulator on a busy host is late. */
const KERNEL_ARGUMENTS = ['console=ttyS0', 'loglevel=5', 'panic=-1', 'no_timer_check', 'rdinit=/init', 'vfio.enable_unsafe_noiommu_mode=1'];

/**
 * @typedef {object} Machine
 * @property {string} qemu
 * @property {string} kernel
 * @property {string} initramfs
 * @property {readonly string[]} sockets vfio-user servers, each shown as a PCI function behind a root port of its own
 * @property {readonly string[]} [devices] QEMU's own devices, as its `-device` takes them
 * @property {readonly string[]} [kernelArguments]
 * @property {readonly string[]} [qemuArguments]
 * @property {number} [memoryMiB]
 * @property {string} [root] what the guest has as its root; this machine's files when absent
 * @property {readonly string[]} [folders] folders of this machine that the guest has too, at their own paths, where its root is another
 */

/**
 * QEMU's command line. The machine's memory is a shared file, so that a device process can map it.
 *
 * @param {Machine} machine
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {string[]}
 */
export function qemuCommand(machine, workspace) {
  const { sockets, devices = [], kernelArguments = [], qemuArguments = [], memoryMiB = 2048, root = '/', folders = [] } = machine;
  return [
    machine.qemu,
    // Without memory protection keys: V8 sets them, and every switch between tasks then makes the emulator forget its address translations.
    ...['-M', 'q35,memory-backend=memory', '-accel', 'tcg,thread=multi', '-cpu', 'max,pku=off', '-smp', '2', '-m', `${memoryMiB}M`],
    ...['-object', `memory-backend-memfd,id=memory,size=${memoryMiB}M,share=on`],
    ...['-display', 'none', '-no-reboot', '-nodefaults', '-serial', `file:${workspace.logs}/console.log`],
    ...folder(root, 'machine', 'readonly=on'),
    ...folders.flatMap((path, index) => folder(path, folderTag(index), 'readonly=on')),
    ...folder(workspace.exchange, 'exchange'),
    ...folder(workspace.share, 'share'),
    ...sockets.flatMap(vfioUserDevice),
    ...devices.flatMap((device) => ['-device', device]),
    ...['-kernel', machine.kernel, '-initrd', machine.initramfs, '-append', [...KERNEL_ARGUMENTS, ...kernelArguments].join(' ')],
    ...qemuArguments,
  ];
}

/**
 * What the guest knows a folder by.
 *
 * @param {number} index
 */
export function folderTag(index) {
  return `folder${index}`;
}

/**
 * @param {string} path
 * @param {string} tag
 * @param {readonly string[]} flags
 */
function folder(path, tag, ...flags) {
  return ['-virtfs', ['local', `path=${path.replaceAll(',', ',,')}`, `mount_tag=${tag}`, 'security_model=none', 'multidevs=remap', ...flags].join(',')];
}

/**
 * @param {string} socket
 * @param {number} index
 */
function vfioUserDevice(socket, index) {
  const slot = index + 1;
  const device = { driver: 'vfio-user-pci', id: `device${index}`, bus: `port${index}`, rombar: 0, socket: { type: 'unix', path: socket } };
  return ['-device', `pcie-root-port,id=port${index},chassis=${slot},slot=${slot}`, '-device', JSON.stringify(device)];
}
