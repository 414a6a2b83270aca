import type { Field, Value } from '../layout/field.js';
import type { Structure } from '../layout/layout.js';
import { isTail } from '../layout/model.js';
import type { LayoutScope } from '../layout/scope.js';
import { checkPresence } from './index-fields.js';
import { checkKernelOffers } from './kernel.js';
import type { LayoutRule, Problem } from './problem.js';
import { checkValue, type Report } from './value.js';

/** Every fault of one structure. */
export function checkStructure(file: string, name: string, structure: Structure, scope: LayoutScope): Problem[] {
  const problems: Problem[] = [];
  const reportFor = (field: string | undefined) => (rule: LayoutRule, message: string) => {
    problems.push({ file, structure: name, ...(field === undefined ? {} : { field }), rule, message });
  };
  checkNames(structure.fields, reportFor);
  checkPlaces(structure, reportFor);
  for (const field of structure.fields) {
    checkValue(field, structure.fields, scope, reportFor(field.name));
    checkAlignment(field, scope, reportFor(field.name));
    checkPresence(field, reportFor(field.name));
    checkKernelOffers(field.kernel, { field, siblings: structure.fields, scope }, reportFor(field.name));
  }
  return problems;
}

type ReportFor = (field: string | undefined) => (rule: LayoutRule, message: string) => void;

function checkNames(fields: readonly Field[], reportFor: ReportFor): void {
  const seen = new Set<string>();
  for (const field of fields) {
    if (seen.has(field.name)) reportFor(field.name)('duplicate-name', 'another field has this name');
    seen.add(field.name);
    const place = `reserved_at_${field.offsetBits.toString(16)}`;
    if (field.type === 'reserved' && field.name !== place) reportFor(field.name)('reserved-name', `a gap is named by its place: ${place}`);
    if (field.type !== 'reserved' && field.name.startsWith('reserved_at_')) reportFor(field.name)('reserved-name', 'only a reserved field has such a name');
  }
}

/** Fields stand in ascending order; each begins where the bits before it end, unless a write-only one shares a read-only one's bits. */
function checkPlaces(structure: Structure, reportFor: ReportFor): void {
  let endBits = 0;
  let previous: Field | undefined;
  for (const field of structure.fields) {
    const report = reportFor(field.name);
    const fieldEnd = field.offsetBits + field.sizeBits;
    if (previous !== undefined && field.offsetBits < previous.offsetBits) report('order', `stands after ${previous.name}, which lies behind it`);
    else if (field.offsetBits > endBits) report('uncovered', `bits ${endBits} to ${field.offsetBits - 1} before it are not covered`);
    else if (field.offsetBits < endBits && previous !== undefined && !mayShare(previous, field)) {
      report('overlap', `overlaps ${previous.name} in bits ${field.offsetBits} to ${Math.min(endBits, fieldEnd) - 1}`);
    }
    if (fieldEnd > structure.sizeBits) report('past-end', `ends at bit ${fieldEnd}, the structure at ${structure.sizeBits}`);
    if (isTail(field) && field !== structure.fields.at(-1)) report('tail', 'a tail is the last field');
    endBits = Math.max(endBits, fieldEnd);
    previous = field;
  }
  if (endBits < structure.sizeBits) reportFor(undefined)('uncovered', `bits ${endBits} to ${structure.sizeBits - 1} at the end are not covered`);
  if (structure.sizeBits % 8 !== 0 && structure.fields.some(isTail)) reportFor(undefined)('tail', 'a tail begins at a whole byte');
}

function mayShare(a: Field, b: Field): boolean {
  const kinds = new Set([a.access ?? 'RO', b.access ?? 'RO']);
  return kinds.has('RO') && kinds.has('WO') && a.offsetBits === b.offsetBits && a.sizeBits === b.sizeBits;
}

/** Bytes, text and unions are copied as whole bytes, wherever the structures around them stand. */
function checkAlignment(field: Field, scope: LayoutScope, report: Report): void {
  const element = field.type === 'array' ? field.element : field;
  const isAligned = field.offsetBits % 8 === 0 && (field.type !== 'array' || element.sizeBits % 8 === 0);
  if (!isAligned && holdsBytes(element, scope)) report('alignment', 'holds bytes, text or a union, and does not stand at a whole byte');
}

function holdsBytes(value: Value, scope: LayoutScope): boolean {
  if (value.type !== 'struct') return value.type === 'bytes' || value.type === 'string' || value.type === 'union';
  const names = new Set([value.structure]);
  for (const name of names) {
    for (const field of scope.structures.get(name)?.fields ?? []) {
      const inner = field.type === 'array' ? field.element : field;
      if (inner.type === 'struct') names.add(inner.structure);
      else if (inner.type === 'bytes' || inner.type === 'string' || inner.type === 'union') return true;
    }
  }
  return false;
}
