import { takeAttributes } from './attributes.js';
import type { HeaderFormat } from './format.js';
import type { Dimension, Member, MemberType } from './model.js';
import type { TokenReader } from './reader.js';

const FLEXIBLE = new Set(['DECLARE_FLEX_ARRAY', '__DECLARE_FLEX_ARRAY']);
const MOST_DEPTH = 16;

/** The members between braces, both taken. Null after a fault, which is reported. `structure` is the tag to report. */
export function parseMembers(format: HeaderFormat, reader: TokenReader, structure: string): Member[] | null {
  return new MemberParser(format, reader, structure).block();
}

class MemberParser {
  readonly #format: HeaderFormat;
  readonly #reader: TokenReader;
  readonly #structure: string;

  constructor(format: HeaderFormat, reader: TokenReader, structure: string) {
    this.#format = format;
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
      const { constants } = this.#reader.next;
      members.push(...constants.length === 0 ? declared : declared.map((member) => ({ ...member, constants })));
    }
    return members;
  }

  #declaration(): Member[] | null {
    if (this.#reader.accept(';')) return [];
    if (FLEXIBLE.has(this.#reader.next.text)) return this.#flexible();
    const start = this.#reader.next;
    const type = this.#type();
    if (type === null) return null;
    takeAttributes(this.#reader);
    if (this.#reader.accept(';')) {
      if (type.kind === 'inline') return [{ name: undefined, type, dimensions: [], isFlexible: false, constants: [], file: start.file, line: start.line }];
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
      members.push({ name: name.text, type, dimensions, isFlexible: false, constants: [], file: name.file, line: name.line });
    } while (this.#reader.accept(','));
    if (takeAttributes(this.#reader) === 'other') return this.#reader.fault('alignment', 'a member with an alignment of its own', this.#structure);
    if (this.#reader.next.text === ':') return this.#reader.fault('type', 'is a C bit field, whose place is the compiler\'s own', this.#structure);
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
    return [{ name: name.text, type, dimensions: [], isFlexible: true, constants: [], file: name.file, line: name.line }];
  }

  #type(): MemberType | null {
    const token = this.#reader.next;
    const basic = this.#format.types.get(token.text);
    if (basic !== undefined) {
      this.#reader.take();
      return { kind: 'basic', basic };
    }
    if (token.text !== 'struct' && token.text !== 'union') return this.#reader.isAtEnd ? this.#missing('}') : this.#reader.fault('type', `'${token.text.slice(0, 40)}' is neither a type of this format nor a structure or union`, this.#structure);
    this.#reader.take();
    const packing = takeAttributes(this.#reader, this.#reader.packing);
    const tag = this.#reader.acceptName()?.text;
    if (this.#reader.next.text === '{') {
      const members = this.block();
      return members === null ? null : { kind: 'inline', keyword: token.text, members, packing: takeAttributes(this.#reader, packing) };
    }
    return tag === undefined ? this.#missing('a tag') : { kind: 'tag', keyword: token.text, tag };
  }

  #missing(wanted: string): null {
    return this.#reader.unexpected(wanted, this.#structure);
  }
}
