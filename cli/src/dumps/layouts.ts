import { AuxctlError, decodeEntry, type Codec, type Decoded, type Dump, type LayoutSource } from '@auxctl/core';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import type { DumpEntry } from '@auxctl/schemas';
import type { Context } from '../command.js';
import { layoutsOf } from '../layouts.js';

/** Decodes the entries of one dump. */
export type EntryDecoder = (entry: DumpEntry) => Promise<Decoded | undefined>;

/**
 * Decodes with the dump's own layouts, so that a file says the same everywhere; or with those of the installed plugin of the same name,
 * which may know more, and the dump's own for what that plugin does not know or finds too short. Rejects with `ERR_UNKNOWN_NAME` when
 * there is no such plugin.
 */
export async function entryDecoder(dump: Dump, isPluginWanted: boolean, { plugins }: Pick<Context, 'plugins'>): Promise<EntryDecoder> {
  const own: EntryDecoder = async (entry) => decodeEntry(entry, dump.layouts);
  if (!isPluginWanted) return own;
  const installed = await installedLayouts(dump, { plugins });
  return async (entry) => {
    try {
      return await decodeEntry(entry, installed);
    } catch (error) {
      if (error instanceof AuxctlError && (error.code === 'ERR_UNKNOWN_NAME' || error.code === 'ERR_REPLY' || error.code === 'ERR_LAYOUT')) return own(entry);
      throw error;
    }
  };
}

/** The layouts of the installed plugin that a dump is by. Rejects with `ERR_UNKNOWN_NAME` when there is none. */
export async function installedLayouts({ header }: Pick<Dump, 'header'>, { plugins }: Pick<Context, 'plugins'>): Promise<LayoutSource> {
  const store = layoutsOf(await plugins.find(header.plugin.name));
  return {
    async codecAt(path, structure): Promise<Codec> {
      const [folder, name = ''] = path.split('/');
      const kind = (Object.keys(LAYOUT_FOLDERS) as (keyof typeof LAYOUT_FOLDERS)[]).find((each) => LAYOUT_FOLDERS[each] === folder) ?? 'structures';
      return store.codec(kind, name, structure);
    },
  };
}
