import type { ChangedSetting } from '@auxctl/schemas';
import type { Style } from '../output/style.js';
import { table } from '../output/table.js';

const KINDS = { stored: 'stored', feature: 'feature', driver: 'driver' } as const;

/** Settings that are not as they were delivered, one line each. */
export function changedTable(settings: readonly ChangedSetting[], style: Style): string {
  return table(settings, [
    { heading: 'KIND', cell: ({ kind }) => KINDS[kind] },
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'DELIVERED', cell: ({ default: usual }) => usual ?? '-' },
    { heading: 'CURRENT', cell: ({ current }) => current ?? '-', paint: (row, text) => (row.current === row.default ? text : style.changed(text)) },
    { heading: 'NEXT BOOT', cell: ({ next }) => next ?? '-', paint: (row, text) => (row.next === undefined || row.next === row.current ? text : style.changed(text)) },
    { heading: 'MEANING', cell: ({ title }) => title ?? '', paint: (_row, text) => style.dim(text) },
  ], style);
}
