import { AuxctlError, CATALOGUE } from '@auxctl/core';
import { toJson } from './output/json.js';
import type { Style } from './output/style.js';
import { pairs, printable } from './output/table.js';
import type { ErrorDocument } from './schemas/error.js';

/** What a thrown value says. Anything that is not one of ours is an internal fault. */
export function describeError(error: unknown): ErrorDocument {
  const known = isAuxctlError(error) ? error : new AuxctlError('ERR_INTERNAL', error instanceof Error ? error.message : 'something was thrown that is no error', { cause: error });
  const { layer, exitStatus, hint } = CATALOGUE[known.code];
  return {
    schema: 'auxctl.error/1', layer, code: known.code, message: known.message,
    device: known.device ?? null, command: known.command ?? null, hint: known.hint ?? hint ?? null,
    exitStatus, details: detailsOf(known),
  };
}

/** The report as standard error gets it. */
export function errorText(report: ErrorDocument, error: unknown, { json, verbose, style }: { readonly json: boolean; readonly verbose: boolean; readonly style: Style }): string {
  if (json) return toJson(report);
  const place = [report.device, report.command].filter((part) => part !== null && !report.message.includes(part)).join(': ');
  const message = printable(place === '' ? report.message : `${place}: ${report.message}`);
  const hint = report.hint === null ? '' : `${style.heading('hint:')} ${printable(report.hint)}\n`;
  const lines = (error instanceof AuxctlError ? error.excerpt ?? [] : []).map((line) => `  ${printable(line)}\n`).join('');
  return `${style.bad('auxctl:')} ${message}\n${lines}${hint}${verbose ? verboseText(report, error, style) : ''}`;
}

/** The native shim, and plugins from elsewhere with a copy of the core of their own, have other classes: the code decides. */
function isAuxctlError(error: unknown): error is AuxctlError {
  return error instanceof AuxctlError || (error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(CATALOGUE, error.code));
}

function detailsOf(error: AuxctlError): Record<string, string> {
  const names = ['errno', 'syscall', 'status', 'statusName', 'syndrome'] as const;
  const found = names.map((name) => [name, (error as Partial<Record<(typeof names)[number], unknown>>)[name]] as const);
  return Object.fromEntries(found.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : typeof value === 'bigint' ? [[name, `0x${value.toString(16)}`]] : [])));
}

function verboseText(report: ErrorDocument, error: unknown, style: Style): string {
  const { layer, code, device, command, details } = report;
  const known = pairs([['layer', layer], ['code', code], ['device', device ?? undefined], ['command', command ?? undefined], ...Object.entries(details)], style, '  ');
  return known + causesText(error);
}

function causesText(error: unknown): string {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < 8; depth += 1, current = current.cause) {
    lines.push(...(current.stack ?? current.message).split('\n').map((line) => `  ${printable(line)}\n`));
  }
  return lines.join('');
}
