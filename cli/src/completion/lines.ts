/** One line of the data that shells complete from: columns with tabs between them, and no tab or line end in any. */
export function columns(...parts: readonly string[]): string {
  return `${parts.map((part) => part.replaceAll(/\s+/g, ' ').trim()).join('\t')}\n`;
}
