import { UsageError, type Codec } from '@auxctl/core';
import type { Value } from '@auxctl/schemas';
import { fieldSteps, unknownField } from './select.js';

/**
 * Holds a list such as `a,b.c,x[2]` against a layout, before anything is sent to a device. Throws `ERR_UNKNOWN_NAME` with the nearest names,
 * `ERR_USAGE` for what is no list.
 */
export function requireFields(codec: Codec, list: string | undefined): void {
  for (const steps of list === undefined ? [] : fieldSteps(list)) {
    const fault = faultIn(codec, [codec.structure], steps, '');
    if (fault !== undefined) throw fault;
  }
}

/** What is wrong with a path that starts in one of these structures: a union holds one of several. */
function faultIn(codec: Codec, structures: readonly string[], [step = '', ...rest]: readonly string[], prefix: string): UsageError | undefined {
  const fields = structures.flatMap((name) => codec.scope.structures.get(name)?.fields ?? []).filter(({ type }) => type !== 'reserved');
  const named = fields.filter(({ name }) => name === step);
  if (named.length === 0) return unknownField(prefix + step, [...new Set(fields.map(({ name }) => prefix + name))]);
  const faults = named.map((field) => faultBelow(codec, field, rest, prefix + step));
  return faults.includes(undefined) ? undefined : faults[0];
}

function faultBelow(codec: Codec, value: Value, steps: readonly string[], path: string): UsageError | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return undefined;
  switch (value.type) {
    case 'array':
      if (!/^\d+$/.test(step) || (value.count !== 'rest' && Number(step) >= value.count)) return new UsageError('ERR_UNKNOWN_NAME', `${path} has no element ${step}`, value.count === 'rest' ? {} : { hint: `There are ${path}[0] to ${path}[${value.count - 1}].` });
      return faultBelow(codec, value.element, rest, `${path}[${step}]`);
    case 'struct':
      return faultIn(codec, [value.structure], steps, `${path}.`);
    case 'union':
      return faultIn(codec, value.variants.map(({ structure }) => structure), steps, `${path}.`);
    default:
      return new UsageError('ERR_UNKNOWN_NAME', `${path} has no part ${step}: it is a single value`);
  }
}
