import type { Source } from '../source.js';

/** What the caller says of the source. */
export interface SourceWords {
  /** The name that the layouts' sources give a file. */
  readonly documentName: (file: string) => string;
  /** The source's version or commit. */
  readonly revision: string;
  /** An SPDX expression. */
  readonly license?: string;
}

/** The source of what stands in `file` under the name of `section`. */
export function sourceOf({ documentName, revision, license }: SourceWords, file: string, section: string): Source {
  return { document: documentName(file), revision, section, ...(license === undefined ? {} : { license }) };
}
