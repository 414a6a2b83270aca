import { ReplyError } from '../errors/classes.js';
import { ByteQueue } from './byte-queue.js';
import type { SegmentDecoder } from './segment-decoder.js';
import type { ResourceSegment } from './segment.js';

/** Cuts a stream of bytes into segments. A segment may begin in one piece and end in another. */
export class SegmentReader {
  readonly #decoder: SegmentDecoder;
  readonly #queue = new ByteQueue();
  #hasEnd = false;

  constructor(decoder: SegmentDecoder) {
    this.#decoder = decoder;
  }

  /** Takes the next bytes of the stream, which must not change afterwards. */
  push(data: Uint8Array): void {
    this.#queue.push(data);
  }

  /** The next segment, if all of it has come. Rejects with `ERR_REPLY` when what follows cannot be a segment. */
  async next(): Promise<ResourceSegment | undefined> {
    const { headerBytes } = this.#decoder;
    this.#dropPadding();
    if (this.#queue.lengthBytes < headerBytes) return undefined;
    const { lengthBytes, type } = this.#decoder.header(this.#queue.peek(headerBytes));
    if (lengthBytes < headerBytes) throw new ReplyError('ERR_REPLY', `a segment says that it has ${lengthBytes} bytes, fewer than its header`);
    if (this.#queue.lengthBytes < lengthBytes) return undefined;
    const segment = await this.#decoder.decode(type, this.#queue.take(lengthBytes));
    this.#hasEnd = segment.role === 'end';
    return segment;
  }

  /** The stream is over. Throws `ERR_REPLY` when it ends within a segment, or without its last one. */
  finish(): void {
    if (this.#queue.lengthBytes > 0) throw new ReplyError('ERR_REPLY', `the dump ends within a segment, of which ${this.#queue.lengthBytes} bytes have come`);
    if (!this.#hasEnd) throw new ReplyError('ERR_REPLY', 'the dump ends without the segment that marks its end');
  }

  /** Zeros after the last segment are no data. */
  #dropPadding(): void {
    const { lengthBytes } = this.#queue;
    if (this.#hasEnd && this.#queue.peek(lengthBytes).every((byte) => byte === 0)) this.#queue.take(lengthBytes);
  }
}
