import { pathOf } from '../../layout/imports.js';
import type { LayoutDocument, LayoutDocumentOf, Structure } from '../../layout/layout.js';
import type { Header } from '../header/model.js';
import type { Taken } from '../header/taken.js';
import type { ReportProblem } from '../problem.js';

type Structures = LayoutDocumentOf<'structures'>;

const REQUEST = /^(hwrm_\w+)_input$/;
const OPCODE_BITS = 16;

/**
 * Joins `hwrm_X_input` and `hwrm_X_output` to the command X where the header defines `HWRM_X`. One that it does not define is reported,
 * and its two structures stay as they are.
 */
export function withCommands(documents: ReadonlyMap<string, Structures>, taken: readonly Taken[], { valueOf }: Header, report: ReportProblem): Map<string, LayoutDocument> {
  const arranged = new Map<string, LayoutDocument>(documents);
  const moved = new Map<string, string>();
  for (const { name, definition: { tag, file, line } } of taken) {
    const stem = REQUEST.exec(tag)?.[1] ?? '';
    const [request, reply] = [documents.get(`structures/${name}`), documents.get(`structures/${stem}_output`)];
    if (stem === '' || request === undefined || reply === undefined) continue;
    const opcode = valueOf([stem.toUpperCase()]);
    if (opcode === undefined || opcode < 0n || opcode >= 1n << BigInt(OPCODE_BITS)) {
      report({ file, line, structure: tag, rule: 'opcode', outcome: 'left-out', message: `is no command, because the header gives no ${stem.toUpperCase()}; the structures stay` });
      continue;
    }
    const command = commandOf(request, reply, stem.replace(/^hwrm_/, '').toUpperCase(), `0x${opcode.toString(16)}`);
    for (const part of [request, reply]) {
      arranged.delete(pathOf(part));
      moved.set(pathOf(part), pathOf(command));
    }
    arranged.set(pathOf(command), command);
  }
  return new Map([...arranged].map(([path, document]) => [path, withMovedImports(document, moved)]));
}

function commandOf(request: Structures, reply: Structures, name: string, opcode: string): LayoutDocumentOf<'command'> {
  const { format, byteOrder } = request;
  const [own = { sizeBits: 0, fields: [] }] = [request.structures[request.name]];
  const imports = [...new Set([...request.imports ?? [], ...reply.imports ?? []])].sort();
  const [enums, flags] = [{ ...request.enums, ...reply.enums }, { ...request.flags, ...reply.flags }];
  return {
    format, kind: 'command', name, title: name.toLowerCase().replaceAll('_', ' '), byteOrder, source: [...request.source, ...reply.source],
    ...(imports.length === 0 ? {} : { imports }),
    opcode, request: request.name, reply: reply.name,
    structures: { ...request.structures, [request.name]: withOpcode(own, opcode), ...reply.structures },
    ...(Object.keys(enums).length === 0 ? {} : { enums }),
    ...(Object.keys(flags).length === 0 ? {} : { flags }),
  };
}

/** A request begins with its opcode. */
function withOpcode(structure: Structure, opcode: string): Structure {
  const [first, ...others] = structure.fields;
  if (first?.type !== 'uint' || first.sizeBits !== OPCODE_BITS) return structure;
  return { ...structure, fields: [{ ...first, constant: opcode }, ...others] };
}

function withMovedImports(document: LayoutDocument, moved: ReadonlyMap<string, string>): LayoutDocument {
  const { imports } = document;
  if (!imports?.some((path) => moved.has(path))) return document;
  const own = pathOf(document);
  return { ...document, imports: [...new Set(imports.map((path) => moved.get(path) ?? path))].filter((path) => path !== own).sort() };
}
