import { Namer } from '../namer.js';
import type { HeaderFormat } from './format.js';

/**
 * The layout's name of each tag. Where two tags would get one name, all but the first keep more of theirs. Names that differ only in
 * case count as one, because files are named by them.
 */
export function structureNames({ layoutNames }: HeaderFormat, tags: Iterable<string>): Map<string, string> {
  const namer = new Namer();
  const names = new Map<string, string>();
  for (const tag of tags) names.set(tag, namer.first(layoutNames(tag)));
  return names;
}
