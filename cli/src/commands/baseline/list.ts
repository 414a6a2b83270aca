import { AuxctlError, readStates } from '@auxctl/core';
import { report, type CommandModule } from '../../command.js';
import { table } from '../../output/table.js';
import { baselineNames, baselinePath } from '../../state/baselines.js';
import type { BaselineListDocument } from '../../schemas/state.js';

type Row = BaselineListDocument['baselines'][number];

/** `auxctl baseline list` */
export const run: CommandModule['run'] = async (_invocation, context) => {
  const baselines: Row[] = [];
  for (const name of baselineNames(context)) baselines.push(await describe(name, baselinePath(name, context)));
  if (baselines.length === 0) context.notes.note('there is no baseline; auxctl baseline save makes one');
  return report<BaselineListDocument>({ schema: 'auxctl.baseline-list/1', baselines }, ({ baselines: rows }, style) => table(rows, [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'CREATED', cell: ({ created }) => created ?? '-' },
    { heading: 'HOST', cell: ({ host }) => host ?? '-' },
    { heading: 'DEVICES', cell: ({ devices }) => devices.join(' ') },
    { heading: 'PROBLEM', cell: ({ problem }) => problem ?? '', paint: (_row, text) => style.warning(text) },
  ], style));
};

/** A file that cannot be read keeps no other from being listed. */
async function describe(name: string, file: string): Promise<Row> {
  try {
    const { report: kept, states } = await readStates(file);
    return { name, file, created: kept?.created ?? null, host: kept?.host.name ?? null, devices: states.map(({ device }) => device.address), problem: null };
  } catch (error) {
    if (!(error instanceof AuxctlError)) throw error;
    return { name, file, created: null, host: null, devices: [], problem: error.message };
  }
}
