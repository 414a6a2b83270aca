/** The release that this is: what messages call the reader of a file. */
export const RELEASE = '0.1.0';

/**
 * Every format of a file that is read again: what a file of it is called, the versions that are read, and the one that is written. A file of an earlier
 * version opens for ever, so that `reads` only grows. A schema names its format by this table.
 */
export const FORMATS = {
  dump: { what: 'dump', reads: ['auxctl.dump/2'], writes: 'auxctl.dump/2' },
  report: { what: 'report or baseline', reads: ['auxctl.report/1'], writes: 'auxctl.report/1' },
  journal: { what: 'journal', reads: ['auxctl.journal/1', 'auxctl.journal/2'], writes: 'auxctl.journal/2' },
  config: { what: 'file of desired configuration', reads: ['auxctl.config/1'], writes: 'auxctl.config/1' },
  policy: { what: 'policy', reads: ['auxctl.policy/1'], writes: 'auxctl.policy/1' },
  plugin: { what: 'manifest of a plugin', reads: ['auxctl.plugin/1'], writes: 'auxctl.plugin/1' },
  layout: { what: 'layout', reads: ['auxctl.layout/1'], writes: 'auxctl.layout/1' },
  opcodes: { what: 'table of opcodes', reads: ['auxctl.opcodes/1'], writes: 'auxctl.opcodes/1' },
  'layout-index': { what: 'index of layouts', reads: ['auxctl.layout-index/1'], writes: 'auxctl.layout-index/1' },
  conformance: { what: 'description of a plugin for its tests', reads: ['auxctl.conformance/1'], writes: 'auxctl.conformance/1' },
  'import-overrides': { what: 'file of corrections', reads: ['auxctl.import-overrides/1'], writes: 'auxctl.import-overrides/1' },
} as const satisfies Readonly<Record<string, FormatVersions>>;

interface FormatVersions {
  readonly what: string;
  /** From the oldest to the newest. */
  readonly reads: readonly [string, ...string[]];
  readonly writes: string;
}

/** A name of {@link FORMATS}. */
export type FormatName = keyof typeof FORMATS;

const RELEASE_FORM = /^\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,40}$/;

/**
 * Why a file that says it is of a format cannot be read: it is of a version that this release does not read. The message says what it is, which release
 * reads it, and what this one reads. Undefined for a version that is read, and for what is not of this format at all, which its schema finds.
 * @param format what the file says of its format
 * @param writer the release that wrote it, where the file says so
 */
export function formatFault(name: FormatName, format: unknown, writer?: unknown): string | undefined {
  const { what, reads }: FormatVersions = FORMATS[name];
  const version = versionOf(name, format);
  if (typeof format !== 'string' || version === undefined || reads.includes(format)) return undefined;
  const isOlder = version < (versionOf(name, reads[0]) ?? 0);
  const known = typeof writer === 'string' && RELEASE_FORM.test(writer) && writer !== RELEASE ? writer : undefined;
  const reader = isOlder ? 'no release reads: make it anew' : known === undefined ? 'a newer auxctl reads: the one that it was made with or for, or any later one' : `auxctl ${known} wrote and reads, and so does every later one`;
  return `this is a ${what} of the format ${format}, which ${reader}; this auxctl is ${RELEASE} and reads ${reads.join(' and ')}`;
}

/** {@link formatFault} of a parsed file: its member `format`, and `tool` where it says who wrote it. */
export function fileFormatFault(name: FormatName, file: unknown): string | undefined {
  return formatFault(name, memberOf(file, 'format'), memberOf(file, 'tool'));
}

function versionOf(name: FormatName, format: unknown): number | undefined {
  const head = `auxctl.${name}/`;
  const digits = typeof format === 'string' && format.startsWith(head) ? format.slice(head.length) : '';
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
