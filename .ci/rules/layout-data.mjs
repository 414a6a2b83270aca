import { trackedFiles } from '../files.mjs';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../step.mjs';

export const title = 'layout data';

const MOST_BYTES = 5 * 1024 * 1024;

export async function check() {
  const sizes = new Map();
  for (const file of trackedFiles()) {
    const [, vendor] = /^vendors\/([^/]+)\/layouts\//.exec(file) ?? [];
    if (vendor !== undefined) sizes.set(vendor, (sizes.get(vendor) ?? 0) + statSync(join(top, file)).size);
  }
  const faults = [...sizes].filter(([, bytes]) => bytes > MOST_BYTES).map(([vendor, bytes]) => `vendors/${vendor}/layouts holds ${megabytes(bytes)}, more than ${megabytes(MOST_BYTES)}`);
  return { faults, figures: [...sizes].map(([vendor, bytes]) => `${vendor} ${megabytes(bytes)}`).join(', ') };
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
}
