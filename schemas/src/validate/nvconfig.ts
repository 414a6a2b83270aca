import type { LayoutDocument, LayoutDocumentOf } from '../layout/layout.js';
import { integerValue } from '../layout/model.js';
import type { NvParameter } from '../layout/nvconfig.js';
import type { LayoutScope } from '../layout/scope.js';
import { checkKernelOffers } from './kernel.js';
import type { LayoutRule, Problem } from './problem.js';

type NvDocument = LayoutDocumentOf<'nvconfig'>;
type ReportDocument = (rule: LayoutRule, message: string, structure?: string) => void;

/** Checks an item's parameters against its own structure. */
export function checkNvItem(document: NvDocument, scope: LayoutScope, report: ReportDocument): void {
  if ((document.isCapability === true) === (document.activation !== undefined)) report('activation', 'an item is a capability, or says what makes its values current');
  const fields = scope.structures.get(document.structure)?.fields ?? [];
  for (const { name, field, valid, kernel } of document.parameters) {
    const found = fields.find((each) => each.name === field);
    const type = found?.type;
    // What conditions name are parameters, which may be another item's: the set is checked for them.
    if (found !== undefined) checkKernelOffers(kernel, { field: found, scope }, (rule, message) => { report(rule, `${name}: ${message}`, document.structure); });
    if (type === undefined || type === 'reserved') report('reference', `${name}: no field ${field}`, document.structure);
    else if (type === 'struct' || type === 'union' || type === 'array') report('parameter', `${name}: ${field} is not a single value`, document.structure);
    if (valid !== undefined && !isBit(scope, document.structure, valid)) report('reference', `${name}: no bit ${valid}`, document.structure);
  }
}

/** Checks what items say of one another: names and places that stand twice, and references to capability items. */
export function checkNvItems(documents: ReadonlyMap<string, LayoutDocument>): Problem[] {
  const items = [...documents].flatMap(([file, document]): [string, NvDocument][] => (document.kind === 'nvconfig' ? [[file, document]] : []));
  const places = new Map<string, string>();
  const names = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [file, { item, parameters }] of items) {
    const place = String(integerValue(item.type));
    takeOnce(places, place, file, (other) => problems.push({ file, rule: 'duplicate-id', message: `item ${place} is ${other}'s as well` }));
    for (const parameter of parameters) {
      takeOnce(names, parameter.name, file, (other) => problems.push({ file, rule: 'duplicate-name', message: `parameter ${parameter.name} stands in ${other} as well` }));
      for (const missing of unknownConditions(parameter, items.map(([, document]) => document))) problems.push({ file, rule: 'kernel', message: `${parameter.name}: when: no parameter ${missing}` });
      for (const message of badReferences(parameter, items.map(([, document]) => document))) problems.push({ file, rule: 'reference', message: `${parameter.name}: ${message}` });
    }
  }
  return problems;
}

function unknownConditions({ kernel = [] }: NvParameter, items: readonly NvDocument[]): string[] {
  const known = new Set(items.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
  return kernel.flatMap(({ when = {} }) => Object.keys(when)).filter((name) => !known.has(name));
}

function takeOnce(seen: Map<string, string>, key: string, file: string, report: (other: string) => void): void {
  const other = seen.get(key);
  if (other === undefined) seen.set(key, file);
  else report(other);
}

function badReferences({ supported, limit }: NvParameter, items: readonly NvDocument[]): string[] {
  const wanted = [...(supported === undefined ? [] : [supported]), ...(limit === undefined ? [] : [limit]), ...(limit?.valid === undefined ? [] : [{ document: limit.document, field: limit.valid }])];
  return wanted.filter(({ document, field }) => !hasField(items.find(({ name }) => name === document), field)).map(({ document, field }) => `no item ${document} with a field ${field}`);
}

function hasField(document: NvDocument | undefined, name: string): boolean {
  return document?.structures[document.structure]?.fields.some((field) => field.name === name && field.type !== 'reserved') === true;
}

function isBit({ structures }: LayoutScope, structure: string, name: string): boolean {
  return structures.get(structure)?.fields.some((field) => field.name === name && field.type !== 'reserved' && field.sizeBits === 1) === true;
}
