export * from './words.js';
export * from './integer.js';
export * from './source.js';
export * from './layout/field.js';
export * from './layout/layout.js';
export * from './manifest.js';
