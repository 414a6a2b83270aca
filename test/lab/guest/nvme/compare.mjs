import { readFileSync } from 'node:fs';

/** @type {Record<string, Record<string, [path: string, shift: number][]>>} */
const names = JSON.parse(readFileSync(new URL('../../../../vendors/nvme/test/nvme-cli/nvme-cli.json', import.meta.url), 'utf8'));

/** What a comparison of the two tools, field by field, has come to. */
export class Comparison {
  fields = 0;
  /** @type {string[]} */
  disagreements = [];

  /**
   * Holds a value of theirs against ours.
   *
   * @param {string} what
   * @param {unknown} theirs
   * @param {unknown} ours
   */
  hold(what, theirs, ours) {
    this.fields += 1;
    if (theirs !== ours) this.disagreements.push(`${what}: they read ${String(theirs)}, we ${String(ours)}`);
  }

  /**
   * Compares every single value of an object of theirs with the fields that we have for it. A name of theirs that we do not have is a disagreement.
   *
   * @param {string} table whose names hold
   * @param {Record<string, unknown>} theirs
   * @param {Record<string, any>} ours presented fields
   * @param {readonly string[]} [passedOver] what is compared elsewhere
   */
  compare(table, theirs, ours, passedOver = []) {
    for (const [name, value] of Object.entries(theirs)) {
      if (passedOver.includes(name)) continue;
      const parts = names[table]?.[name] ?? [[name, 0]];
      const [[first] = ['']] = parts;
      if (parts.some(([path]) => ours[path] === undefined)) this.disagreements.push(`${table} ${name}: we have no such field`);
      else if (isText(value)) this.hold(`${table} ${name}`, plainText(value), plainText(ours[first].value));
      else this.hold(`${table} ${name}`, BigInt(/** @type {any} */ (value)), parts.reduce((sum, [path, shift]) => sum + (BigInt(ours[path].value) << BigInt(shift)), 0n));
    }
  }
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === 'string' && !/^\d+$/.test(value);
}

/** Texts and bytes without what only one of the tools shows: padding, separators. @param {unknown} value */
function plainText(value) {
  return String(value).replace(/[\s\0]+$/, '').replaceAll('-', '');
}
