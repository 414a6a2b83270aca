import type { NvChange, NvItemDocument, PreparedNvItem } from './types.js';
import { nvValueText, type ItemView } from './item-view.js';
import type { ItemState } from './reader.js';
import { fulfilled, type Wish } from './wishes.js';

/** An item that is to change, with what that does to its parameters. */
interface PreparedPart {
  readonly item: PreparedNvItem;
  readonly changes: readonly NvChange[];
}

/** An item with some of its parameters set. */
export function prepareSet(document: NvItemDocument, before: ItemView, wishes: readonly Wish[]): PreparedPart {
  const after = fulfilled(before, wishes);
  const asked = new Set(wishes.map(({ entry }) => entry.parameter.name));
  return { item: { document, before: before.record, after: after.record }, changes: changesOf(document, before, after, asked) };
}

/** An item with its default values; where the device does not show them, the preview says just that. */
export function prepareReset(document: NvItemDocument, { views }: ItemState, before: ItemView, asked: ReadonlySet<string>): PreparedPart {
  const defaults = views.get('default');
  return { item: { document, before: before.record, ...(defaults === undefined ? {} : { defaults: defaults.record }) }, changes: changesOf(document, before, defaults, asked) };
}

function changesOf(document: NvItemDocument, before: ItemView, after: ItemView | undefined, asked: ReadonlySet<string>): NvChange[] {
  return document.parameters.flatMap((parameter): NvChange[] => {
    const was = nvValueText(before.value(parameter));
    const is = after === undefined ? 'the default' : nvValueText(after.value(parameter));
    if (was === is && !asked.has(parameter.name)) return [];
    return [{ name: parameter.name, before: was, after: is, isAsked: asked.has(parameter.name), activation: document.activation ?? 'firmware-reset' }];
  });
}
