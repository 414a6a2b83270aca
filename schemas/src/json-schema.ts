import { z } from 'zod';
import { configSchema } from './config.js';
import { conformanceSettingsSchema } from './conformance.js';
import { dumpLineSchema } from './dump.js';
import { importOverridesSchema } from './import/overrides.js';
import { journalRecordSchema, journalSealSchema } from './journal.js';
import { layoutIndexSchema } from './layout/index-file.js';
import { layoutDocumentSchema, opcodeTableSchema } from './layout/layout.js';
import { manifestSchema } from './manifest.js';
import { policySchema } from './policy.js';
import { reportSchema } from './report.js';

/** The schema of each file format, by the name of its JSON Schema file. */
export const FORMAT_SCHEMAS = { layout: layoutDocumentSchema, opcodes: opcodeTableSchema, 'layout-index': layoutIndexSchema, plugin: manifestSchema, dump: dumpLineSchema, conformance: conformanceSettingsSchema, journal: journalRecordSchema, 'journal-seal': journalSealSchema, policy: policySchema, report: reportSchema, config: configSchema, 'import-overrides': importOverridesSchema } as const;

/** A format's JSON Schema (draft 2020-12) as text. */
export function toJsonSchema(name: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  const head = { $comment: 'Generated from the zod schema by schemas/generate.mjs; do not edit.', $schema, title: `auxctl ${name}` };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}
