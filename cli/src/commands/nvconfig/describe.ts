import { findNvParameter, nvParameters, type NvParameterEntry } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';
import { report, type CommandModule } from '../../command.js';
import { describeStructure, jsonInteger } from '../../describe/structure.js';
import { provenanceText } from '../../describe/text.js';
import { layoutsOf } from '../../layouts.js';
import { activationText, parameterSummary } from '../../nvconfig/summary.js';
import type { Style } from '../../output/style.js';
import { pairs, table } from '../../output/table.js';
import type { NvconfigDescribeDocument } from '../../schemas/nvconfig.js';

/** `auxctl nvconfig describe` */
export const run: CommandModule['run'] = async (invocation, { plugins }) => {
  const plugin = await plugins.find(invocation.text('PLUGIN'));
  const layouts = layoutsOf(plugin);
  const entry = findNvParameter(await nvParameters(layouts), invocation.text('NAME'));
  const { parameter: { field: name }, document } = entry;
  const { fields, enums } = describeStructure(await layouts.codec('nvconfig', document.name));
  const field = fields.find(({ path }) => path === name);
  const parameter = {
    ...parameterSummary(entry), ...relationsOf(entry), description: field?.description ?? null, type: field?.type ?? '', sizeBits: field?.sizeBits ?? 0,
    values: enums[field?.names ?? ''] ?? [], itemType: jsonInteger(integerValue(document.item.type)), sources: document.source,
  };
  return report<NvconfigDescribeDocument>({ schema: 'auxctl.nvconfig-describe/1', plugin: plugin.manifest.name, parameter }, describeText);
};

function relationsOf({ parameter: { valid, limit, supported }, document }: NvParameterEntry) {
  return {
    valid: valid === undefined ? null : `${document.name}.${valid}`,
    limit: limit === undefined ? null : `${limit.document}.${limit.field}`,
    supported: supported === undefined ? null : `${supported.document}.${supported.field}`,
  };
}

function describeText({ parameter }: NvconfigDescribeDocument, style: Style): string {
  const head = pairs([
    ['Parameter', `${parameter.name}: ${parameter.title}`],
    ['About', parameter.description ?? undefined],
    ['Item', `${parameter.item} (type 0x${BigInt(parameter.itemType).toString(16)}, of the ${parameter.class})`],
    ['Type', `${parameter.type}, ${parameter.sizeBits} ${parameter.sizeBits === 1 ? 'bit' : 'bits'}`],
    ['Takes effect', activationText(parameter.activation)],
    ['Set with', parameter.valid ?? undefined],
    ['At most', parameter.limit ?? undefined],
    ['Only if', parameter.supported ?? undefined],
  ], style);
  const values = table(parameter.values, [
    { heading: 'VALUE', cell: ({ value }) => String(value), align: 'right' },
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'MEANING', cell: ({ description }) => description ?? '' },
  ], style);
  return [head, values, provenanceText(parameter, style)].filter((part) => part !== '').join('\n');
}
