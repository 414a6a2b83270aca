import { summarizeRegister } from '@auxctl/core';
import { kernelOffersIn } from '@auxctl/schemas/model';
import { report, type CommandModule } from '../../command.js';
import { describeStructure, idText, jsonId } from '../../describe/structure.js';
import { provenanceText, structureText } from '../../describe/text.js';
import { listedInterfaces } from '../../kernel-interfaces.js';
import { layoutsOf } from '../../layouts.js';
import type { Style } from '../../output/style.js';
import { pairs } from '../../output/table.js';
import type { RegDescribeDocument } from '../../schemas/layouts.js';

/** `auxctl reg describe` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const layouts = layoutsOf(plugin);
  const document = await layouts.document('register', invocation.text('NAME'));
  const codec = await layouts.codec('register', document.name);
  const { id, read, write, ...rest } = summarizeRegister({ ...document, sizeBytes: codec.sizeBytes });
  const register = {
    ...rest, id: jsonId(id), read: read ?? null, write: write ?? null,
    description: document.description ?? null, sources: document.source, kernelInterfaces: listedInterfaces(document.kernelInterfaces, kernelOffersIn(document.structure, codec.scope)),
    layout: describeStructure(codec),
  };
  return report<RegDescribeDocument>({ schema: 'auxctl.reg-describe/1', plugin: plugin.manifest.name, register }, describeText);
};

function describeText({ register }: RegDescribeDocument, style: Style): string {
  const head = pairs([
    ['Register', `${register.name}: ${register.title}`],
    ['Id', idText(register.id)],
    ['Size', `${register.sizeBytes} bytes`],
    ['Read', register.read ?? 'not possible'],
    ['Write', register.write ?? 'not possible'],
    ['About', register.description ?? undefined],
  ], style);
  return [head, structureText(register.layout, style), provenanceText(register, style)].join('\n');
}
