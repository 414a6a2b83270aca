import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** What decides who may change a file. */
type Ownership = Pick<Stats, 'uid' | 'mode' | 'isDirectory'>;

const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;

/** Finds out whether somebody other than root could change what root is about to run. */
export class FolderSafety {
  readonly #known = new Map<string, string | undefined>();
  readonly #stat: (path: string) => Ownership;

  /** @param stat what says who owns a path */
  constructor(stat: (path: string) => Ownership = (path) => statSync(path)) {
    this.#stat = stat;
  }

  /** Why a file cannot be trusted: itself, every folder above, and where it is a link, the link's folders too; `undefined` when it can. */
  faultOfFile(path: string): string | undefined {
    try {
      const above = this.#faultAbove(realpathSync.native(dirname(path)));
      return above ?? this.#faultAbove(realpathSync.native(path));
    } catch (error) {
      return `its owner cannot be told: ${error instanceof Error ? error.message : 'unknown reason'}`;
    }
  }

  /** Why a plugin's folder cannot be trusted: itself, its manifest, and every folder above; `undefined` when it can. */
  faultOf(folder: string): string | undefined {
    try {
      return this.#faultOfFolder(folder) ?? this.#faultAt(`${folder}/manifest.json`);
    } catch (error) {
      return `its owner cannot be told: ${error instanceof Error ? error.message : 'unknown reason'}`;
    }
  }

  /** The same, of all that is below the folder: before anything of it is run. */
  faultBelow(folder: string): string | undefined {
    const fault = this.faultOf(folder);
    if (fault !== undefined) return fault;
    for (const entry of readdirSync(realpathSync.native(folder), { withFileTypes: true, recursive: true })) {
      const found = entry.isSymbolicLink() ? this.#faultOfLink(join(entry.parentPath, entry.name)) : this.#faultAt(join(entry.parentPath, entry.name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Folders that stand side by side share all that is above them. */
  #faultOfFolder(folder: string): string | undefined {
    if (lstatSync(folder).isSymbolicLink()) return this.#faultAbove(realpathSync.native(folder));
    const above = dirname(folder);
    if (!this.#known.has(above)) this.#known.set(above, this.#faultAbove(realpathSync.native(above)));
    return this.#known.get(above) ?? this.#faultAt(folder);
  }

  #faultOfLink(path: string): string | undefined {
    try {
      return this.#faultAbove(realpathSync.native(path));
    } catch {
      return undefined;
    }
  }

  #faultAbove(path: string): string | undefined {
    if (this.#known.has(path)) return this.#known.get(path);
    const parent = dirname(path);
    const fault = (parent === path ? undefined : this.#faultAbove(parent)) ?? this.#faultAt(path);
    this.#known.set(path, fault);
    return fault;
  }

  /** Others may write into a sticky folder, and not touch what is root's in it. */
  #faultAt(path: string): string | undefined {
    const { uid, mode, ...stat } = this.#ownership(path);
    if (uid !== 0) return `${path} belongs to user ${uid}, not to root`;
    const isShared = (mode & OTHERS_MAY_WRITE) !== 0 && !(stat.isDirectory && (mode & STICKY) !== 0);
    return isShared ? `${path} can be written by others than root` : undefined;
  }

  #ownership(path: string): { readonly uid: number; readonly mode: number; readonly isDirectory: boolean } {
    const stat = this.#stat(path);
    return { uid: stat.uid, mode: stat.mode, isDirectory: stat.isDirectory() };
  }
}
