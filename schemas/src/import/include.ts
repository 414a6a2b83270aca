/** Finds the text of a file that another includes; undefined when it is not there. `file` is the name to report. */
export type IncludeFinder = (name: string, from: string) => { readonly file: string; readonly text: string } | undefined;
