/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {number} value @param {number} digits */
export function round(value, digits = 3) {
  return Number(value.toFixed(digits));
}

/**
 * One line of the table.
 * @typedef {object} Row
 * @property {string} what
 * @property {string} measured
 * @property {string} reference
 * @property {number} value what is held against the limit
 * @property {number} limit Infinity for what is only shown
 * @property {'most' | 'least'} bound
 * @property {string} unit
 */
