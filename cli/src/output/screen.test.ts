import { describe, expect, it } from 'vitest';
import { openScreen } from './screen.js';

function terminal() {
  const written: string[] = [];
  const size = { columns: 20, rows: 3 };
  return { written, size, tryData: (chunk: string | Uint8Array) => { written.push(String(chunk)); return true; } };
}

describe('a screen', () => {
  it('draws each frame over the last one in one piece, and never clears what it is about to draw', () => {
    const fake = terminal();
    using screen = openScreen(fake);
    screen.draw(['one', 'two']);
    expect(fake.written.at(-1)).toBe('\u001b[?2026h\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J\u001b[?2026l');
    expect(fake.written).toHaveLength(2);
  });

  it('leaves out what the window has no room for, and follows its size', () => {
    const fake = terminal();
    using screen = openScreen(fake);
    screen.draw(['1', '2', '3', '4']);
    expect(fake.written.at(-1)).not.toContain('4');
    fake.size.rows = 4;
    screen.draw(['1', '2', '3', '4']);
    expect(fake.written.at(-1)).toContain('4');
    expect(screen.size.rows).toBe(4);
  });

  it('gives the window back with the last frame in it, once', () => {
    const fake = terminal();
    const screen = openScreen(fake);
    screen.draw(['old']);
    screen.draw(['new']);
    screen[Symbol.dispose]();
    screen[Symbol.dispose]();
    expect(fake.written.filter((text) => text.includes('?1049l'))).toEqual(['\u001b[?7h\u001b[?25h\u001b[?1049lnew\n']);
    expect(process.stdout.listenerCount('resize')).toBe(0);
  });
});
