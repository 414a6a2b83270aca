export type * from './conformance/fixture.js';
export type { CheckOutcome, ConformanceCheck } from './conformance/check.js';
export { conformanceChecks } from './conformance/checks.js';
export { checkSamples, placeOf, sampleCodec, type FoundPlace, type Sample } from './conformance/golden.js';
export { checkPluginFiles, type PluginFiles } from './folder/check-files.js';
