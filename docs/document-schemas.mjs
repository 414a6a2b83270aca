// The JSON Schemas of the documents that the tool prints with --json, and the page that lists them with those of the file formats.
import { importSource } from '../.ci/source.mjs';
import { describedByComments } from '../schemas/generator/described.mjs';

/** @returns {Promise<Map<string, string>>} files by path below the top */
export async function documentSchemas() {
  const { documentJsonSchemas } = await importSource('cli/src/schemas/json-schema.ts', [describedByComments()]);
  const { FORMAT_SCHEMAS } = await importSource('schemas/src/json-schema.ts');
  const files = new Map(Array.from(documentJsonSchemas(), ([name, text]) => [`docs/schemas/${fileOf(name)}`, text]));
  return files.set('docs/schemas/README.md', page([...documentJsonSchemas().keys()], Object.keys(FORMAT_SCHEMAS)));
}

/** `auxctl.list/1` is in `list-1.schema.json`. @param {string} name */
export function fileOf(name) {
  return `${name.replace(/^auxctl\./, '').replace('/', '-')}.schema.json`;
}

function page(documents, formats) {
  return `<!-- Generated from cli/src/schemas and schemas/src by docs/generate.mjs; do not edit. -->

# Schemas

With \`--json\` every command prints one document, or a stream of documents, one a line. Each says in \`schema\` what it is,
with the version of its schema. An error is a document on standard error.

| document | schema |
|---|---|
${documents.map((name) => `| \`${name}\` | [${fileOf(name)}](${fileOf(name)}) |`).join('\n')}

Files have schemas too:

| format | schema |
|---|---|
${formats.map((name) => `| ${name} | [${name}.schema.json](../../schemas/json/${name}.schema.json) |`).join('\n')}
`;
}
