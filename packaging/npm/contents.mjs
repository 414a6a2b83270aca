// What has to hold of one npm package as it would be published, by its tarball alone.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { top } from '../../.ci/step.mjs';

const EVERY = ['package.json', 'README.md', 'LICENSE'];
const BUILT = /^dist\/.*\.(js|d\.ts)$/;
/** What a package is made of besides, by its folder; what is not meant does not belong in it. */
const MEANT = {
  schemas: [BUILT],
  native: [BUILT, /^src\/[\w-]+\.(cc|h)$/, /^(binding\.gyp|build\.mjs)$/],
  core: [BUILT],
  kit: [BUILT, /^template\//],
  cli: [/^bin\//, /^dist\/(auxctl-\d(\.cjs|-[0-9a-f]{16}\.cache)|help\.txt)$/, /^dist\/(vendors|completion|kit|template)\//],
  vendors: [BUILT, /^layouts\/.*\.(json|md)$/, /^manifest\.json$/],
};
/** Only the template of a plugin has tests of its own to give. */
const TESTS = /(^|\/)(test|tests|golden|fixtures)\/|\.(test|fixture|addon\.test)\.|tsconfig/;
/** Resolutions that a package without CommonJS is not made for. */
const PASSED_OVER = new Set(['node10', 'node16-cjs']);

/**
 * @param {string} folder the package's, below the top
 * @param {string} tarball
 * @returns {Promise<{ name: string, faults: string[] }[]>} one entry a check
 */
export async function checkContents(folder, tarball) {
  const scratch = mkdtempSync(join(tmpdir(), 'auxctl-npm-'));
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', scratch]);
    const place = join(scratch, 'package');
    const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1)).sort();
    const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    return [
      { name: 'package.json says what it is', faults: manifestFaults(manifest, folder) },
      { name: 'every export is there, with its types', faults: exportFaults(manifest, place) },
      { name: 'it holds what it should', faults: fileFaults(files, folder, place) },
      { name: 'publint', faults: await lint(tarball) },
      ...(manifest.exports === undefined ? [] : [{ name: 'are the types wrong', faults: await wrongTypes(tarball) }]),
    ];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function manifestFaults(manifest, folder) {
  const { version, license, repository } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  const text = JSON.stringify(manifest);
  const wanted = repository === undefined ? undefined : { ...repository, directory: folder };
  return [
    ...(manifest.version === version ? [] : [`its version is ${manifest.version}, the workspace's is ${version}`]),
    ...(manifest.license === license ? [] : [`its license is ${manifest.license}`]),
    ...(manifest.type === 'module' ? [] : ['it is no ES module']),
    ...(manifest.private === undefined ? [] : ['it is private']),
    ...(typeof manifest.description === 'string' && manifest.description.length > 10 ? [] : ['it has no description']),
    ...(/^>=\d+\.\d+/.test(manifest.engines?.node) ? [] : ['it does not say which Node.js it needs']),
    ...(manifest.publishConfig?.access === 'public' || !('publishConfig' in manifest) ? [] : ['it would not be published for everybody']),
    ...(JSON.stringify(manifest.repository) === JSON.stringify(wanted) ? [] : [`its repository is not ${JSON.stringify(wanted)}, as the workspace has it`]),
    ...(text.includes('workspace:') ? ['it depends on the workspace'] : []),
    ...(text.includes('auxctl-source') ? ['it exports its sources, which it does not hold'] : []),
    ...(text.includes(top) ? ['it names a folder of this machine'] : []),
  ];
}

function exportFaults(manifest, place) {
  const entries = Object.entries(manifest.exports ?? {});
  const untyped = entries.filter(([, target]) => typeof target !== 'string' && Object.keys(target)[0] !== 'types').map(([name]) => `${name}: its types do not come first`);
  const targets = entries.flatMap(([name, target]) => (typeof target === 'string' ? [[name, target]] : Object.values(target).map((file) => [name, file])));
  const programs = Object.entries(manifest.bin ?? {}).map(([name, file]) => [name, file]);
  if (targets.length + programs.length === 0) return ['it offers nothing'];
  return [...untyped, ...[...targets, ...programs].filter(([, file]) => !existsSync(join(place, file))).map(([name, file]) => `${name}: ${file} is not there`)];
}

function fileFaults(files, folder, place) {
  const [kind = ''] = folder.split('/');
  const meant = (/** @type {string} */ file) => EVERY.includes(file) || MEANT[kind].some((pattern) => pattern.test(file));
  const layouts = readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.startsWith('layouts/') && file.endsWith('.json'));
  return [
    ...EVERY.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...layouts.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files.filter((file) => !meant(file)).map((file) => `${file} does not belong in it`),
    ...files.filter((file) => TESTS.test(file) && !/^(dist\/)?template\//.test(file)).map((file) => `${file} is for tests`),
    ...files.filter((file) => /\.(js|cjs|mjs|json|d\.ts|md)$/.test(file) && readFileSync(join(place, file), 'utf8').includes(`${top}/`)).map((file) => `${file} names a folder of this machine`),
    ...(!files.includes('LICENSE') || readFileSync(join(place, 'LICENSE'), 'utf8') === readFileSync(join(top, 'LICENSE'), 'utf8') ? [] : ['its LICENSE is another']),
  ];
}

/** Inside may be packages of their own: the plugin that `plugin new` writes, and the kit that it is linked to. */
const INNER = /^\.?\/?(dist\/)?(template|kit)\/package\.json$/;

/** Files of code of the tool: no modules, and what looks like one in them is text that the tool writes. */
const CODE = /^\.?\/?dist\/auxctl-\d\.cjs$/;

async function lint(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: arrayBuffer(tarball) }, strict: true });
  const isInner = ({ code, args }) => code === 'NESTED_PACKAGE_JSON_FIELD_IGNORED' && INNER.test(args.filePath);
  const isCode = ({ code, args }) => code === 'FILE_INVALID_EXPLICIT_FORMAT' && CODE.test(args.actualFilePath);
  return messages.filter((message) => message.type !== 'suggestion' && !isInner(message) && !isCode(message)).map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function wrongTypes(tarball) {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(arrayBuffer(tarball))));
  if (result.types === false) return ['it has no types'];
  return result.problems.filter((problem) => !PASSED_OVER.has(problem.resolutionKind)).map((problem) => `${problem.kind} ${JSON.stringify({ ...problem, trace: undefined })}`);
}

function arrayBuffer(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
