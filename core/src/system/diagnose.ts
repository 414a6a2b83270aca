import { deviceFindings } from './device-findings.js';
import type { DiagnosisInput } from './diagnosis.js';
import type { Finding } from './finding.js';
import { kernelFindings } from './kernel-findings.js';
import { processFindings } from './process-findings.js';
import type { FileProblem } from './rooted-files.js';
import { securityFindings } from './security-findings.js';

const SHOWN_PROBLEMS = 5;

/** Says why devices can or cannot be reached, in the order in which a person would look: kernel, devices, process, defences. Pure. */
export function diagnose(input: DiagnosisInput): Finding[] {
  return [...kernelFindings(input), ...deviceFindings(input), ...processFindings(input), ...securityFindings(input), ...fileFindings(input.problems ?? [])];
}

/** What vanished while it was read is the normal course of things. */
function fileFindings(problems: readonly FileProblem[]): Finding[] {
  const lasting = problems.filter(({ type }) => type !== 'vanished');
  if (lasting.length === 0) return [];
  const shown = lasting.slice(0, SHOWN_PROBLEMS).map(({ path, type, detail }) => `${path} (${type}: ${detail})`);
  const more = lasting.length > shown.length ? ` and ${lasting.length - shown.length} more` : '';
  return [{ severity: 'note', code: 'unreadable-files', message: `Some of the kernel's files could not be used: ${shown.join(', ')}${more}.` }];
}
