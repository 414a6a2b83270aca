// Writes the JSON Schema of every file format from its zod schema.
import { writeGenerated } from '../.ci/generate.mjs';
import { importSource } from '../.ci/source.mjs';
import { describedByComments } from './generator/described.mjs';

const { FORMAT_SCHEMAS, toJsonSchema } = await importSource('schemas/src/json-schema.ts', [describedByComments()]);
writeGenerated(new Map(Object.entries(FORMAT_SCHEMAS).map(([name, schema]) => [`schemas/json/${name}.schema.json`, toJsonSchema(name, schema)])));
