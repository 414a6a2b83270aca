import { expect, it } from 'vitest';
import { openProgress } from './progress.js';

function terminal(canRedrawNotes: boolean) {
  const written: string[] = [];
  return { written, canRedrawNotes, size: { columns: 60, rows: 24 }, note: (text: string) => { written.push(text); } };
}

it('shows a bar after a second, not too often, and takes it away', () => {
  let time = 0;
  const fake = terminal(true);
  const progress = openProgress(fake, true, () => time);
  progress.update(0, 8, 'ONE');
  expect(fake.written).toEqual([]);
  time = 1000;
  progress.update(2, 8, 'TWO');
  time = 1050;
  progress.update(3, 8, 'THREE');
  time = 1100;
  progress.update(4, 8, 'a\u001bb');
  progress[Symbol.dispose]();
  progress[Symbol.dispose]();
  expect(fake.written).toEqual([`\r\u001b[K[${'#'.repeat(6)}${' '.repeat(18)}] 2/8 TWO`, `\r\u001b[K[${'#'.repeat(12)}${' '.repeat(12)}] 4/8 a\\x1bb`, '\r\u001b[K']);
});

it('fits the window, and does not divide by nothing', () => {
  let time = 0;
  const fake = terminal(true);
  using progress = openProgress(fake, true, () => time);
  time = 2000;
  progress.update(0, 0, 'x'.repeat(500));
  expect(fake.written[0]).toHaveLength('\r\u001b[K'.length + 59);
});

it.each([[false, true], [true, false]])('is nothing where it cannot be drawn over or is not wanted (%s, %s)', (canRedraw, isWanted) => {
  let time = 0;
  const fake = terminal(canRedraw);
  const progress = openProgress(fake, isWanted, () => time);
  time = 5000;
  progress.update(1, 2, 'x');
  progress[Symbol.dispose]();
  expect(fake.written).toEqual([]);
});
