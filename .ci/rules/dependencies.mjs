import { read, trackedFiles } from '../files.mjs';

export const title = 'workspace dependencies follow the arrows';

const ALLOWED = { schemas: [], native: [], core: ['native', 'schemas'], kit: ['core', 'schemas'], vendors: ['core', 'schemas'], cli: ['*'], examples: ['*'], test: ['*'] };

export async function check() {
  const faults = trackedFiles().filter((file) => /^(core|native|schemas|kit|cli|(vendors|examples)\/[^/]+)\/package.json$/.test(file)).flatMap((file) => {
    const folder = file.split('/')[0] ?? '';
    const allowed = ALLOWED[folder] ?? [];
    const { dependencies = {}, devDependencies = {}, version } = JSON.parse(read(file));
    const ours = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith('@auxctl/'));
    const wrong = ours.filter((name) => !allowed.includes('*') && !allowed.includes(name.slice('@auxctl/'.length)));
    return [
      ...wrong.map((name) => `${file}: ${folder} must not depend on ${name}`),
      ...(version === JSON.parse(read('package.json')).version ? [] : [`${file}: version ${version} differs from the workspace's`]),
    ];
  });
  return { faults };
}
