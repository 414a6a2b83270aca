import type { Dimension, Member, MemberType } from './model.js';
import type { TokenReader } from './reader.js';

const BITS = new Set(['u8', '__u8', 'uint8_t']);
const FLEXIBLE = new Set(['DECLARE_FLEX_ARRAY', '__DECLARE_FLEX_ARRAY']);
/** Words of the compiler that may stand beside a member's type and name. */
const ATTRIBUTES = new Set(['__attribute__', '__packed', '__aligned', '__counted_by', '__counted_by_be']);
const MOST_DEPTH = 16;

/** The members between braces, both taken. Null after a fault, which is reported. `structure` is the tag to report. */
export function parseMembers(reader: TokenReader, structure: string): Member[] | null {
  return new MemberParser(reader, structure).block();
}

class MemberParser {
  readonly #reader: TokenReader;
  readonly #structure: string;

  constructor(reader: TokenReader, structure: string) {
    this.#reader = reader;
    this.#structure = structure;
  }

  block(): Member[] | null {
    if (this.#reader.depth >= MOST_DEPTH) return this.#reader.fault('syntax', `more than ${MOST_DEPTH} structures inside one another`, this.#structure);
    if (!this.#reader.accept('{')) return this.#missing('{');
    const members: Member[] = [];
    while (!this.#reader.accept('}')) {
      const declared = this.#declaration();
      if (declared === null) return null;
      members.push(...declared);
    }
    return members;
  }

  #declaration(): Member[] | null {
    if (this.#reader.accept(';')) return [];
    if (FLEXIBLE.has(this.#reader.next.text)) return this.#flexible();
    const start = this.#reader.next;
    const type = this.#type();
    if (type === null) return null;
    this.#attributes();
    if (this.#reader.accept(';')) {
      if (type.kind === 'inline') return [{ name: undefined, type, dimensions: [], isFlexible: false, file: start.file, line: start.line }];
      return this.#reader.fault('syntax', 'a member without a name', this.#structure);
    }
    return this.#declarators(type);
  }

  #declarators(type: MemberType): Member[] | null {
    const members: Member[] = [];
    do {
      const name = this.#reader.acceptName();
      if (name === undefined) return this.#missing('a member\'s name');
      const dimensions = this.#dimensions();
      if (dimensions === null) return null;
      members.push({ name: name.text, type, dimensions, isFlexible: false, file: name.file, line: name.line });
    } while (this.#reader.accept(','));
    this.#attributes();
    if (this.#reader.next.text === ':') return this.#reader.fault('type', 'is a C bit field; here every bit is one array element', this.#structure);
    return this.#reader.accept(';') ? members : this.#missing('; behind a member');
  }

  #dimensions(): Dimension[] | null {
    const dimensions: Dimension[] = [];
    while (this.#reader.accept('[')) {
      const words = this.#reader.wordsUntil([']']);
      if (words === undefined) return this.#missing(']');
      this.#reader.take();
      dimensions.push(words);
    }
    return dimensions;
  }

  #flexible(): Member[] | null {
    this.#reader.take();
    if (!this.#reader.accept('(')) return this.#missing('(');
    const type = this.#type();
    if (type === null) return null;
    if (!this.#reader.accept(',')) return this.#missing('a comma');
    const name = this.#reader.acceptName();
    if (name === undefined) return this.#missing('a member\'s name');
    if (!this.#reader.accept(')') || !this.#reader.accept(';')) return this.#missing(') and ;');
    return [{ name: name.text, type, dimensions: [], isFlexible: true, file: name.file, line: name.line }];
  }

  #type(): MemberType | null {
    const token = this.#reader.next;
    if (BITS.has(token.text)) {
      this.#reader.take();
      return { kind: 'bits' };
    }
    if (token.text !== 'struct' && token.text !== 'union') return this.#reader.isAtEnd ? this.#missing('}') : this.#reader.fault('type', `'${token.text.slice(0, 40)}' is neither u8 nor a structure or union`, this.#structure);
    this.#reader.take();
    const tag = this.#reader.acceptName()?.text;
    if (this.#reader.next.text === '{') {
      const members = this.block();
      return members === null ? null : { kind: 'inline', keyword: token.text, members };
    }
    return tag === undefined ? this.#missing('a tag') : { kind: 'tag', keyword: token.text, tag };
  }

  /** The compiler's words, such as `__packed`. */
  #attributes(): void {
    while (ATTRIBUTES.has(this.#reader.next.text)) {
      this.#reader.take();
      if (this.#reader.accept('(')) {
        this.#reader.wordsUntil([')']);
        this.#reader.accept(')');
      }
    }
  }

  #missing(wanted: string): null {
    return this.#reader.unexpected(wanted, this.#structure);
  }
}
