import { z } from 'zod';
import { SCHEMAS } from './index.js';

/** The JSON Schema (draft 2020-12) of every document that the tool prints, as text, by the name in its `schema`. */
export function documentJsonSchemas(): Map<string, string> {
  return new Map(Object.entries(SCHEMAS).map(([name, schema]) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any' });
    const head = { $comment: 'Generated from the zod schema by docs/generate.mjs; do not edit.', $schema, title: name };
    return [name, `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`];
  }));
}
