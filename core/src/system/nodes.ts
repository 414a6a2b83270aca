import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { compareNames } from '../names/compare.js';
import type { RootedFiles } from './rooted-files.js';

/** A control node as the file system has it. Nothing is opened: opening runs firmware commands on most devices. */
export interface NodeState {
  /** Such as `/dev/fwctl/fwctl0`. */
  readonly path: string;
  /** False when the kernel has the device, but no node leads to it here. */
  readonly exists: boolean;
  /** Permission bits, 0 to 0o777; undefined when it does not exist or may not be looked at. */
  readonly mode: number | undefined;
  /** The owner's numeric id. */
  readonly uid: number | undefined;
  /** The group's numeric id. */
  readonly gid: number | undefined;
  /** Whether its permissions let this process open it for reading and writing. */
  readonly isPermitted: boolean;
}

/** The nodes of the fwctl class, by name; undefined when the kernel has no such class. */
export function readNodes(files: RootedFiles): readonly NodeState[] | undefined {
  const names = files.entries('/sys/class/fwctl');
  return names?.filter((name) => /^fwctl\d{1,4}$/.test(name)).sort(compareNames).map((name) => readNode(files, `/dev/fwctl/${name}`));
}

function readNode(files: RootedFiles, path: string): NodeState {
  const location = files.locate(path);
  const status = attempt(() => statSync(location, { throwIfNoEntry: false }));
  const isPermitted = attempt(() => { accessSync(location, constants.R_OK | constants.W_OK); }) !== 'refused';
  if (status === 'refused') return { path, exists: true, mode: undefined, uid: undefined, gid: undefined, isPermitted: false };
  return { path, exists: status !== undefined, mode: permissions(status), uid: status?.uid, gid: status?.gid, isPermitted };
}

function permissions(status: Stats | undefined): number | undefined {
  // The file type is in the digits above the last three.
  return status === undefined ? undefined : Number.parseInt(status.mode.toString(8).slice(-3), 8);
}

function attempt<T>(action: () => T): T | 'refused' {
  try {
    return action();
  } catch {
    return 'refused';
  }
}
