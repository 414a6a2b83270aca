import type { DumpSubject } from '@auxctl/schemas';

/** What an entry is about, in a few words: `register PAOS local_port=1`, `capability GENERAL maximum`. */
export function subjectText(subject: DumpSubject): string {
  return [subject.kind, subject.name, ...keyWords(subject), ...modeWords(subject)].join(' ');
}

function keyWords(subject: DumpSubject): string[] {
  const key = 'key' in subject ? subject.key : undefined;
  return Object.entries(key ?? {}).map(([name, value]) => `${name}=${BigInt(value)}`);
}

function modeWords(subject: DumpSubject): string[] {
  return 'mode' in subject && subject.mode !== undefined ? [subject.mode] : [];
}
