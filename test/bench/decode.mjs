// How often the largest layout is decoded in a second, on one core.
import { importSource } from '../../.ci/source.mjs';
import { median, round } from './measure.mjs';

const ROUNDS = 31;
const DECODES = 2000;

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function measureDecoding() {
  const { LayoutStore } = await importSource('core/src/index.ts');
  const codec = await new LayoutStore('vendors/mlx5/layouts').codec('capability', 'GENERAL');
  const bytes = Uint8Array.from({ length: codec.sizeBytes }, (_, index) => index * 37);
  const fields = Object.keys(codec.decode(bytes)).length;
  const perSecond = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startMs = performance.now();
    for (let n = 0; n < DECODES; n++) codec.decode(bytes);
    perSecond.push((DECODES / (performance.now() - startMs)) * 1000);
  }
  const value = round(median(perSecond), 0);
  return [{ what: `decode the general HCA capabilities (${fields} fields)`, measured: `${value} a second`, reference: '', value, limit: 20_000, bound: 'least', unit: 'a second' }];
}
