import { put, u16, u32 } from '../wire.js';
import { VECTORS } from './places.js';

const CONTROL_BYTES = 32;
const AT = { coalescing: 0, mask: 4, credits: 8, maskOnAssert: 12 };
const UNMASK = 0x1_0000;

interface Vector {
  coalescing: number;
  isMasked: boolean;
  /** Events sent and not yet returned by the driver. */
  credits: number;
  masksItself: boolean;
}

function atReset(): Vector {
  return { coalescing: 0, isMasked: true, credits: 0, masksItself: false };
}

/** The interrupt control registers: a vector speaks when something has happened, and then waits until the driver has returned its credits. */
export class InterruptControl {
  readonly #raise: (vector: number) => void;
  #vectors: Vector[] = [];

  constructor(raise: (vector: number) => void) {
    this.#raise = raise;
    this.reset();
  }

  reset(): void {
    this.#vectors = Array.from({ length: VECTORS }, atReset);
  }

  /** Something has happened that the vector tells of. */
  event(index: number): void {
    const vector = this.#vectors[index];
    if (vector === undefined) return;
    vector.credits++;
    this.#send(index, vector);
  }

  /** `offsetBytes` counts from the first control; beyond the last one everything reads as zero. */
  read(offsetBytes: number, widthBytes: number): Uint8Array {
    const bytes = new Uint8Array(CONTROL_BYTES);
    const vector = this.#vectors[Math.floor(offsetBytes / CONTROL_BYTES)];
    if (vector !== undefined) {
      put(bytes, AT.coalescing, 4, vector.coalescing);
      put(bytes, AT.mask, 4, vector.isMasked ? 1 : 0);
      put(bytes, AT.credits, 2, vector.credits);
      put(bytes, AT.maskOnAssert, 4, vector.masksItself ? 1 : 0);
    }
    const at = offsetBytes % CONTROL_BYTES;
    return bytes.slice(at, at + widthBytes);
  }

  write(offsetBytes: number, data: Uint8Array): void {
    const index = Math.floor(offsetBytes / CONTROL_BYTES);
    const vector = this.#vectors[index];
    if (vector === undefined || data.length !== 4) return;
    switch (offsetBytes % CONTROL_BYTES) {
      case AT.coalescing: vector.coalescing = u32(data, 0); break;
      case AT.mask: this.#mask(index, vector, (u32(data, 0) & 1) === 1); break;
      case AT.credits: this.#return(index, vector, data); break;
      case AT.maskOnAssert: vector.masksItself = (u32(data, 0) & 1) === 1; break;
      default: break;
    }
  }

  #return(index: number, vector: Vector, data: Uint8Array): void {
    vector.credits = Math.max(0, vector.credits - u16(data, 0));
    if ((u32(data, 0) & UNMASK) !== 0) this.#mask(index, vector, false);
  }

  /** What happened while the vector was masked is told as soon as it is not. */
  #mask(index: number, vector: Vector, isMasked: boolean): void {
    vector.isMasked = isMasked;
    if (vector.credits > 0) this.#send(index, vector);
  }

  #send(index: number, vector: Vector): void {
    if (vector.isMasked) return;
    if (vector.masksItself) vector.isMasked = true;
    this.#raise(index);
  }
}
