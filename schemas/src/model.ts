/** The words and helpers of the formats that need no schema library: what a program loads when it validates nothing. */
export * from './words.js';
export * from './formats.js';
export * from './layout/model.js';
export * from './layout/imports.js';
export * from './layout/scope.js';
export * from './layout/entries.js';
export * from './layout/kernel-offers.js';
