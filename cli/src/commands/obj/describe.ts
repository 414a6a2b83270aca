import { findObject, objectKey } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { describeStructure, jsonInteger } from '../../describe/structure.js';
import { provenanceText, structureText } from '../../describe/text.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { pairs } from '../../output/table.js';
import type { ObjDescribeDocument } from '../../schemas/objects.js';

/** `auxctl obj describe` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const layouts = layoutsOf(plugin);
  const entry = await findObject(layouts, invocation.text('NAME'));
  const command = await layouts.document('command', entry.command);
  const key = (await objectKey(layouts, entry)).map(({ name, sizeBits, default: value, description }) => ({ name, sizeBits, default: value === undefined ? null : jsonInteger(value), description: description ?? null }));
  const object = {
    name: entry.name, title: entry.title, command: command.name, key,
    description: command.description ?? null, sources: command.source, kernelInterfaces: command.kernelInterfaces ?? [],
    layout: describeStructure(await layouts.codec('command', command.name, command.reply)),
  };
  return report<ObjDescribeDocument>({ schema: 'auxctl.obj-describe/1', plugin: plugin.manifest.name, object }, describeText);
};

function describeText({ object }: ObjDescribeDocument, style: Style): string {
  const head = pairs([
    ['Object', `${object.name}: ${object.title}`],
    ['Key', object.key.length === 0 ? 'none: there is one' : keyText(object)],
    ['Command', object.command],
    ['Size', `${object.layout.sizeBytes} bytes`],
    ['About', object.description ?? undefined],
  ], style);
  return [head, structureText(object.layout, style), provenanceText(object, style)].join('\n');
}

/** A key on one line, as it is typed: `table_id=... [table_type=0]`. */
function keyText({ key }: Pick<ObjDescribeDocument['object'], 'key'>): string {
  return key.map(({ name, default: value }) => (value === null ? `${name}=...` : `[${name}=${value}]`)).join(' ');
}
