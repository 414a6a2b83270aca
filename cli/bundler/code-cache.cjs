'use strict';

// Run as a program of its own, once the tool is built: `node code-cache.cjs DIST COUNT EAGER LINES [LIST]`. Runs the command lines, which are JSON, in turn. Then it
// writes what the engine compiled on the way beside the COUNT files of code, so that the tool need not compile it again: another release of Node.js refuses
// it and compiles. Of the file whose number is EAGER everything is compiled, since no machine that builds has what runs it. With LIST it writes there,
// instead, which pieces of code were loaded. No file that it writes names a path of the build.

const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { openTool } = require('../bin/load.cjs');

const [, , dist, count, eager, json, list] = process.argv;
const lines = JSON.parse(json);
const root = mkdtempSync(join(tmpdir(), 'auxctl-build-'));
const loaded = [];
const tool = openTool(dist, { onLoad: (id) => { loaded.push(id); }, nameOf: basename });

process.exit = (status) => {
  if (status === 0) setImmediate(next);
  else end(1);
};
next();

function next() {
  const words = lines.shift();
  if (words === undefined) {
    if (list === undefined) writeCaches();
    else writeFileSync(list, JSON.stringify([...new Set(loaded)]));
    end(0);
  } else {
    process.argv = [process.execPath, 'auxctl', ...words, '--root', root];
    tool.run();
  }
}

function writeCaches() {
  setFlagsFromString('--no-lazy');
  tool.compile([eager]);
  setFlagsFromString('--lazy');
  for (const [number, script] of tool.compile(Array.from({ length: Number(count) }, (_, index) => String(index)))) {
    const [, id] = /^\/\/ ([0-9a-f]{16})\n/.exec(readFileSync(join(dist, `auxctl-${number}.cjs`), 'latin1')) ?? [];
    writeFileSync(join(dist, `auxctl-${number}-${id}.cache`), script.createCachedData());
  }
}

function end(status) {
  rmSync(root, { recursive: true });
  process.reallyExit(status);
}
