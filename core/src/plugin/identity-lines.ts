import type { IdentityLine } from '@auxctl/schemas';
import type { Fields, FieldValue } from '../layout/types.js';
import { constantInput } from './data-access.js';
import { refusedToUndefined } from './refused.js';
import { forDevice, hasNames } from '../device/kernel-command.js';
import type { IdentityEntry, IdentityQueries, Plugin } from './types.js';

const PLACE = /\{([^{}]*)\}/g;
const STEP = /[^.[\]]+/g;

/** Asks a device who it is, as the lines of a manifest say: each question once, and without what it refuses or leaves empty. */
export function identifyBy(lines: readonly IdentityLine[]): Plugin['identify'] {
  return async (queries) => {
    const answers = new Map<string, Promise<Fields | undefined>>();
    const entries: IdentityEntry[] = [];
    for (const line of lines.filter(({ name }) => queries.wanted === undefined || name === queries.wanted)) {
      if ('file' in line) {
        const value = textOf(line.file, queries);
        if (value !== '') entries.push({ name: line.name, value });
        continue;
      }
      const question = JSON.stringify(['command' in line ? line.command : undefined, 'register' in line ? line.register : undefined, line.fields]);
      const answer = answers.get(question) ?? refusedToUndefined(ask(line, queries));
      answers.set(question, answer);
      const fields = await answer;
      const value = fields === undefined ? '' : filled(line.text, fields);
      if (value !== '') entries.push({ name: line.name, value });
    }
    return entries;
  };
}

async function ask(line: Exclude<IdentityLine, { file: string }>, { call, readRegister }: IdentityQueries): Promise<Fields> {
  const fields = constantInput(line.fields);
  return 'command' in line ? call(line.command, fields) : readRegister(line.register, fields);
}

function textOf(file: string, { device, kernelFile }: IdentityQueries): string {
  return hasNames(file, device) ? kernelFile(forDevice(file, device))?.trim() ?? '' : '';
}

/** The text with each `{path}` replaced; empty when a field is missing, or all that were named are empty. */
function filled(text: string, fields: Fields): string {
  const values = [...text.matchAll(PLACE)].map(([, path = '']) => shown(valueAt(fields, path)));
  if (values.includes(undefined) || values.every((value) => value === '')) return '';
  let next = 0;
  return text.replaceAll(PLACE, () => values[next++] ?? '').trim();
}

function valueAt(fields: Fields, path: string): FieldValue | undefined {
  return (path.match(STEP) ?? []).reduce<FieldValue | undefined>((value, step) => (
    typeof value === 'object' && Object.hasOwn(value, step) ? Reflect.get(value, step) as FieldValue : undefined), fields);
}

/** Bytes that are all zero are none: nobody has filled them in. */
function shown(value: FieldValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0) ? '' : Buffer.from(value).toString('hex');
  return typeof value === 'object' || value === undefined ? undefined : String(value).trim();
}
