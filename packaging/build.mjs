// What the programs that build packages share: where they build, and what becomes of it.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../.ci/step.mjs';
import { copyRoot, keptRoot, say, StepError, whyNoRoot } from './debian-root.mjs';

const USUAL_UMASK = 0o022;

/** @typedef {{ root: string, buildPlace: string, commit: string }} Building where the build is, the folder in that root, and of which commit it is */

/**
 * Runs a program that builds packages: `[--out dist/packages/KIND] [--build-place /build] [--commit HEAD]`. Makes a root with what the build needs, and puts
 * what `build` has made into an empty folder. What goes wrong is said, and ends the program with 1.
 *
 * @param {string} kind
 * @param {readonly string[]} needs packages of Debian's
 * @param {(building: Building) => readonly string[]} build returns paths of files below the folder of the build
 */
export function buildPackages(kind, needs, build) {
  const { values: { out, 'build-place': buildPlace, commit } } = parseArgs({
    options: {
      out: { type: 'string', default: join(top, 'dist/packages', kind) },
      'build-place': { type: 'string', default: '/build' },
      commit: { type: 'string', default: 'HEAD' },
    },
  });
  try {
    const reason = whyNoRoot();
    if (reason !== undefined) throw new StepError(reason);
    buildInto(resolve(out), needs, { buildPlace, commit }, build);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`package: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function buildInto(out, needs, where, build) {
  // Modes of files that are packaged are not the user's to choose.
  process.umask(USUAL_UMASK);
  const kept = keptRoot(needs);
  const root = `${kept}-build-${process.pid}`;
  const place = join(root, where.buildPlace);
  try {
    copyRoot(kept, root);
    mkdirSync(place, { recursive: true });
    say('building packages');
    const made = build({ root, ...where });
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    for (const path of made) {
      cpSync(join(place, path), join(out, basename(path)));
      process.stdout.write(`${join(out, basename(path))}\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
