import { defineConfig } from 'tsup';

/** One file with all that it needs, so that the folder is a plugin wherever it lies. The native shim is the tool's own. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  clean: true,
  splitting: false,
  target: 'node20',
  noExternal: [/./],
  external: ['@auxctl/native'],
  esbuildOptions(options) {
    options.conditions = ['auxctl-source'];
  },
});
