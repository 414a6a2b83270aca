// Writes the JSON Schema of every file format from its zod schema.
import { writeGenerated } from '../.ci/generate.mjs';
import { importSource } from '../.ci/source.mjs';

const { FORMATS, toJsonSchema } = await importSource('schemas/src/json-schema.ts');
writeGenerated(new Map(Object.entries(FORMATS).map(([name, schema]) => [`schemas/json/${name}.schema.json`, toJsonSchema(name, schema)])));
