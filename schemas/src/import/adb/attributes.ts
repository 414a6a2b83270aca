import type { Place, ReportProblem } from '../problem.js';

const FIELD = ['name', 'descr', 'offset', 'size', 'subnode', 'low_bound', 'high_bound', 'enum', 'access', 'rw', 'union_selector', 'selected_by', 'condition', 'size_condition', 'arr_is_dynamic', 'attr_arr_is_dynamic', 'inst_ifdef'];
const NODE = ['name', 'descr', 'size', 'attr_is_union', 'is_conditional', 'attr_is_conditional', 'cr_data_wdt', 'inst_ifdef'];
/** What is told of attributes themselves, and who must have them, changes no layout. */
const CONFIG = ['field_attr', 'node_attr', 'type', 'used_for', 'pattern', 'field_mand', 'node_mand', 'big_endian_arr', 'single_entry_arr', 'include_path', 'define'];
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries({
  field: new Set(FIELD), node: new Set(NODE), config: new Set(CONFIG), include: new Set(['file', 'dir', 'inst_ifdef']),
  info: new Set(['source_doc_name', 'source_doc_version']), NodesDefinition: new Set(['version']),
}));

/** Collects attributes that no layout can hold, and reports each once with the first place and how often it stands. */
export class UntakenAttributes {
  readonly #found = new Map<string, { readonly place: Place; count: number }>();

  see(element: string, attributes: ReadonlyMap<string, string>, { file, line }: Place): void {
    for (const name of attributes.keys()) {
      if (KNOWN.get(element)?.has(name) === true) continue;
      const key = `${name} of ${element}`;
      const seen = this.#found.get(key);
      if (seen === undefined) this.#found.set(key, { place: { file, line }, count: 1 });
      else seen.count += 1;
    }
  }

  report(report: ReportProblem): void {
    for (const [name, { place, count }] of this.#found) {
      report({ ...place, rule: 'attribute', outcome: 'left-out', message: `the attribute ${name.slice(0, 80)} is not taken${count === 1 ? '' : `, here and in ${count - 1} more places`}` });
    }
  }
}
