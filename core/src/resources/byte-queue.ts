/** Bytes that arrive in pieces of any length and leave in others. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #lengthBytes = 0;

  /** How many bytes wait. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /** Adds bytes, which must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#lengthBytes += chunk.length;
  }

  /** The first bytes, in fresh memory, which stay in the queue; fewer when there are not so many. */
  peek(lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(lengthBytes, this.#lengthBytes));
    let filled = 0;
    for (const chunk of this.#chunks) {
      if (filled === bytes.length) break;
      const part = chunk.subarray(0, bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** The first bytes, in fresh memory, which leave the queue; fewer when there are not so many. */
  take(lengthBytes: number): Uint8Array {
    const bytes = this.peek(lengthBytes);
    this.#lengthBytes -= bytes.length;
    let left = bytes.length;
    let whole = 0;
    for (const chunk of this.#chunks) {
      if (chunk.length > left) break;
      left -= chunk.length;
      whole++;
    }
    this.#chunks.splice(0, whole);
    const [first] = this.#chunks;
    if (first !== undefined && left > 0) this.#chunks[0] = first.subarray(left);
    return bytes;
  }
}
