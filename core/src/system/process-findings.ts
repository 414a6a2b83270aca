import type { DiagnosisInput } from './diagnosis.js';
import type { Finding } from './finding.js';

/** Can this process reach firmware, and how far? */
export function processFindings({ system, addonFailure }: DiagnosisInput): Finding[] {
  const { arch, isCompat, hasRawIo, isInitialUserNamespace, container } = system.process;
  const findings: Finding[] = [addonFailure === undefined
    ? { severity: 'ok', code: 'addon-present', message: 'The native addon is there.' }
    : { severity: 'problem', code: 'addon-missing', message: `No device can be opened: ${addonFailure.message}`, remedy: addonFailure.remedy }];
  if (isCompat) {
    findings.push({ severity: 'problem', code: 'compat-process', message: `This Node.js is a 32-bit program (${arch}) on a 64-bit kernel, and fwctl does not serve such programs.`, remedy: 'Use a 64-bit Node.js.' });
  }
  if (container !== undefined || isInitialUserNamespace === false) {
    const where = container === undefined ? 'a user namespace' : `a container (${container})`;
    findings.push({ severity: 'note', code: 'container', message: `This process runs in ${where}: it sees the nodes that it was given, and may not see the kernel's events.`, remedy: 'If a device is missing here, look for it on the host.' });
  }
  if (hasRawIo === false || isInitialUserNamespace === false) {
    findings.push({ severity: 'note', code: 'no-raw-io', message: 'This process lacks CAP_SYS_RAWIO on the host: the kernel refuses it scope debug-write-full.' });
  }
  return findings;
}
