// Runs everything that needs no lab, each step even if an earlier one failed, and prints one closing line.
import { finish, step, tests } from './counted.mjs';

const node = process.execPath;

await step('house rules', node, ['.ci/check.mjs']);
await step('types', node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
await step('types of the lab', node, ['node_modules/typescript/bin/tsc', '-p', 'test/lab']);
await step('lint', node, ['node_modules/eslint/bin/eslint.js', '.']);
await tests('unit');
await tests('native');
await step('the addon with sanitizers', node, ['native/build.mjs', '--sanitize']);
await step('native tests under the address and undefined-behaviour sanitizers', node, ['native/test/sanitized.mjs']);
await tests('e2e');
finish();
