import type { IntegerLiteral } from '../integer.js';
import type { Field } from '../layout/field.js';
import type { LayoutDocumentOf } from '../layout/layout.js';
import { fitsField, integerValue } from '../layout/model.js';
import type { LayoutScope } from '../layout/scope.js';
import type { LayoutRule } from './problem.js';
import type { Report } from './value.js';

/** Checks what a field says of its own value: that it changes, and what is sent when nobody gives it. */
export function checkPresence(field: Field, report: Report): void {
  if (field.volatile === true && field.access === 'INDEX') report('volatile', 'selects what is read, and so does not change by itself');
  if (field.default === undefined) return;
  if (field.access !== 'INDEX' && field.access !== 'OP') report('default', 'only an INDEX or OP field has a default');
  checkInteger(field, field.default, (message) => { report('default', message); });
}

/** Checks the readings that a register lists: each gives integers to `INDEX` fields, to all that have no default, and none stands twice. */
export function checkInstances(document: LayoutDocumentOf<'register'>, scope: LayoutScope, report: (rule: LayoutRule, message: string, structure?: string) => void): void {
  const fields = scope.structures.get(document.structure)?.fields ?? [];
  const indices = fields.filter(({ access }) => access === 'INDEX');
  const seen = new Set<string>();
  for (const [number, instance] of (document.instances ?? []).entries()) {
    const reportOne = (message: string): void => { report('instance', `instance ${number}: ${message}`, document.structure); };
    for (const [name, value] of Object.entries(instance)) {
      const field = indices.find((index) => index.name === name);
      if (field === undefined) reportOne(`${name} is no INDEX field`);
      else checkInteger(field, value, (message) => { reportOne(`${name}: ${message}`); });
    }
    for (const { name, default: value } of indices) if (value === undefined && !Object.hasOwn(instance, name)) reportOne(`${name} has no default and is not given`);
    const key = indices.map(({ name, default: value }) => instance[name] ?? value).map((value) => (value === undefined ? '' : integerValue(value))).join();
    if (seen.has(key)) reportOne('stands twice');
    seen.add(key);
  }
}

function checkInteger(field: Field, value: IntegerLiteral, report: (message: string) => void): void {
  const isInteger = field.type === 'uint' || field.type === 'enum' || field.type === 'flags';
  if (!isInteger) report('holds no unsigned integer');
  else if (!fitsField(integerValue(value), field.sizeBits)) report(`${value} does not fit ${field.sizeBits} bits`);
}
