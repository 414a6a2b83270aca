export * from './model.js';
export * from './integer.js';
export * from './source.js';
export * from './layout/field.js';
export * from './layout/layout.js';
export * from './manifest.js';
export * from './validate/problem.js';
export { checkLayoutDocument, parseLayoutDocument, parseOpcodeTable } from './validate/document.js';
export { checkLayoutSet, importsOf } from './validate/set.js';
