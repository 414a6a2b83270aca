import type { Style } from '../output/style.js';
import { printable, table, type Column } from '../output/table.js';
import type { ConfigApplyDocument, ConfigMadeDocument, ConfigPlanDocument, ConfigStepDocument } from '../schemas/config.js';

const KINDS: Readonly<Record<ConfigStepDocument['kind'], string>> = { stored: 'stored', driver: 'driver', register: 'register' };
const ACTIVATIONS: Readonly<Record<ConfigStepDocument['activation'], string>> = {
  'immediate': 'at once', 'firmware-reset': 'after a firmware reset', 'power-cycle': 'after a power cycle', 'driver-reload': 'after devlink dev reload', 'device-reset': 'after a reset of the device',
};

interface Row<Step> {
  readonly step: Step;
  readonly change: ConfigStepDocument['changes'][number];
}

/** What would be done, device by device, what takes effect when, and a line about all of it. */
export function planText({ devices, counts }: ConfigPlanDocument, style: Style): string {
  return devices.map((device) => deviceText(device, [], style)).join('') + closing(counts, 'to make', devices);
}

/** What was done, and where something failed, what became of what was done before. */
export function applyText({ devices, counts, failure }: ConfigApplyDocument, style: Style): string {
  const result: Column<Row<ConfigMadeDocument>> = { heading: 'RESULT', cell: ({ step }) => resultText(step), paint: ({ step }, text, paints) => painted(step, text, paints) };
  const shown = devices.map((device) => deviceText(device, [result], style)).join('');
  if (failure === null) return shown + closing(counts, 'made', devices);
  const steps = devices.flatMap((device) => device.steps.map((step) => ({ ...step, address: device.address })));
  const lost = steps.filter(({ rollback }) => rollback === 'failed').map(({ address, subject, rollbackError }) => `${style.bad('not rolled back')}: ${printable(`${address} ${subject}: ${rollbackError?.message ?? ''}`)}\n`);
  return shown + lost.join('') + failedText(steps);
}

function deviceText<Step extends ConfigStepDocument>({ address, product, unchanged, steps }: { readonly address: string; readonly product: string | null; readonly unchanged: number; readonly steps: readonly Step[] }, more: readonly Column<Row<Step>>[], style: Style): string {
  const head = `${style.heading(printable(product === null ? address : `${address}, ${product}`))}${unchanged === 0 ? '' : style.dim(`  ${unchanged} as wanted already`)}\n`;
  const rows = steps.flatMap((step) => step.changes.map((change): Row<Step> => ({ step, change })));
  return head + table(rows, [
    { heading: 'KIND', cell: ({ step }) => KINDS[step.kind] },
    { heading: 'OF', cell: ({ step }) => (step.kind === 'register' ? step.subject : ''), paint: (_row, text, paints) => paints.dim(text) },
    { heading: 'NAME', cell: ({ change }) => change.name },
    { heading: 'NOW', cell: ({ change }) => change.before ?? 'unknown' },
    { heading: 'WANTED', cell: ({ change }) => change.after, paint: (_row, text, paints) => paints.changed(text) },
    { heading: 'EFFECT', cell: ({ step }) => step.effect },
    { heading: 'SCOPE', cell: ({ step }) => step.scope ?? '' },
    { heading: 'TAKES EFFECT', cell: ({ step }) => ACTIVATIONS[step.activation] },
    { heading: '', cell: ({ change }) => (change.isAsked ? '' : 'goes with its item'), paint: (_row, text, paints) => paints.dim(text) },
    ...more,
  ], style);
}

function closing({ changes, devices: count }: ConfigPlanDocument['counts'], word: string, devices: readonly Pick<ConfigPlanDocument['devices'][number], 'address' | 'steps'>[]): string {
  if (changes === 0) return 'everything is as wanted already\n';
  const live = devices.flatMap(({ address, steps }) => [...new Set(steps.map(({ activation }) => activation))].filter((activation) => activation !== 'immediate').map((activation) => `in force ${ACTIVATIONS[activation]}: ${address}\n`));
  return `${changes} ${changes === 1 ? 'change' : 'changes'} ${word}, on ${count} ${count === 1 ? 'device' : 'devices'}\n${live.join('')}`;
}

function resultText({ state, rollback }: ConfigMadeDocument): string {
  if (state === 'not-tried') return 'not tried';
  if (rollback === 'failed') return 'NOT ROLLED BACK';
  if (rollback === 'done') return state === 'failed' ? 'failed, rolled back' : 'rolled back';
  return state === 'failed' ? 'failed' : rollback === 'needless' ? 'is as before already' : 'done';
}

function painted(step: ConfigMadeDocument, text: string, style: Style): string {
  if (step.state === 'failed' || step.rollback === 'failed') return style.bad(text);
  return step.state === 'applied' && step.rollback === 'none' ? style.good(text) : style.warning(text);
}

function failedText(steps: readonly ConfigMadeDocument[]): string {
  const tried = steps.filter(({ state }) => state !== 'not-tried');
  const kept = tried.filter(({ state, rollback }) => state === 'applied' && rollback === 'none').length;
  const lost = tried.filter(({ rollback }) => rollback === 'failed').length;
  if (tried.length === 0) return 'nothing was changed\n';
  if (kept > 0) return `${kept} of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} done and kept\n`;
  return lost === 0 ? 'all that was done is rolled back: everything is as it was\n' : `${lost} of ${tried.length} could not be rolled back: the devices are not as they were\n`;
}
