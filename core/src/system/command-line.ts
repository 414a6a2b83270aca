/**
 * The value of a parameter on the kernel's command line; undefined when it is not there. As in the kernel, the last one counts,
 * dashes and underscores are the same, double quotes protect spaces, and what follows `--` is not for the kernel.
 */
export function commandLineValue(commandLine: string, name: string): string | undefined {
  let value: string | undefined;
  for (const [word] of commandLine.matchAll(/(?:"[^"]*"?|[^\s"])+/g)) {
    if (word === '--') break;
    const [key = '', ...rest] = word.replaceAll('"', '').split('=');
    if (rest.length > 0 && key.replaceAll('-', '_') === name) value = rest.join('=');
  }
  return value;
}
