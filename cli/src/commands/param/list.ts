import { kernelValueText, readKernelParameters, type DevlinkParam, type DevlinkValue } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { requireThisKernel } from '../../kernel-parameters.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import type { ParamListDocument } from '../../schemas/parameters.js';

type Shown = ParamListDocument['parameters'][number];

/** `auxctl param list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const { device } = requireThisKernel(await context.devices.find(invocation.text('DEV')), context);
  const { handle, parameters } = await readKernelParameters(device, context.wait);
  return report<ParamListDocument>({ schema: 'auxctl.param-list/1', device: device.address, instance: `${handle.bus}/${handle.name}`, parameters: parameters.map(shown) }, listText);
};

function shown({ name, isGeneric, type, values }: DevlinkParam): Shown {
  return { name, isGeneric, type, values: values.map((each) => ({ mode: each.mode, value: plain(each.value), default: plain(each.default) })) };
}

function plain(value: DevlinkValue | undefined): Shown['values'][number]['value'] {
  if (value === undefined) return null;
  if (typeof value === 'bigint' || value instanceof Uint8Array) return kernelValueText(value);
  return typeof value === 'object' ? value.map(String) : value;
}

function listText({ parameters }: ParamListDocument, style: Style): string {
  const rows = parameters.flatMap(({ name, type, isGeneric, values }) => values.map((value, index) => ({ ...value, name: index === 0 ? name : '', type: index === 0 ? type : '', owner: index > 0 ? '' : isGeneric ? 'all drivers' : 'this driver' })));
  return table(rows, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'MODE', cell: ({ mode }) => mode },
    { heading: 'VALUE', cell: ({ value }) => textOf(value) },
    { heading: 'DEFAULT', cell: (row) => textOf(row.default), paint: (_row, text) => style.dim(text) },
    { heading: 'TYPE', cell: ({ type }) => type },
    { heading: 'OF', cell: ({ owner }) => owner },
  ], style);
}

function textOf(value: Shown['values'][number]['value']): string {
  return value === null ? '' : String(value);
}
