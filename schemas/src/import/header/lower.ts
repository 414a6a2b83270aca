import type { ReportProblem } from '../problem.js';
import { isLayoutName, Namer } from '../namer.js';
import type { HeaderFormat } from './format.js';
import { DefinitionLowering, type Resolve } from './lowering.js';
import type { Definition, Header } from './model.js';
import { structureNames } from './names.js';
import type { Taken } from './taken.js';

const MOST_DEPTH = 64;

/** Turns every definition of a header into structures of layouts, in the order of the header. What it cannot take it reports. */
export function lowerHeader(format: HeaderFormat, header: Header, report: ReportProblem): Taken[] {
  const definitions = new Map(header.definitions.map((definition) => [definition.tag, definition]));
  const names = structureNames(format, definitions.keys());
  const namer = new Namer(names.values());
  const taken = new Map<string, Taken | null>();
  const open = new Set<string>();

  const resolve: Resolve = (keyword, tag) => {
    const definition = definitions.get(tag);
    if (definition === undefined) return { fault: 'reference', message: `${keyword} ${tag} is not defined` };
    if (definition.keyword !== keyword) return { fault: 'reference', message: `${tag} is a ${definition.keyword}` };
    if (open.has(tag)) return { fault: 'recursion', message: `${keyword} ${tag} contains itself` };
    if (open.size > MOST_DEPTH) return { fault: 'recursion', message: `more than ${MOST_DEPTH} structures inside one another` };
    return take(definition) ?? { fault: 'reference', message: `${keyword} ${tag} could not be taken` };
  };
  const take = (definition: Definition): Taken | null => {
    const { tag } = definition;
    const known = taken.get(tag);
    if (known !== undefined) return known;
    const name = names.get(tag) ?? tag;
    if (!isLayoutName(name)) {
      const { file, line } = definition;
      report({ file, line, structure: tag, rule: 'name', outcome: 'left-out', message: 'is no name that a layout can have' });
      taken.set(tag, null);
      return null;
    }
    open.add(tag);
    const lowering = new DefinitionLowering(definition, name, { format, namer, resolve, valueOf: header.valueOf, report });
    const result = lowering.run();
    open.delete(tag);
    taken.set(tag, result);
    return result;
  };
  return header.definitions.flatMap((definition) => take(definition) ?? []);
}
