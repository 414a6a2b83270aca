import { isShippedCode, read, trackedFiles } from '../files.mjs';

export const title = 'no plain errors, no open ends in shipped code';

const FORBIDDEN = [
  [/\bnew Error\(/, 'throws a plain Error'],
  [/\b(TODO|FIXME|XXX)\b/, 'leaves something to do'],
  [/\bas any\b|: any\b|<any>/, 'uses any', '.ts'],
];

export async function check() {
  const faults = trackedFiles().filter(isShippedCode).flatMap((file) => read(file).split('\n').flatMap((line, index) => (
    FORBIDDEN.filter(([pattern, , ending = '']) => file.endsWith(ending) && pattern.test(line)).map(([, what]) => `${file}:${index + 1} ${what}`)
  )));
  return { faults };
}
