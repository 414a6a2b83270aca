import { open } from 'node:fs/promises';
import { once } from 'node:events';

const CHUNK_BYTES = 65_536;

/** Passes on what is added to a file that another process writes. */
export class FollowedFile {
  #path;
  #target;
  #positionBytes = 0;

  /**
   * @param {string} path need not exist yet
   * @param {import('node:stream').Writable} target
   */
  constructor(path, target) {
    this.#path = path;
    this.#target = target;
  }

  /** Passes on everything that was added since the last call. */
  async catchUp() {
    const file = await open(this.#path).catch(() => undefined);
    if (!file) return;
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(CHUNK_BYTES), position: this.#positionBytes });
        if (bytesRead === 0) return;
        this.#positionBytes += bytesRead;
        if (!this.#target.write(buffer.subarray(0, bytesRead))) await once(this.#target, 'drain');
      }
    } finally {
      await file.close();
    }
  }
}
