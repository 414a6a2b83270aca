import { resolve } from 'node:path';
import { execute, parseWords } from './command-line.mjs';
import { EXIT_STATUS, LabError } from './error.mjs';
import { runInGuest } from './guest.mjs';

const USAGE = `Usage: test/lab/run [OPTION]... -- PROGRAM [ARGUMENT]...

Boots a Linux guest with simulated devices and runs PROGRAM in it: in this folder, with this machine's files (what it writes
to them stays in the guest). Its output and exit status become ours.

  --sim PLUGIN[@PROFILE][:COUNT]
                               attach simulators, started with \`auxctl sim serve PLUGIN\` and stopped at the end; in the
                               shared folder, PLUGIN-N.jsonl has the commands that each one received, and its
                               firmware hangs while there is a file PLUGIN-N.hang
  --plugin FOLDER              build this plugin and have the simulators and the guest know it
  --device vfio-user:SOCKET    attach a device that is served already
  --qemu-device SPECIFICATION  attach one of QEMU's own devices, such as nvme,serial=1
  --share FOLDER               share this folder; both sides find it in AUXCTL_LAB_SHARE (else a temporary one)
  --logs FOLDER                leave the logs of kernel, QEMU and simulators here
  --root FOLDER                have the system in this folder as the guest's root, not this machine's files
  --folder FOLDER              have this folder of this machine there too, at its own path
  --systemd                    have that system's systemd start the program as a service
  --env NAME=VALUE             set this in the program's environment
  --timeout SECONDS            stop the guest after this time (120)
  --memory MIB                 memory of the guest (2048)
  --append ARGUMENTS           more for the kernel's command line
  --qemu-arg ARGUMENT          more for QEMU's command line

Options that name no single setting may be given several times.
Exit status: the program's; 2 usage; 124 timed out; 125 the guest died or did not start.
`;

const ONE = /** @type {const} */ ({ type: 'string' });
const SEVERAL = /** @type {const} */ ({ type: 'string', multiple: true });
const OPTIONS = {
  sim: SEVERAL,
  plugin: SEVERAL,
  device: SEVERAL,
  'qemu-device': SEVERAL,
  share: ONE,
  logs: ONE,
  root: ONE,
  folder: SEVERAL,
  systemd: /** @type {const} */ ({ type: 'boolean' }),
  env: SEVERAL,
  timeout: ONE,
  memory: ONE,
  append: SEVERAL,
  'qemu-arg': SEVERAL,
  help: /** @type {const} */ ({ type: 'boolean', short: 'h' }),
};

/**
 * @param {readonly string[]} words
 * @returns {import('./guest.mjs').GuestRun | undefined} nothing where only help was asked for
 */
function readCommandLine(words) {
  const { values, positionals } = parseWords(words, OPTIONS);
  if (values.help) return undefined;
  if (positionals.length === 0) throw new LabError('no program given', EXIT_STATUS.usage);
  return {
    program: positionals,
    environment: Object.fromEntries((values.env ?? []).map((pair) => split(pair, '=', '--env'))),
    simulators: values.sim ?? [],
    plugins: values.plugin ?? [],
    sockets: (values.device ?? []).map(socketOf),
    devices: values['qemu-device'] ?? [],
    kernelArguments: values.append ?? [],
    qemuArguments: values['qemu-arg'] ?? [],
    timeoutMs: 1000 * positiveNumber(values.timeout ?? '120', '--timeout'),
    memoryMiB: positiveNumber(values.memory ?? '2048', '--memory'),
    ...(values.root === undefined ? {} : { root: resolve(values.root), folder: '/' }),
    folders: (values.folder ?? []).map((path) => resolve(path)),
    systemd: values.systemd ?? false,
    share: values.share,
    logs: values.logs,
  };
}

/**
 * @param {string} text
 * @param {string} separator
 * @param {string} option
 * @returns {[string, string]} what is before and after the first separator
 */
function split(text, separator, option) {
  const at = text.indexOf(separator);
  if (at < 1) throw new LabError(`${option} ${text}: no "${separator}" in it`, EXIT_STATUS.usage);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @param {string} device */
function socketOf(device) {
  const [kind, path] = split(device, ':', '--device');
  if (kind !== 'vfio-user') throw new LabError(`--device ${device}: expected vfio-user:SOCKET`, EXIT_STATUS.usage);
  return path;
}

/**
 * @param {string} text
 * @param {string} option
 */
function positiveNumber(text, option) {
  const number = Number(text);
  if (!(number > 0)) throw new LabError(`${option} ${text}: expected a number above 0`, EXIT_STATUS.usage);
  return number;
}

await execute(async (words, signal) => {
  const run = readCommandLine(words);
  if (run) return runInGuest({ ...run, signal });
  process.stdout.write(USAGE);
  return 0;
});
