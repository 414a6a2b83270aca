import type { RootedFiles } from './rooted-files.js';

/** What the kernel was built with, as far as it matters here. */
export interface KernelConfig {
  /** The file that says so. */
  readonly source: string;
  /**
   * The options that have to do with firmware control, and those asked for, without `CONFIG_`: built in, a module, or off. An option that
   * the kernel does not know is missing.
   */
  readonly options: Readonly<Record<string, 'y' | 'm' | 'n'>>;
}

const MAX_PACKED_BYTES = 1024 * 1024;
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** Reads the kernel's configuration from where kernels and distributions keep it; undefined when none of these can be read. */
export function readKernelConfig(files: RootedFiles, release: string | undefined, asked: readonly string[]): KernelConfig | undefined {
  const packed = readPacked(files, '/proc/config.gz');
  if (packed !== undefined) return { source: '/proc/config.gz', options: parseConfig(packed, asked) };
  if (release === undefined) return undefined;
  for (const source of [`/boot/config-${release}`, `/lib/modules/${release}/config`]) {
    const text = files.text(source, { maxBytes: MAX_TEXT_BYTES });
    if (text !== undefined) return { source, options: parseConfig(text, asked) };
  }
  return undefined;
}

/** Reads the text of a kernel configuration. */
export function parseConfig(text: string, asked: readonly string[]): Record<string, 'y' | 'm' | 'n'> {
  const options: Record<string, 'y' | 'm' | 'n'> = {};
  for (const [, set, value, unset] of text.matchAll(/^(?:CONFIG_(\w+)=([ym])|# CONFIG_(\w+) is not set)$/gm)) {
    const name = set ?? unset ?? '';
    if (name.includes('FWCTL') || asked.includes(name)) options[name] = value === 'y' || value === 'm' ? value : 'n';
  }
  return options;
}

function readPacked(files: RootedFiles, path: string): string | undefined {
  const bytes = files.bytes(path, { maxBytes: MAX_PACKED_BYTES });
  if (bytes === undefined) return undefined;
  try {
    // Loaded here because it would cost every start of the program more than a scan does.
    return process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('latin1');
  } catch {
    files.report({ type: 'malformed', path, detail: 'not a compressed configuration' });
    return undefined;
  }
}
