import { join } from 'node:path';

/** Set when the tool is bundled: where the folders of vendors are, seen from the bundle. */
declare const AUXCTL_VENDORS: string | undefined;

const VENDORS = typeof AUXCTL_VENDORS === 'undefined' ? '../../vendors' : AUXCTL_VENDORS;

/** The folder of a built-in plugin's layout documents. */
export function vendorLayouts(name: string): string {
  return join(import.meta.dirname, VENDORS, name, 'layouts');
}
