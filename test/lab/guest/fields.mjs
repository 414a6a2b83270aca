/**
 * The plain values of presented fields, by name; structures and arrays stay nested.
 *
 * @param {Record<string, any>} fields as the tool's documents have them
 * @returns {Record<string, any>}
 */
export function valuesOf(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)]));
}

/**
 * @param {any} field
 * @returns {unknown}
 */
function valueOf(field) {
  if (field.type === 'structure') return valuesOf(field.fields);
  if (field.type === 'array') return field.elements.map(valueOf);
  return field.symbol ?? field.value;
}

/**
 * Those entries of `all` that `some` names.
 *
 * @param {Record<string, unknown>} all
 * @param {Record<string, unknown>} some
 */
export function namedIn(all, some) {
  return Object.fromEntries(Object.keys(some).map((name) => [name, all[name]]));
}
