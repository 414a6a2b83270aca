export { NativeError } from './errors.js';
export type { NativeErrorCode, NativeErrorDetails } from './errors.js';
export { loadNative } from './load.js';
export type { LoadOptions } from './load.js';
export type * from './types.js';
