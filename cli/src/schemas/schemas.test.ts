import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../definition/commands.js';
import { isGroup } from '../definition/types.js';
import { SCHEMAS } from './index.js';

const commands = COMMANDS.flatMap(({ commands: family }) => family).flatMap((command) => (isGroup(command) ? command.commands.map(({ name }) => `${command.name}-${name}`) : [command.name]));

/** Commands that print other documents than one of their own name: streams, and a dump, which has a format of its own. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  dump: ['dump-summary'],
  report: ['report', 'report-summary'],
  'diag-sample': ['diag-start', 'diag-sample', 'diag-end'],
  'resource-dump': ['resource-segment', 'resource-failure'],
};

describe('schemas of documents', () => {
  it('there is one for each command, and for errors and the log of a simulator', () => {
    const names = [...commands.flatMap((command) => OTHERS[command] ?? [command]), 'error', 'sim-command'];
    expect(Object.keys(SCHEMAS).sort()).toEqual(names.map((name) => `auxctl.${name}/1`).sort());
  });

  it.each(Object.entries(SCHEMAS))('%s says its own name and becomes a JSON Schema', (name, schema) => {
    const json = z.toJSONSchema(schema, { unrepresentable: 'any' });
    expect(json.properties?.['schema']).toMatchObject({ const: name });
    expect(json.additionalProperties).toBe(false);
  });
});
