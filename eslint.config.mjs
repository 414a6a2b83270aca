import { defineConfig } from 'eslint/config';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', '**/*.fixture.ts', 'test/**', 'examples/**'];

/** Who may import whom: everything that is not listed is refused. */
const arrows = {
  schemas: [],
  native: [],
  core: ['@auxctl/native', '@auxctl/schemas', '@auxctl/schemas/model'],
  kit: ['@auxctl/core', '@auxctl/schemas', '@auxctl/schemas/model'],
  vendors: ['@auxctl/core', '@auxctl/schemas', '@auxctl/schemas/model'],
};

function arrow(folder, files, allowed) {
  const group = ['@auxctl/*', '@auxctl/*/**', ...allowed.map((name) => `!${name}`)];
  return {
    files,
    ignores: tests,
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { group, message: `${folder} may import ${allowed.length === 0 ? 'no other package' : allowed.join(' and ')}, by public faces only.` },
          { regex: '^(\\.\\./)+(cli|core|native|schemas|vendors)/', message: 'Import another package by its name.' },
        ],
      }],
    },
  };
}

/** Offsets, shifts and masks belong to layouts; only a codec, a simulator and a wire protocol may spell them out. */
const noHandWrittenOffsets = [
  { selector: 'CallExpression[callee.property.name=/^(get|set)(Uint|Int|BigUint|BigInt)(8|16|32|64)$/] > Literal', message: 'Describe the field in a layout instead of naming an offset.' },
  { selector: 'CallExpression[callee.property.name=/^(read|write)(UInt|Int|BigUInt|BigInt)/] > Literal', message: 'Describe the field in a layout instead of naming an offset.' },
  { selector: 'BinaryExpression[operator=/^(<<|>>|>>>|&)$/][right.type="Literal"]', message: 'Describe the field in a layout instead of shifting and masking.' },
];

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/build/**', '**/build-*/**', 'coverage/**', 'cli/src/generated/**'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.mjs', '.ci/*.mjs', '.ci/rules/*.mjs'] }, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', { selector: 'ThrowStatement > NewExpression[callee.name="Error"]', message: 'Throw a class of the catalogue, with a code.' }],
      'max-lines': ['error', 600],
      'max-lines-per-function': ['error', 80],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      eqeqeq: 'error',
    },
  },
  arrow('schemas', ['schemas/src/**'], arrows.schemas),
  arrow('native', ['native/src/**'], arrows.native),
  arrow('core', ['core/src/**'], arrows.core),
  { files: ['core/src/**'], ignores: ['core/src/native.ts', ...tests], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@auxctl/*', '!@auxctl/schemas', '!@auxctl/schemas/model'], message: 'Only native.ts sees the native shim.' }] }] } },
  arrow('kit', ['kit/src/**'], arrows.kit),
  arrow('a vendor', ['vendors/*/src/**', 'vendors/*/sim/**'], arrows.vendors),
  {
    files: ['{core,cli,kit,schemas}/src/**/*.ts', 'vendors/*/src/**/*.ts'],
    ignores: [...tests, 'core/src/layout/**', 'core/src/netlink/**', 'core/src/simulator/**', 'core/src/vfio-user/**'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'ThrowStatement > NewExpression[callee.name="Error"]', message: 'Throw a class of the catalogue, with a code.' }, ...noHandWrittenOffsets] },
  },
  {
    files: ['{core,native,schemas,kit,cli}/src/**/*.ts', 'vendors/*/{src,sim}/**/*.ts'],
    ignores: tests,
    plugins: { jsdoc },
    rules: { 'jsdoc/require-jsdoc': ['error', { publicOnly: true, contexts: ['ExportNamedDeclaration > TSTypeAliasDeclaration', 'ExportNamedDeclaration > TSInterfaceDeclaration', 'ExportNamedDeclaration > VariableDeclaration', 'ExportNamedDeclaration > FunctionDeclaration', 'ExportNamedDeclaration > ClassDeclaration'], require: { FunctionDeclaration: true, ClassDeclaration: true } }] },
  },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-implied-eval': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/*.{mjs,cjs}'], extends: [tseslint.configs.disableTypeChecked], rules: { 'max-lines-per-function': 'off' } },
  { files: ['kit/template/**/*.js'], extends: [tseslint.configs.disableTypeChecked], languageOptions: { parserOptions: { projectService: false } } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
