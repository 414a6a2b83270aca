import type { Presented, PresentedScalar } from '@auxctl/core';
import type { PresentedFields } from './select.js';

/** Every single value by its path, such as `lanes[2].speed`, in the structure's order. */
export function scalars(fields: PresentedFields): Map<string, PresentedScalar> {
  const found = new Map<string, PresentedScalar>();
  addStructure(fields, '', found);
  return found;
}

/** Selected elements of an array go by their numbers. */
function addStructure(fields: PresentedFields, path: string, found: Map<string, PresentedScalar>): void {
  for (const [name, value] of Object.entries(fields)) add(value, /^\d+$/.test(name) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`, found);
}

function add(value: Presented, path: string, found: Map<string, PresentedScalar>): void {
  if (value.type === 'value') found.set(path, value);
  else if (value.type === 'structure') addStructure(value.fields, path, found);
  else for (const [index, element] of value.elements.entries()) add(element, `${path}[${index}]`, found);
}
