import { join } from 'node:path';

/** Set when the tool is bundled: where the folders of vendors are, seen from the bundle. */
declare const AUXCTL_VENDORS: string | undefined;

const PLACES = typeof AUXCTL_VENDORS === 'undefined' ? { vendors: '../../vendors', template: '../../kit/template', kit: '../dist/kit', completion: '../dist/completion' } : { vendors: AUXCTL_VENDORS, template: 'template', kit: 'kit', completion: 'completion' };

/** The folder of a built-in plugin's layout documents. */
export function vendorLayouts(name: string): string {
  return join(import.meta.dirname, PLACES.vendors, name, 'layouts');
}

/** The distribution's package of a built-in plugin's data. */
export function vendorPackage(name: string): string {
  return `auxctl-vendor-${name}`;
}

/** The folder of the plugin that `plugin new` copies. */
export function pluginTemplate(): string {
  return join(import.meta.dirname, PLACES.template);
}

/** The package `@auxctl/kit` that comes with this tool, in one file. */
export function kitFolder(): string {
  return join(import.meta.dirname, PLACES.kit);
}

/** The folder of what shells complete from. */
export function completionFolder(): string {
  return join(import.meta.dirname, PLACES.completion);
}
