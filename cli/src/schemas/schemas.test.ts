import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../definition/commands.js';
import { isGroup } from '../definition/types.js';
import { SCHEMAS } from './index.js';

const commands = COMMANDS.flatMap(({ commands: family }) => family).flatMap((command) => (isGroup(command) ? command.commands.map(({ name }) => `${command.name}-${name}`) : [command.name]));

describe('schemas of documents', () => {
  it('there is one for each command, and for errors and the log of a simulator; a dump has a format of its own', () => {
    expect(Object.keys(SCHEMAS).sort()).toEqual([...commands, 'error', 'sim-command'].map((name) => `auxctl.${name === 'dump' ? 'dump-summary' : name}/1`).sort());
  });

  it.each(Object.entries(SCHEMAS))('%s says its own name and becomes a JSON Schema', (name, schema) => {
    const json = z.toJSONSchema(schema, { unrepresentable: 'any' });
    expect(json.properties?.['schema']).toMatchObject({ const: name });
    expect(json.additionalProperties).toBe(false);
  });
});
