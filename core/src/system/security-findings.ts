import type { DiagnosisInput } from './diagnosis.js';
import type { Finding } from './finding.js';
import { FWCTL_TAINT_BIT, hasTaintBit, type TaintFlag } from './taint.js';

/** What do the kernel's defences and marks mean for firmware control? */
export function securityFindings({ system }: DiagnosisInput): Finding[] {
  const { taint, panicOnTaint, lockdown } = system;
  const findings: Finding[] = [];
  if (lockdown === 'integrity' || lockdown === 'confidentiality') {
    findings.push({ severity: 'note', code: 'lockdown', message: `The kernel is locked down (${lockdown}). Control nodes keep working; writing to PCI configuration space does not.` });
  }
  const [own, others] = [taint?.flags.filter(({ bit }) => bit === FWCTL_TAINT_BIT) ?? [], taint?.flags.filter(({ bit }) => bit !== FWCTL_TAINT_BIT) ?? []];
  if (own.length > 0) {
    findings.push({ severity: 'note', code: 'tainted-by-fwctl', message: 'A program has sent a command of scope debug-write or debug-write-full since this machine started; the kernel is marked with J.', remedy: 'Only a restart of the machine removes the mark.' });
  }
  if (others.length > 0 || (taint?.unknownBits.length ?? 0) > 0) {
    findings.push({ severity: 'note', code: 'tainted', message: `The kernel is marked for reasons that have nothing to do with fwctl: ${reasons(others, taint?.unknownBits ?? [])}.` });
  }
  if (hasTaintBit(panicOnTaint, FWCTL_TAINT_BIT)) {
    findings.push({ severity: 'note', code: 'panic-on-taint', message: 'This machine was started with panic_on_taint for the mark J: the first command of scope debug-write or debug-write-full stops it, even one that the kernel refuses.', remedy: 'Stay with the scopes configuration and debug-read-only.' });
  }
  return findings;
}

function reasons(flags: readonly TaintFlag[], unknownBits: readonly number[]): string {
  return [...flags.map(({ letter, meaning }) => `${meaning} (${letter})`), ...unknownBits.map((bit) => `bit ${bit}`)].join(', ');
}
