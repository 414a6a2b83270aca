import { report, type CommandModule, type Context } from '../command.js';
import { deviceDocument, shownNames } from '../device-document.js';
import type { FoundDevice } from '../devices.js';
import type { Style } from '../output/style.js';
import { table, type Column } from '../output/table.js';
import type { ListDocument } from '../schemas/devices.js';
import { readSystem, systemText } from '../system-document.js';

type Row = ListDocument['devices'][number];

/** `auxctl list` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.all(invocation.flag('all') ? 'all' : 'named');
  const isOffline = invocation.flag('no-firmware');
  const devices = await Promise.all(found.map((each) => describe(each, isOffline, context)));
  const document: ListDocument = { schema: 'auxctl.list/1', devices, system: readSystem(context.options.root) };
  if (devices.length === 0) context.notes.note('no control-capable device was found; auxctl doctor says why, auxctl demo needs none');
  return report(document, (shown, style) => listText(shown, style, context.options.verbose));
};

/** One device that does not answer keeps no other from being shown. */
async function describe(found: FoundDevice, isOffline: boolean, context: Context): Promise<Row> {
  const row = { ...deviceDocument(found, context.options), firmware: null, problem: found.problem ?? null };
  if (isOffline || row.transport === null || row.plugin === null) return row;
  const { readFirmware } = await import('../firmware.js');
  return { ...row, ...(await readFirmware(found, context)) };
}

function listText({ devices, system }: ListDocument, style: Style, isVerbose: boolean): string {
  const columns: Column<Row>[] = [
    { heading: 'ADDRESS', cell: ({ address }) => address },
    { heading: 'NAMES', cell: shownNames },
    { heading: 'PRODUCT', cell: ({ vendor, product, pciId }) => [vendor, product ?? pciId].filter((part) => part !== null).join(' ') },
    { heading: 'DRIVER', cell: ({ driver }) => driver ?? '-', paint: dimDash },
    { heading: 'PLUGIN', cell: ({ plugin }) => plugin ?? '-', paint: dimDash },
    { heading: 'TRANSPORT', cell: ({ transport }) => transport ?? '-', paint: dimDash },
    { heading: 'FIRMWARE', cell: ({ firmware }) => firmware ?? '-', paint: dimDash },
    { heading: 'PROBLEM', cell: ({ problem }) => problem ?? '', paint: (_row, text) => style.warning(text) },
  ];
  if (isVerbose) columns.splice(2, 0, { heading: 'AUXILIARY', cell: ({ names }) => names.auxiliary.join(' ') }, { heading: 'NODE', cell: ({ node }) => node ?? '-' }, { heading: 'PCI', cell: ({ pciId }) => pciId ?? '-' });
  const isRemarkable = isVerbose || (devices.length > 0 && ((system.taint ?? 0) !== 0 || (system.lockdown ?? 'none') !== 'none'));
  return table(devices, columns, style) + (isRemarkable ? `\nkernel: ${systemText(system, style)}\n` : '');
}

function dimDash(_row: Row, text: string, style: Style): string {
  return text === '-' ? style.dim(text) : text;
}
