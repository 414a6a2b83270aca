// Renders the reference pages of the file formats from their JSON Schemas, which are made from the zod schemas and their comments.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../.ci/step.mjs';

const HEAD = '<!-- Generated from the zod schemas in schemas/src by docs/generate.mjs; do not edit. -->';

/** The reference of the layout language: what a layout document may hold. */
export function layoutLanguagePage() {
  const { $defs } = schemaOf('layout');
  const documents = $defs.layoutDocument.oneOf;
  const fields = $defs.field.oneOf;
  const common = commonMembers(documents);
  const everyField = commonMembers(fields);
  const offers = $defs.kernelOffer.oneOf;
  const offerMembers = commonMembers(offers);
  const opcodes = schemaOf('opcodes');
  const lamp = readFileSync(join(top, 'examples/acme/layouts/registers/LAMP.json'), 'utf8').trim();
  return `${HEAD}

# The layout language

A layout is data: one JSON file below a plugin's \`layouts/\` says, bit by bit, what a register, a command, a capability or an item of
non-volatile configuration holds. One compiler turns it into a decoder and an encoder; nothing about a structure is written in code. An
editor completes and checks such files by [schemas/json/layout.schema.json](../schemas/json/layout.schema.json); \`auxctl plugin check\` also
checks what a schema cannot say: overlaps, gaps, sizes, names, selectors.

A register, whole (\`examples/acme/layouts/registers/LAMP.json\`):

\`\`\`json
${lamp}
\`\`\`

## Documents
Every document has these members:

${table(common, documents[0], $defs)}

What else it holds depends on \`kind\`; documents of a kind stand in a folder of their own.

${documents.map((document) => `### ${document.properties.kind.const}\nIn \`layouts/${FOLDERS[document.properties.kind.const]}/NAME.json\`.\n\n${ownTable(document, common, $defs, ['kind'])}`).join('\n\n')}

## Structure
${$defs.structure.description}

${table(Object.keys($defs.structure.properties), $defs.structure, $defs)}

## Field
Every field has these members:

${table(everyField, fields[0], $defs)}

What else it holds depends on \`type\`. What may stand in an array is the same without a name and a place.

${fields.map((field) => `### ${field.properties.type.const}\n${ownTable(field, everyField, $defs, ['type'])}`).join('\n\n')}

## Integers, ids, sources
${['integer', 'id', 'name', 'source', 'firmwareRange', 'kernelInterface', 'nvParameter'].map((name) => definition(name, $defs)).join('\n\n')}

## The kernel's own interfaces
### kernelOffer
${$defs.kernelOffer.description} See [kernel-first.md](kernel-first.md).

Each has these members:

${table(offerMembers, offers[0], $defs)}

What else it holds depends on \`type\`.

${offers.map((offer) => `#### ${(offer.properties.type.enum ?? [offer.properties.type.const]).join(', ')}\n${ownTable(offer, offerMembers, $defs, ['type'])}`).join('\n\n')}

## Opcodes
\`layouts/opcodes.json\`. ${opcodes.$defs.opcodeTable.description}

${table(Object.keys(opcodes.$defs.opcodeTable.properties), opcodes.$defs.opcodeTable, opcodes.$defs)}

Each row of \`opcodes\`:

${table(Object.keys(opcodes.$defs.opcodeTable.properties.opcodes.items.properties), opcodes.$defs.opcodeTable.properties.opcodes.items, opcodes.$defs)}
`;
}

/** The reference of a plugin's manifest. */
export function manifestPage() {
  const { $defs } = schemaOf('plugin');
  const { manifest } = $defs;
  const nested = Object.entries(manifest.properties).flatMap(([name, schema]) => objectsIn(schema).map((inner, index, all) => [all.length > 1 ? `${name} (${index + 1})` : name, inner]));
  return `${HEAD}

# The manifest

\`manifest.json\` at the top of a plugin's folder. ${manifest.description} Where a device's commands have layouts, the
manifest says all that a plugin needs to say: no code.

${table(Object.keys(manifest.properties), manifest, $defs)}

## Members that hold more
${nested.map(([name, inner]) => `### ${name}\n${table(Object.keys(inner.properties), inner, $defs)}`).join('\n\n')}

## Patterns, lines and names
${['matchPattern', 'alias', 'identityLine', 'registerCommand', 'integer', 'name'].map((name) => definition(name, $defs)).join('\n\n')}
`;
}

const MOST_INLINE = 4;
const FOLDERS = { structures: 'structures', register: 'registers', command: 'commands', capability: 'capabilities', nvconfig: 'nvconfig' };

/** @param {string} name */
function schemaOf(name) {
  return JSON.parse(readFileSync(join(top, `schemas/json/${name}.schema.json`), 'utf8'));
}

function definition(name, defs) {
  const schema = defs[name];
  const shapes = (schema.anyOf ?? schema.oneOf ?? [schema]).filter(({ properties }) => properties !== undefined);
  const members = shapes.map((shape) => `\n\n${table(Object.keys(shape.properties), shape, defs)}`).join('\n\nOr:');
  return `### ${name}\n${schema.description ?? ''}${shapes.length === 0 ? ` ${typeOf(schema, defs)}.` : ''}${members}`.replace('\n ', '\n');
}

/** The members that all of some schemas have alike. */
function commonMembers([first, ...others]) {
  return Object.keys(first.properties).filter((name) => others.every((other) => JSON.stringify(other.properties[name]) === JSON.stringify(first.properties[name])));
}

function ownTable(schema, common, defs, left) {
  const own = Object.keys(schema.properties).filter((name) => !common.includes(name) && !left.includes(name));
  return own.length === 0 ? 'Nothing else.' : table(own, schema, defs);
}

function table(names, { properties, required = [] }, defs) {
  const rows = names.filter((name) => name !== '$schema').map((name) => `| \`${name}\` | ${required.includes(name) ? 'yes' : ''} | ${typeOf(properties[name], defs)} | ${meaning(properties[name])} |`);
  return `| member | needed | value | meaning |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function meaning(schema) {
  return (schema.description ?? '').replaceAll('|', '\\|');
}

/** The kind of value, in a few words. */
function typeOf(schema, defs) {
  if (schema.$ref !== undefined) return nameLink(schema.$ref.split('/').at(-1));
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) return [...new Set(options.map((option) => typeOf(option, defs)))].join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items, defs)}`;
  if (schema.type === 'object') return schema.additionalProperties ? `object: ${typeOf(schema.additionalProperties, defs)} by name` : membersOf(schema, defs);
  if (schema.type === 'integer' || schema.type === 'number') return range(schema);
  if (schema.pattern !== undefined) return `text, \`${schema.pattern.replaceAll('|', '\\|')}\``;
  return 'text';
}

/** A small object in one line: its members, those that may be left out with a `?`. */
function membersOf({ properties, required = [] }, defs) {
  const shown = (name) => `\`${name}${required.includes(name) ? '' : '?'}\`: ${typeOf(properties[name], defs)}`;
  const isSmall = Object.keys(properties).length <= MOST_INLINE && Object.values(properties).every((member) => member.type !== 'object');
  return !isSmall ? 'object' : `{ ${Object.keys(properties).map(shown).join('; ')} }`;
}

function nameLink(name) {
  return `[${name}](#${name.toLowerCase()})`;
}

function range({ type, minimum, maximum }) {
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum === undefined || most === undefined) return minimum === undefined ? type : `${type}, at least ${minimum}`;
  return `${type}, ${minimum} to ${most}`;
}

/** The object schemas below a member, through lists and choices. */
function objectsIn(schema) {
  if (schema.type === 'array') return objectsIn(schema.items);
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) return options.flatMap(objectsIn);
  return schema.properties === undefined ? [] : [schema];
}
