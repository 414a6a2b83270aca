// How often the largest layout is decoded in a second, on one core.
import { importSource } from '../../.ci/source.mjs';
import { median, round } from './measure.mjs';

const ROUNDS = 31;
const DECODES = 1000;

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function measureDecoding() {
  const { LayoutStore } = await importSource('core/src/index.ts');
  const store = new LayoutStore('vendors/mlx5/layouts');
  const general = await store.codec('capability', 'GENERAL');
  const all = await Promise.all([...store.names('capability').map((name) => store.codec('capability', name)), ...store.names('register').map((name) => store.codec('register', name))]);
  return [
    row(`decode the general HCA capabilities (${countFields([general])} fields)`, [general]),
    row(`decode every mlx5 capability and register once (${countFields(all)} fields)`, all),
  ];
}

function row(what, codecs) {
  const samples = codecs.map((codec) => ({ codec, bytes: Uint8Array.from({ length: codec.sizeBytes }, (_, index) => index * 37) }));
  const perSecond = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startMs = performance.now();
    for (let n = 0; n < DECODES; n++) for (const { codec, bytes } of samples) codec.decode(bytes);
    perSecond.push((DECODES / (performance.now() - startMs)) * 1000);
  }
  const value = round(median(perSecond), 0);
  return { what, measured: `${value} a second`, reference: '', value, limit: 20_000, bound: /** @type {const} */ ('least'), unit: 'a second' };
}

/** Fields with a name, gaps not counted. */
function countFields(codecs) {
  return codecs.reduce((sum, codec) => sum + leaves(codec.decode(new Uint8Array(codec.sizeBytes))), 0);
}

function leaves(value) {
  if (Array.isArray(value)) return value.reduce((sum, element) => sum + leaves(element), 0);
  if (typeof value !== 'object' || value instanceof Uint8Array) return 1;
  return Object.values(value).reduce((sum, field) => sum + leaves(field), 0);
}
