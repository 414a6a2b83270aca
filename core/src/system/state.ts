import { type KernelConfig, readKernelConfig } from './kernel-config.js';
import { type ModuleState, readModules } from './modules.js';
import { type NodeState, readNodes } from './nodes.js';
import { type ProcessIdentity, type ProcessRights, readProcessRights } from './process-rights.js';
import { type ReportProblem, RootedFiles } from './rooted-files.js';
import { type KernelSecurity, readSecurity } from './security.js';

/** Where to look, and for what besides the usual. */
export interface SystemOptions {
  /** The directory that holds `proc`, `sys`, `dev`, `boot`, `lib` and `run`. Default `/`. */
  readonly root?: string | undefined;
  /** Kernel modules to look for. Default none. */
  readonly modules?: readonly string[] | undefined;
  /** Options of the kernel's configuration to look for, without `CONFIG_`, besides those with FWCTL in their name. Default none. */
  readonly options?: readonly string[] | undefined;
  /** The process to judge. Default this one. */
  readonly identity?: ProcessIdentity | undefined;
  /** Told of what was skipped, and why. */
  readonly onProblem?: ReportProblem | undefined;
}

/** The state of the kernel and of this process, as far as it decides whether firmware can be reached. Plain data. */
export interface SystemState extends KernelSecurity {
  /** The kernel's release, such as `6.18.4-amd64`; undefined when it is not told. */
  readonly release: string | undefined;
  /** Undefined when the configuration is not published. */
  readonly config: KernelConfig | undefined;
  /** The nodes of the fwctl class; undefined when the kernel has no such class. */
  readonly nodes: readonly NodeState[] | undefined;
  /** Every module that was asked for. */
  readonly modules: Readonly<Record<string, ModuleState>>;
  readonly process: ProcessRights;
}

const RELEASE = '/proc/sys/kernel/osrelease';

/** Reads the state of the system: small files only, nothing is opened that is a device, nothing is thrown. */
export function systemState(options: SystemOptions = {}): SystemState {
  const files = new RootedFiles(options.root, options.onProblem);
  const release = readRelease(files);
  return {
    release,
    config: readKernelConfig(files, release, options.options ?? []),
    ...readSecurity(files),
    nodes: readNodes(files),
    modules: readModules(files, release, options.modules ?? []),
    process: readProcessRights(files, options.identity),
  };
}

function readRelease(files: RootedFiles): string | undefined {
  const text = files.text(RELEASE);
  // It becomes part of paths, so it may not hold a slash.
  if (text === undefined || /^[\w.+~-]{1,128}$/.test(text)) return text;
  files.report({ type: 'malformed', path: RELEASE, detail: 'not a release' });
  return undefined;
}
