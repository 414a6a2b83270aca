import { packed, put, putText } from '../wire.js';

/** How bad, in the order of LOG_CONFIG's levels. */
export const LEVEL = { error: 0, warning: 1, info: 2, debug: 3 } as const;
/** Which part of firmware speaks: bit numbers of LOG_CONFIG's modules. */
export const MODULE = { system: 0, port: 1, config: 2, diagnostics: 3 } as const;

const MOST_ENTRIES = 64;
/** One entry as LOG_READ gives it. */
export const ENTRY_BYTES = 64;
const TEXT_BYTES = 48;

/** A ring of what firmware noted; the oldest entries give way. */
export class EventLog {
  readonly capacity = MOST_ENTRIES;
  #entries: Uint8Array[] = [];
  #sequence = 0;

  /** Notes a line, if `config` (a LOG_CONFIG block) wants its level and module. */
  note(config: Uint8Array, nowMs: number, level: number, module: number, text: string): void {
    if (level > (config[0] ?? 0) || (((config[4] ?? 0) >>> module) & 1) === 0) return;
    const entry = packed(ENTRY_BYTES, [0, 8, Math.floor(nowMs)], [8, 1, level], [9, 1, module], [12, 4, this.#sequence++]);
    putText(entry, 16, TEXT_BYTES, text);
    this.#entries = [...this.#entries, entry].slice(-MOST_ENTRIES);
  }

  /** Header (u32 number of entries, u32 sequence to go on with) and as many entries from `first` on as fit, at most 8. */
  read(first: number, roomBytes: number): Uint8Array {
    const most = Math.max(0, Math.min(8, Math.floor((roomBytes - 8) / ENTRY_BYTES)));
    const oldest = this.#sequence - this.#entries.length;
    const from = Math.min(Math.max(first, oldest), this.#sequence);
    const found = this.#entries.slice(from - oldest, from - oldest + most);
    const bytes = new Uint8Array(8 + found.length * ENTRY_BYTES);
    put(bytes, 0, 4, found.length);
    put(bytes, 4, 4, from + found.length);
    found.forEach((entry, index) => { bytes.set(entry, 8 + index * ENTRY_BYTES); });
    return bytes;
  }

  clear(): void {
    this.#entries = [];
  }
}
