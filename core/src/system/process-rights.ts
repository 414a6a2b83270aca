import { machine } from 'node:os';
import { setBits } from './bits.js';
import type { RootedFiles } from './rooted-files.js';

/** What this process is, and what it may do. */
export interface ProcessRights {
  /** The architecture that this Node.js was built for, such as `x64` or `ia32`. */
  readonly arch: string;
  /** Whether a 32-bit process runs on a 64-bit kernel, which fwctl does not serve. */
  readonly isCompat: boolean;
  /** Whether it has `CAP_SYS_RAWIO`, which the widest scope needs; undefined when the kernel does not tell. */
  readonly hasRawIo: boolean | undefined;
  /** Whether it is in the initial user namespace, where capabilities count for the hardware; undefined when the kernel has no others. */
  readonly isInitialUserNamespace: boolean | undefined;
  /** The container that it runs in, such as `docker`; undefined when there is no sign of one. */
  readonly container: string | undefined;
}

/** What a process is told of itself; for tests, another process. */
export interface ProcessIdentity {
  /** As `process.arch`. */
  readonly arch: string;
  /** As `uname -m`. */
  readonly machine: string;
}

const CAP_SYS_RAWIO = 17;
const NARROW = new Set(['arm', 'ia32', 'mipsel', 'mips', 'ppc', 's390']);
const WIDE_MACHINE = /64|s390x|^sparc64$/;

/** Reads {@link ProcessRights} from `/proc/self` and from the marks that container engines leave. */
export function readProcessRights(files: RootedFiles, identity: ProcessIdentity = { arch: process.arch, machine: machine() }): ProcessRights {
  return {
    arch: identity.arch,
    isCompat: NARROW.has(identity.arch) && WIDE_MACHINE.test(identity.machine),
    hasRawIo: readRawIo(files),
    isInitialUserNamespace: readUserNamespace(files),
    container: readContainer(files),
  };
}

function readRawIo(files: RootedFiles): boolean | undefined {
  const [, digits] = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(files.text('/proc/self/status') ?? '') ?? [];
  return digits === undefined ? undefined : setBits(BigInt(`0x${digits}`)).includes(CAP_SYS_RAWIO);
}

function readUserNamespace(files: RootedFiles): boolean | undefined {
  const [, inside, outside, count] = /^\s*(\d+)\s+(\d+)\s+(\d+)$/.exec(files.text('/proc/self/uid_map') ?? '') ?? [];
  if (count === undefined) return files.text('/proc/self/uid_map') === undefined ? undefined : false;
  return inside === '0' && outside === '0' && count === '4294967295';
}

function readContainer(files: RootedFiles): string | undefined {
  const [, named] = /^([\w-]{1,32})$/.exec(files.text('/run/systemd/container') ?? '') ?? [];
  if (named !== undefined) return named;
  if (files.text('/run/.containerenv') !== undefined) return 'podman';
  return files.text('/.dockerenv') === undefined ? undefined : 'docker';
}
