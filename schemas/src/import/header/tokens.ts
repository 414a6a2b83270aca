/** One word, number or mark of a header, or a whole preprocessor line. */
export interface Token {
  readonly kind: 'name' | 'number' | 'mark' | 'text' | 'directive' | 'end';
  /** As it stands there; a directive without its `#`, comments and line continuations. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

const NEXT = /[ \t\r\f\v]+|\n|\\\r?\n|\/\/(?:\\\r?\n|[^\n])*|\/\*|[A-Za-z_]\w*|\d\w*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|<<|>>|[^]/y;

/** Cuts a header into tokens, one at a time. Never fails: what is no token of C is a mark of one character. */
export class Tokenizer {
  readonly #text: string;
  #position = 0;
  #line = 1;
  #isLineStart = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token; `end` for ever at the end. */
  next(): Token {
    for (;;) {
      const line = this.#line;
      const piece = this.#piece();
      if (piece === undefined) return { kind: 'end', text: '', line };
      if (piece === '\n') this.#isLineStart = true;
      if (isBlank(piece)) continue;
      const isLineStart = this.#isLineStart;
      this.#isLineStart = false;
      if (piece === '#' && isLineStart) return { kind: 'directive', text: this.#restOfLine(), line };
      return { kind: kindOf(piece), text: piece, line };
    }
  }

  #piece(): string | undefined {
    NEXT.lastIndex = this.#position;
    const piece = NEXT.exec(this.#text)?.[0];
    if (piece === undefined) return undefined;
    this.#advance(piece);
    if (piece === '/*') this.#skipComment();
    return piece;
  }

  #advance(piece: string): void {
    this.#position += piece.length;
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) this.#line += 1;
  }

  #skipComment(): void {
    const end = this.#text.indexOf('*/', this.#position);
    this.#advance(this.#text.slice(this.#position, end < 0 ? this.#text.length : end + 2));
  }

  #restOfLine(): string {
    const pieces: string[] = [];
    for (let piece = this.#piece(); piece !== undefined; piece = this.#piece()) {
      if (piece === '\n') {
        this.#isLineStart = true;
        break;
      }
      pieces.push(isBlank(piece) ? ' ' : piece);
    }
    return pieces.join('').trim();
  }
}

function isBlank(piece: string): boolean {
  return /^(?:\s|\\\r?\n|\/[/*])/.test(piece);
}

function kindOf(piece: string): Token['kind'] {
  if (/^[A-Za-z_]/.test(piece)) return 'name';
  if (/^\d/.test(piece)) return 'number';
  return /^["'].+["']$/.test(piece) ? 'text' : 'mark';
}
