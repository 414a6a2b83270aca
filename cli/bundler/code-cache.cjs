'use strict';

// Run as a program of its own, once the bundle is made: `node code-cache.cjs BUNDLE CACHE`. Writes what the engine compiled of the bundle while it
// ran the commands that have to be quick, so that the tool need not compile it again. Another release of Node.js refuses it and compiles.

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const { compileBundle, runBundle } = require('../bin/load.cjs');

const [, , bundle, cache] = process.argv;
const emptyRoot = mkdtempSync(join(tmpdir(), 'auxctl-build-'));
const script = compileBundle(bundle, basename(bundle));

process.argv = [process.execPath, bundle, 'list', '--quiet', '--root', emptyRoot];
process.exit = (status) => {
  rmSync(emptyRoot, { recursive: true });
  if (status === 0) writeFileSync(cache, script.createCachedData());
  process.reallyExit(status);
};
runBundle(script, bundle);
