import { defineConfig } from 'vitest/config';

/** `unit` needs no addon and no device; `native` needs the addon; `e2e` runs the built tool; `package` builds, installs and removes packages. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['{schemas,native,core,kit,cli}/src/**/*.test.ts', 'vendors/*/**/*.test.ts', 'examples/*/**/*.test.ts', 'test/{fuzz,import,unit}/**/*.test.ts'], ['**/*.addon.test.ts']),
      project('native', ['{native,core}/src/**/*.addon.test.ts', 'vendors/*/**/*.addon.test.ts']),
      project('e2e', ['test/e2e/**/*.test.ts']),
      project('package', ['test/package/**/*.test.mjs']),
    ],
  },
});

function project(name: string, include: string[], exclude: string[] = []) {
  return {
    ssr: { resolve: { conditions: ['auxctl-source', 'node', 'import', 'default'] } },
    test: { name, include, exclude: ['**/node_modules/**', '**/dist/**', ...exclude], testTimeout: 30_000, pool: 'forks', execArgv: ['--expose-gc'] },
  };
}
