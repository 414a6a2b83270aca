import type { DiagnosisInput } from './diagnosis.js';
import type { Finding } from './finding.js';
import type { SystemState } from './state.js';

/** The release that brought fwctl. */
const FIRST = { major: 6, minor: 15 };

/** Does the kernel have fwctl, and if not, why? */
export function kernelFindings({ system, modules }: DiagnosisInput): Finding[] {
  if (system.nodes !== undefined) {
    return [{ severity: 'ok', code: 'fwctl-present', message: `${kernelName(system)} has fwctl, with ${count(system.nodes.length, 'control node')}.` }];
  }
  if (isTooOld(system.release)) {
    const message = `${kernelName(system)} is older than fwctl, which came with ${FIRST.major}.${FIRST.minor}.`;
    return [{ severity: 'problem', code: 'kernel-too-old', message, remedy: `Use a kernel of ${FIRST.major}.${FIRST.minor} or later that was built with CONFIG_FWCTL.` }];
  }
  const { config } = system;
  if (config !== undefined && (config.options['FWCTL'] ?? 'n') === 'n') {
    const options = ['FWCTL', ...modules.flatMap(({ option }) => option ?? [])].map((option) => `CONFIG_${option}`);
    const message = `${kernelName(system)} was built without fwctl (${config.source}).`;
    return [{ severity: 'problem', code: 'fwctl-not-configured', message, remedy: `Use a kernel that was built with ${options.join(', ')}.` }];
  }
  return [{ severity: 'problem', code: 'fwctl-not-loaded', message: `${kernelName(system)} has no fwctl class: neither fwctl nor a driver that uses it is loaded.`, remedy: 'Load it: modprobe fwctl; then the module for the device, as said below.' }];
}

function kernelName({ release }: SystemState): string {
  return release === undefined ? 'This kernel' : `Linux ${release}`;
}

function isTooOld(release = ''): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) < FIRST.major || (Number(major) === FIRST.major && Number(minor) < FIRST.minor);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
