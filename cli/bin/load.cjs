'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const ID = /^\/\/ ([0-9a-f]{16})\n/;
/** Of a piece of code: the number of its file, and its name. All else that is required is a module of Node.js, or a file by its path. */
const PIECE = /^(\d+):/;

/**
 * Opens the tool that was built in a folder. Its code comes in pieces, each a function that is called when something needs the piece for the first time.
 * `onLoad` is told of each. `nameOf` says what the engine calls the files.
 */
function openTool(dist, { onLoad = () => undefined, nameOf = (path) => path } = {}) {
  const place = { dirname: dist, get url() { return require('node:url').pathToFileURL(join(dist, '../../native/src/load.js')).href; } };
  const scripts = new Map();
  const tables = new Map();
  const tableOf = (number) => {
    if (!tables.has(number)) {
      scripts.set(number, compilePack(dist, `auxctl-${number}`, nameOf));
      tables.set(number, scripts.get(number).runInThisContext()(place, dist, (url) => import(url)));
    }
    return tables.get(number);
  };
  const modules = new Map();
  const load = (id) => {
    const known = modules.get(id);
    if (known !== undefined) return known;
    const [, number] = PIECE.exec(id) ?? [];
    if (number === undefined) return require(id);
    const exports = {};
    modules.set(id, exports);
    onLoad(id);
    tableOf(number)[id](exports, load);
    return exports;
  };
  return {
    /** Compiles files of code by their numbers; all that are compiled so far are returned. */
    compile(numbers) {
      for (const number of numbers) tableOf(number);
      return scripts;
    },
    /** Runs it by `process.argv`, each time with all of its state anew. */
    run() {
      modules.clear();
      load('0:main');
    },
  };
}

/**
 * Compiles a file of code with the compiled code that the build left beside it: compiling takes longer than most commands. The cache carries the file's own
 * id in its name, since the engine compares nothing but lengths. All of the code is ASCII.
 */
function compilePack(dist, name, nameOf) {
  const path = join(dist, `${name}.cjs`);
  const source = readFileSync(path, 'latin1');
  return new Script(source, { filename: nameOf(path), cachedData: readIfThere(join(dist, `${name}-${ID.exec(source)?.[1]}.cache`)) });
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

module.exports = { openTool };
