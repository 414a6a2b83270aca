import { ReplyError } from '../errors/classes.js';
import type { Fields } from '../layout/types.js';
import type { ResourceAccess, ResourceQuery, ResourceRequest } from '../plugin/resources.js';
import { LoopGuard } from './loop-guard.js';

/** The pieces of one dump, one after the other: what to ask next, and whether the answer can be. */
export class PieceSequence {
  readonly #access: ResourceAccess;
  readonly #request: ResourceRequest;
  readonly #guard = new LoopGuard();
  #query: ResourceQuery;
  #isDone = false;

  constructor(access: ResourceAccess, request: ResourceRequest) {
    this.#access = access;
    this.#request = request;
    this.#query = access.query(request);
  }

  /** What to ask next. */
  get query(): ResourceQuery {
    return this.#query;
  }

  /** Was that the last piece? */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Takes the answer to {@link query} and returns the data in it. Throws `ERR_REPLY` for an answer that breaks the protocol. */
  take(reply: Fields): Uint8Array {
    const { room, lengthBytes, hasMore, isInSequence, position } = this.#access.piece(reply, this.#query.fields);
    if (lengthBytes > room.length) throw new ReplyError('ERR_REPLY', `the device says that it gave ${lengthBytes} bytes, and a piece has room for ${room.length}`);
    if (!isInSequence) throw new ReplyError('ERR_REPLY', 'the reply has a sequence number that does not follow the request\'s');
    const data = room.subarray(0, lengthBytes);
    this.#isDone = !hasMore;
    if (hasMore) {
      this.#guard.check(position, data);
      this.#query = this.#access.query(this.#request, reply);
    }
    return data;
  }
}
