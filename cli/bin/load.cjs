'use strict';

const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const ID = /^\/\/ ([0-9a-f]{16})\n/;

/**
 * Compiles the bundle as Node.js would compile a CommonJS module, but with the compiled code that the build left beside it: compiling takes longer than
 * most commands. The cache carries the bundle's own id in its name, since the engine compares nothing but lengths. What is kept for later calls
 * the bundle by its `name`, so that it is the same wherever it was made.
 */
function compileBundle(path, name = path) {
  const source = readFileSync(path, 'latin1');
  const id = ID.exec(source)?.[1];
  return new Script(`(function (exports, require, module, __filename, __dirname, auxctlImport) { ${source}\n})`, {
    filename: name,
    cachedData: readIfThere(join(dirname(path), `auxctl-${id}.cache`)),
  });
}

/** Runs it. */
function runBundle(script, path) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path, dirname(path), (url) => import(url));
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

module.exports = { compileBundle, runBundle };
