import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

/**
 * A piece of the tool that is loaded as a whole: modules that are never needed one without the other.
 * @typedef {object} Chunk
 * @property {string} name
 * @property {string} code CommonJS
 * @property {readonly string[]} inputs the sources in it
 * @property {readonly string[]} needs names of those that it loads with itself
 */

/** How esbuild turns a module into CommonJS: with the same helpers in each, and exports that are copied once more. */
const EXPORTS = 'var stdin_exports={};__export(stdin_exports,';
const COPIED = 'module.exports=__toCommonJS(stdin_exports);';
/** The helpers by themselves, from a module that needs all of them. */
const NEEDS_HELPERS = 'import a,{b} from "a";export const c=[a,b],d=()=>import("a");export default c;';

/**
 * Bundles a program into chunks, split where it imports something only when it is needed.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<Chunk[]>}
 */
export async function chunksOf(options) {
  const { metafile, outputFiles = [] } = await build({ ...options, format: 'esm', splitting: true, chunkNames: '[name]-[hash]', outdir: options.absWorkingDir, write: false, metafile: true });
  const outputs = new Map(Object.entries(metafile?.outputs ?? {}).map(([path, output]) => [nameOf(path), output]));
  return Promise.all(outputFiles.map(async ({ path, text }) => {
    const { inputs = {}, imports = [] } = outputs.get(nameOf(path)) ?? {};
    const needs = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true).map((each) => nameOf(each.path));
    return { name: nameOf(path), code: withoutHelpers(await asCommonJs(text)), inputs: Object.keys(inputs), needs };
  }));
}

/** Some chunks with all that they load with themselves. @param {readonly Chunk[]} chunks @param {Iterable<string>} names */
export function closureOf(chunks, names) {
  const needs = new Map(chunks.map((chunk) => [chunk.name, chunk.needs]));
  const found = new Set(names);
  for (const name of found) for (const next of needs.get(name) ?? []) found.add(next);
  return found;
}

/**
 * The id of each chunk, by its name: the number of its file, a colon and its own number, which stays the same whatever file it is in.
 *
 * @param {readonly (readonly Chunk[])[]} packs
 * @returns {Map<string, string>}
 */
export function idsOf(packs) {
  const names = packs.flat().map(({ name }) => name).sort();
  return new Map(packs.flatMap((chunks, number) => chunks.map(({ name }) => [name, `${number}:${name === 'main' ? name : names.indexOf(name)}`])));
}

/**
 * The texts of files of chunks, each chunk a function by its id. A file is one expression, so that nothing has to be put around it; its first line is its
 * own id.
 *
 * @param {readonly (readonly Chunk[])[]} packs
 */
export async function packTexts(packs) {
  const helpers = await helperText();
  const ids = idsOf(packs);
  const variables = new Map([...ids].map(([name, id]) => [`import_${name.replaceAll('-', '_')}`, `$_${id.split(':')[1]}`]));
  const renamed = (/** @type {string} */ code) => code
    .replaceAll(/require\("\.\/([^"]+)\.js"\)/g, (text, name) => (ids.has(name) ? `require("${ids.get(name)}")` : text))
    .replaceAll(/\bimport_\w+/g, (text) => variables.get(text) ?? text);
  return packs.map((chunks) => {
    for (const { name, code } of chunks) if (/\$_\d/.test(code)) throw new TypeError(`${name}: a variable is called as those of chunks are`);
    const functions = chunks.map(({ name, code }) => `"${ids.get(name)}"(exports,require){${renamed(code).trimEnd()}\n},\n`);
    const text = `(function(auxctlPlace,__dirname,auxctlImport){"use strict";${helpers}return{\n${functions.join('')}}})\n`;
    return `// ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`;
  });
}

/** @param {string} text */
async function asCommonJs(text) {
  const { code } = await transform(text, { format: 'cjs', target: 'node20', minifySyntax: true, minifyWhitespace: true, supported: { 'dynamic-import': false } });
  return code.replace(/^"use strict";/, '');
}

async function helperText() {
  const code = await asCommonJs(NEEDS_HELPERS);
  return code.slice(0, code.indexOf(EXPORTS));
}

/** A chunk without the helpers that its file has once, whose exports are its exports. @param {string} code */
function withoutHelpers(code) {
  const at = code.indexOf(EXPORTS);
  if (at >= 0 && code.includes(COPIED)) {
    const own = code.slice(at + EXPORTS.length).replace(COPIED, '');
    // What marks a module is only looked at by who imports its default.
    return `${/^\{[^}]*\bdefault:/.test(own) ? '__defProp(exports,"__esModule",{value:!0});' : ''}__export(exports,${own}`;
  }
  return /__toESM\(|__export\(/.test(code) ? code.slice(code.lastIndexOf('mod));') + 'mod));'.length) : code;
}

/** @param {string} path */
function nameOf(path) {
  return basename(path, '.js');
}
