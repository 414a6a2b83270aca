import { countVendors, medianCode } from '../../docs/vendors-page.mjs';

export const title = 'a vendor is mostly data';

const MOST_MEDIAN_LINES = 400;

export async function check() {
  const counts = countVendors();
  const median = medianCode(counts);
  const figures = `${counts.map(({ folder, code }) => `${folder.split('/').at(-1)} ${code}`).join(', ')}; median ${median} lines of code`;
  return { faults: median < MOST_MEDIAN_LINES ? [] : [`the median vendor has ${median} lines of code, not under ${MOST_MEDIAN_LINES}`], figures };
}
