import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeSlowly } from './stream.js';

const never = new AbortController().signal;

/** Takes a chunk when it is told to, or fails with an errno. */
class Reader extends Writable {
  readonly taken: string[] = [];
  readonly errno: string | undefined;
  go: () => void = () => undefined;

  constructor(errno?: string) {
    super();
    this.errno = errno;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.go = () => {
      this.taken.push(chunk.toString());
      done(this.errno === undefined ? undefined : Object.assign(new TypeError('write'), { code: this.errno }));
    };
  }
}

describe('data that keep coming', () => {
  it('wait for a slow reader', async () => {
    const reader = new Reader();
    const written = writeSlowly(reader, 'first', never);
    expect(await Promise.race([written, Promise.resolve('waits')])).toBe('waits');
    reader.go();
    expect(await written).toBe(true);
    expect(reader.taken).toEqual(['first']);
  });

  it.each(['EPIPE', 'EIO'])('end when nobody reads any more (%s), each time that they are written', async (errno) => {
    const reader = new Reader(errno);
    const written = writeSlowly(reader, 'first', never);
    reader.go();
    expect(await written).toBe(false);
    expect(await writeSlowly(reader, 'second', never)).toBe(false);
  });

  it('fail where there is no room', async () => {
    const reader = new Reader('ENOSPC');
    const written = writeSlowly(reader, 'first', never);
    reader.go();
    await expect(written).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENOSPC' });
  });

  it('do not wait for a reader that has stopped once the user gives up', async () => {
    const controller = new AbortController();
    const written = writeSlowly(new Reader(), 'first', controller.signal);
    controller.abort();
    expect(await written).toBe(false);
    expect(await writeSlowly(new Reader(), 'second', controller.signal)).toBe(false);
  });

  it('leave no listeners behind', async () => {
    const reader = new Reader();
    for (let round = 0; round < 20; round += 1) {
      const written = writeSlowly(reader, 'x', never);
      reader.go();
      await written;
    }
    expect(reader.listenerCount('error')).toBeLessThanOrEqual(1);
  });
});
