import { gzipSync } from 'node:zlib';
import type { Report } from '@auxctl/schemas';
import { PLAIN } from '../output/style.js';
import { reportText } from './text.js';

/** The forms of a report. */
export const REPORT_FORMATS = ['text', 'json', 'html'] as const;
/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The form that a file's name asks for: JSON where it says nothing, since that holds all. */
export function formatOf(path: string): ReportFormat {
  const name = path.replace(/\.gz$/, '');
  if (name.endsWith('.html')) return 'html';
  return name.endsWith('.txt') || name.endsWith('.text') ? 'text' : 'json';
}

/** The bytes of a report's file, packed when its name ends in `.gz`. */
export async function reportBytes(report: Report, format: ReportFormat, path: string): Promise<Uint8Array> {
  const text = await rendered(report, format);
  return path.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
}

/** A report in one of its forms, without colour. */
export async function rendered(report: Report, format: ReportFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(report)}\n`;
  if (format === 'text') return reportText(report, PLAIN);
  return (await import('./html.js')).reportPage(report);
}
