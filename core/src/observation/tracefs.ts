import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SystemCallError } from '../errors/classes.js';
import { errnoOf } from '../journal/files.js';
import { kernelSecurity } from '../system/security.js';

/** Where the kernel shows its tracing (Linux, Documentation/trace/ftrace.rst). */
const PLACES = ['sys/kernel/tracing', 'sys/kernel/debug/tracing'];
const PROBES = 'kprobe_events';
const INSTANCES = 'instances';

/** The kernel's tracing file system: small files, read and written at once. */
export class Tracefs {
  /** Its folder. */
  readonly path: string;
  readonly #root: string;

  constructor(path: string, root = '/') {
    this.path = path;
    this.#root = root;
  }

  /** The tracing file system of a system. Throws `ERR_KERNEL_SETTING` or `ERR_PERMISSION` with what is missing. */
  static find(root = '/'): Tracefs {
    let isThere = false;
    for (const path of PLACES.map((place) => join(root, place))) {
      const tracefs = new Tracefs(path, root);
      const names = tracefs.namesIn('.');
      if (names.includes(PROBES) && names.includes(INSTANCES)) return tracefs;
      isThere ||= names.includes('trace');
    }
    if (isThere) throw lacking('the kernel is built without probes', 'It needs CONFIG_KPROBES=y and CONFIG_KPROBE_EVENTS=y.');
    throw lacking('there is no tracing file system', 'Mount it: mount -t tracefs nodev /sys/kernel/tracing; the kernel needs CONFIG_FTRACE=y, CONFIG_KPROBES=y and CONFIG_KPROBE_EVENTS=y.');
  }

  /** What is in a folder; nothing where it is not there. */
  namesIn(folder: string): readonly string[] {
    try {
      return readdirSync(join(this.path, folder));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
      throw this.refusal(error, folder);
    }
  }

  /** A file's text. */
  read(file: string): string {
    return this.#try(file, () => readFileSync(join(this.path, file), 'latin1'));
  }

  /** Writes in one piece. Never truncates: that would remove the probes of everybody else. */
  write(file: string, text: string): void {
    this.#try(file, () => {
      const fd = openSync(join(this.path, file), constants.O_WRONLY | constants.O_APPEND);
      try {
        writeSync(fd, text);
      } finally {
        closeSync(fd);
      }
    });
  }

  /** Opens a file to read from it without waiting; the caller closes the descriptor. */
  open(file: string): number {
    return this.#try(file, () => openSync(join(this.path, file), constants.O_RDONLY | constants.O_NONBLOCK));
  }

  /** Makes a buffer of its own, which keeps events out of everybody else's. */
  makeInstance(name: string): void {
    this.#try(INSTANCES, () => { mkdirSync(join(this.path, INSTANCES, name)); });
  }

  /** Removes it. */
  removeInstance(name: string): void {
    this.#try(INSTANCES, () => { rmdirSync(join(this.path, INSTANCES, name)); });
  }

  #try<T>(file: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.refusal(error, file);
    }
  }

  /** What a failure here amounts to. */
  refusal(error: unknown, file: string): SystemCallError {
    const errno = errnoOf(error) ?? 'EIO';
    const path = join(this.path, file);
    const isForbidden = errno === 'EPERM' || errno === 'EACCES';
    if (isForbidden && kernelSecurity({ root: this.#root }).lockdown === 'confidentiality') {
      return new SystemCallError('ERR_KERNEL_SETTING', 'the kernel is locked down for confidentiality, which forbids to probe it', errno, { cause: error, hint: 'lockdown=integrity on the kernel\'s command line allows it.' });
    }
    if (isForbidden) return new SystemCallError('ERR_PERMISSION', `${path} is for root only`, errno, { cause: error, hint: 'Run it as root.' });
    return new SystemCallError('ERR_SYSTEM_CALL', `${path}: ${errno}`, errno, { cause: error });
  }
}

/** The kernel does not offer what observing takes. */
export function lacking(what: string, hint: string, errno = 'ENOENT'): SystemCallError {
  return new SystemCallError('ERR_KERNEL_SETTING', `commands of other programs cannot be observed: ${what}`, errno, { hint });
}
