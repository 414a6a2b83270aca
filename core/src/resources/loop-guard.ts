import { ReplyError } from '../errors/classes.js';

/** So many pieces in a row may bring nothing. */
const MOST_EMPTY = 16;
/** So many pieces in a row may be the same, from a device that does not tell where it stands. */
const MOST_SAME = 1024;

/** Notices a dump that would never end: pieces without data, the same piece again and again, a device that is back where it was. */
export class LoopGuard {
  #empty = 0;
  #same = 0;
  #last: { readonly position: string; readonly data: Uint8Array } | undefined;
  /** A position that is compared with all later ones, and moves on as often as the number of those doubles: no circle escapes it. */
  #mark: string | undefined;
  #sinceMark = 0;
  #markEvery = 1;

  /** Takes note of a piece that is not the last. Throws `ERR_REPLY` when there is no end in sight. */
  check(position: string, data: Uint8Array): void {
    this.#empty = data.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY) throw new ReplyError('ERR_REPLY', `the device says that there is more, but gave nothing ${MOST_EMPTY} times in a row`);
    if (position === this.#last?.position) this.#checkStandstill(data);
    else this.#checkCircle(position);
    this.#last = { position, data };
  }

  #checkStandstill(data: Uint8Array): void {
    this.#same = this.#last !== undefined && Buffer.compare(this.#last.data, data) === 0 ? this.#same + 1 : 0;
    if (this.#same >= MOST_SAME) throw new ReplyError('ERR_REPLY', `the device gave the same piece ${MOST_SAME} times in a row`);
  }

  #checkCircle(position: string): void {
    this.#same = 0;
    if (position === this.#mark) throw new ReplyError('ERR_REPLY', 'the device goes round in a circle: it is back where it was');
    if (++this.#sinceMark < this.#markEvery) return;
    this.#mark = position;
    this.#sinceMark = 0;
    this.#markEvery *= 2;
  }
}
