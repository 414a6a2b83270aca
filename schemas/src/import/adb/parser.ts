import { isLayoutName } from '../namer.js';
import type { Place, ReportProblem } from '../problem.js';
import type { IncludeFinder } from '../include.js';
import { UntakenAttributes } from './attributes.js';
import { isSet, plainText, quantity, type AdbDatabase, type AdbField, type AdbNode } from './model.js';
import { readXml, type Element } from './xml.js';

const MOST_FILES = 64;
const MOST_INCLUDE_DEPTH = 16;
const MOST_NODES = 65_536;
const MOST_FIELDS = 16_384;
/** Elements whose children say nothing of layouts. */
const OPAQUE = new Set(['config', 'enum', 'info', 'include']);

/** Reads a database and those that it includes. A node with a fault is reported and passed over. */
export function parseAdb(file: string, text: string, find: IncludeFinder, report: ReportProblem): AdbDatabase {
  const parser = new Parser(find, report);
  parser.read(file, text);
  return parser.database();
}

class Parser {
  readonly #find: IncludeFinder;
  readonly #report: ReportProblem;
  readonly #nodes = new Map<string, AdbNode>();
  readonly #files = new Set<string>();
  readonly #includePaths: string[] = [];
  readonly #defined = new Set<string>();
  readonly #attributes = new UntakenAttributes();
  #includeDepth = 0;
  #isBigEndianArray = false;
  #revision: string | undefined;

  constructor(find: IncludeFinder, report: ReportProblem) {
    this.#find = find;
    this.#report = report;
  }

  database(): AdbDatabase {
    this.#attributes.report(this.#report);
    return { nodes: this.#nodes, revision: this.#revision };
  }

  read(file: string, text: string): void {
    this.#files.add(file);
    const elements: string[] = [];
    let node: { readonly element: Element; readonly fields: AdbField[] } | undefined;
    readXml(file, text, {
      open: (element) => {
        const around = elements.at(-1);
        elements.push(element.name);
        if (around !== undefined && OPAQUE.has(around)) return;
        this.#attributes.see(element.name, element.attributes, element);
        if (around === undefined) this.#root(element);
        else if (element.name === 'node' && around === 'NodesDefinition') node = { element, fields: [] };
        else if (element.name === 'field' && around === 'node') this.#field(element, node?.fields ?? []);
        else this.#other(element);
      },
      close: () => {
        if (elements.pop() !== 'node' || node === undefined) return;
        this.#node(node.element, node.fields);
        node = undefined;
      },
    }, this.#report);
  }

  #root({ name, file, line }: Element): void {
    if (name !== 'NodesDefinition') this.#report({ file, line, rule: 'element', outcome: 'left-out', message: `the document's element is ${name.slice(0, 40)}, not NodesDefinition` });
  }

  #field({ attributes, file, line }: Element, fields: AdbField[]): void {
    if (!this.#isDefined(attributes) || fields.length > MOST_FIELDS) return;
    fields.push({ name: attributes.get('name') ?? '', offset: attributes.get('offset'), size: attributes.get('size') ?? '', attributes, file, line });
  }

  #node({ attributes, file, line }: Element, fields: readonly AdbField[]): void {
    const name = attributes.get('name') ?? '';
    const sizeBits = quantity(attributes.get('size') ?? '');
    if (!this.#isDefined(attributes)) return;
    if (!isLayoutName(name)) this.#refuse({ file, line }, 'name', name, 'is no name that a layout can have');
    else if (sizeBits === undefined) this.#refuse({ file, line }, 'size', name, `has the size '${(attributes.get('size') ?? '').slice(0, 40)}', which is none`);
    else if (fields.length > MOST_FIELDS || this.#nodes.size >= MOST_NODES) this.#refuse({ file, line }, 'size', name, 'is too much: too many nodes, or fields of one node');
    else if (this.#nodes.has(name)) this.#refuse({ file, line }, 'duplicate-name', name, 'is defined a second time; the first definition counts');
    else {
      this.#nodes.set(name, {
        name, sizeBits, isUnion: isSet(attributes.get('attr_is_union')), isWide: attributes.get('cr_data_wdt') === '64', description: plainText(attributes.get('descr')),
        fields, isBigEndianArray: this.#isBigEndianArray, file, line,
      });
    }
  }

  #other(element: Element): void {
    const { name, attributes, file, line } = element;
    if (name === 'config') this.#config(attributes);
    else if (name === 'include') this.#include(element);
    else if (name === 'info') this.#revision ??= attributes.get('source_doc_version');
    else this.#report({ file, line, rule: 'element', outcome: 'left-out', message: `the element ${name.slice(0, 40)}${attributes.has('path') ? ` of ${(attributes.get('path') ?? '').slice(0, 80)}` : ''} is not taken` });
  }

  #config(attributes: ReadonlyMap<string, string>): void {
    const [name = ''] = (attributes.get('define') ?? '').split('=');
    if (name !== '') this.#defined.add(name.trim());
    const isBigEndianArray = attributes.get('big_endian_arr');
    if (isBigEndianArray !== undefined) this.#isBigEndianArray = isSet(isBigEndianArray);
    this.#includePaths.push(...(attributes.get('include_path') ?? '').split(/[:;,]/).map((path) => path.trim()).filter((path) => path !== ''));
  }

  #include({ attributes, file, line }: Element): void {
    const name = attributes.get('file')?.trim();
    if (!this.#isDefined(attributes)) return;
    if (name === undefined || name === '') {
      this.#report({ file, line, rule: 'include', outcome: 'left-out', message: 'a folder cannot be included: name its files' });
      return;
    }
    const found = this.#files.size > MOST_FILES || this.#includeDepth >= MOST_INCLUDE_DEPTH ? undefined : this.#lookUp(name, file);
    if (found === undefined) this.#report({ file, line, rule: 'include', outcome: 'left-out', message: `${name.slice(0, 80)} is not there, or there is too much of it` });
    else if (!this.#files.has(found.file)) {
      this.#includeDepth += 1;
      this.read(found.file, found.text);
      this.#includeDepth -= 1;
    }
  }

  #lookUp(name: string, from: string): ReturnType<IncludeFinder> {
    for (const path of ['', ...this.#includePaths.map((each) => `${each}/`)]) {
      const found = this.#find(path + name, from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What stands under a name that no `config` defines is not there. */
  #isDefined(attributes: ReadonlyMap<string, string>): boolean {
    const name = attributes.get('inst_ifdef')?.trim();
    return name === undefined || name === '' || this.#defined.has(name);
  }

  #refuse(place: Place, rule: 'name' | 'size' | 'duplicate-name', node: string, message: string): void {
    this.#report({ ...place, structure: node.slice(0, 128), rule, outcome: 'left-out', message });
  }
}
