import { faultyFile, readYaml, type ConfigurationFault, type YamlFile } from '@auxctl/core';
import { configSchema, type Configuration } from '@auxctl/schemas';

/** A file of wanted configuration. */
export interface ConfigurationFile extends YamlFile<Configuration> {
  /** As it was named. */
  readonly name: string;
}

/** Reads a file. Rejects with `ERR_FILE`, or with `ERR_USAGE` and every fault with its place. */
export async function readConfiguration(name: string): Promise<ConfigurationFile> {
  const outcome = await readYaml(name, configSchema, { format: 'config' });
  if (!outcome.ok) throw faultyFile('ERR_USAGE', name, outcome.faults);
  return { ...outcome.file, name };
}

/** Throws every fault with its place, where there are any, with the code of the first in the file; the same one of several devices once. */
export function requireFaultless(file: ConfigurationFile, faults: readonly ConfigurationFault[]): void {
  const told = new Map(faults.map(({ code, path, message, earlier }) => {
    const text = earlier === undefined ? message : `${message}, on line ${file.lineOf(earlier)}`;
    return [JSON.stringify([path, text]), { code, fault: file.faultAt(path, text) }] as const;
  }));
  const sorted = [...told.values()].sort(({ fault: a }, { fault: b }) => a.line - b.line || a.column - b.column);
  const [first] = sorted;
  if (first !== undefined) throw faultyFile(first.code, file.name, sorted.map(({ fault }) => fault));
}
