import type { SystemCallError } from '../errors/classes.js';
import { lacking, type Tracefs } from './tracefs.js';

/** Where a function's first argument is when it begins, by Node.js's name of the architecture, as the kernel's probes call registers. */
const FIRST_ARGUMENT: Readonly<Partial<Record<string, string>>> = { x64: '%di', arm64: '%x0' };

/** What every firmware RPC goes through, and the module that it is in (Linux 7.2, drivers/fwctl/main.c). */
export const SYMBOL = 'fwctl_cmd_rpc';
const MODULE = 'fwctl';

/** So many of a request's first bytes are fetched, in words. */
export const HEAD_BYTES = 64;
const WORD_BYTES = 8;

/** A process as the kernel tells it from all others of one boot. */
export interface ProbeOwner {
  readonly pid: number;
  /** When it began, in ticks since boot. */
  readonly startTicks: string;
}

const OWN = /^auxctl_watch_(\d{1,10})_(\d{1,20})$/;
const KPROBE_LINE = /^[pr]\d*:([^/\s]+)\/(\S+)/gm;

/** The name of a watcher's group of probes, and of its buffer. */
export function probeName({ pid, startTicks }: ProbeOwner): string {
  return `auxctl_watch_${pid}_${startTicks}`;
}

/** The names of the three events of a group: a request begins, its first bytes can be read, and it returns. */
export function eventNames(name: string): { readonly request: string; readonly seen: string; readonly return: string } {
  return { request: `${name}_request`, seen: `${name}_seen`, return: `${name}_return` };
}

/**
 * The three probes of a group, as lines for the kernel (Documentation/trace/kprobetrace.rst). The argument is a `struct fwctl_ucmd`
 * (drivers/fwctl/main.c): the user context at 0, whose first member leads to the device, whose first member is its name; at 16 the kernel's copy of
 * `struct fwctl_rpc` (include/uapi/fwctl/fwctl.h): scope at 4, lengths at 8 and 12, the address of the request at 16. The request is in the caller's memory, and
 * what cannot be read there leaves stale bytes; only of a string is it told whether it could be read. That has an event of its own, since one that is too long
 * for the kernel's buffer is dropped without a word. Throws `ERR_KERNEL_SETTING` for an architecture that is not known.
 */
export function probeLines(name: string, symbol: string, arch: string): readonly [request: string, seen: string, back: string] {
  const argument = FIRST_ARGUMENT[arch];
  if (argument === undefined) throw lacking(`it is not known where ${arch} keeps a function's arguments`, `Known are ${Object.keys(FIRST_ARGUMENT).join(' and ')}.`, 'ENOSYS');
  const rpc = `+16(${argument})`;
  const request = `+16(${rpc})`;
  const words = Array.from({ length: HEAD_BYTES / WORD_BYTES }, (_, index) => `word${index}=+u${index * WORD_BYTES}(${request}):x64`);
  const fields = [`node=+0(+0(+0(+0(${argument})))):string`, `scope=+4(${rpc}):u32`, `length=+8(${rpc}):u32`, `room=+12(${rpc}):u32`, `address=${request}:x64`, ...words, 'comm=$comm'];
  const events = eventNames(name);
  return [`p:${name}/${events.request} ${symbol} ${fields.join(' ')}`, `p:${name}/${events.seen} ${symbol} seen=+u0(${request}):ustring`, `r:${name}/${events.return} ${symbol} result=$retval:s32`];
}

/**
 * How the kernel's probes name the function: with its module where it has one, so that a module that is loaded later or anew is probed too.
 * Throws `ERR_KERNEL_SETTING` where this kernel has no such function.
 */
export function symbolName(kallsyms: string, isInstalled: boolean): string {
  const [, module] = new RegExp(`^[0-9a-f]+ [tT] ${SYMBOL}(?:\\t\\[(\\w+)\\])?$`, 'm').exec(kallsyms) ?? [undefined, undefined];
  if (module !== undefined) return `${module}:${SYMBOL}`;
  if (kallsyms.includes(` ${SYMBOL}\n`)) return SYMBOL;
  if (isInstalled) return `${MODULE}:${SYMBOL}`;
  throw noFunction();
}

function noFunction(): SystemCallError {
  return lacking(`this kernel has no function ${SYMBOL}`, 'It needs CONFIG_FWCTL (Linux 6.15 or later) and CONFIG_KALLSYMS=y; a compiler that inlined the function leaves nothing to probe.');
}

/** Makes a group's probes, switched off. Takes back what it made when the kernel refuses. */
export function makeProbes(tracefs: Tracefs, name: string, lines: readonly string[]): void {
  try {
    for (const line of lines) tracefs.write('kprobe_events', `${line}\n`);
  } catch (error) {
    removeProbes(tracefs, name);
    if (error instanceof Error && 'errno' in error && error.errno === 'ENOENT') throw noFunction();
    throw error;
  }
}

/** Removes a group's buffer and probes, as far as they are there. Rejects where somebody holds them. */
export function removeProbes(tracefs: Tracefs, name: string): void {
  if (tracefs.namesIn('instances').includes(name)) {
    switchOff(tracefs, `instances/${name}/`, name);
    tracefs.removeInstance(name);
  }
  switchOff(tracefs, '', name);
  for (const [group, event] of probesIn(tracefs)) if (group === name) tracefs.write('kprobe_events', `-:${group}/${event}\n`);
}

function switchOff(tracefs: Tracefs, instance: string, name: string): void {
  const folder = `${instance}events/${name}`;
  if (tracefs.namesIn(folder).includes('enable')) tracefs.write(`${folder}/enable`, '0');
}

function probesIn(tracefs: Tracefs): readonly (readonly [group: string, event: string])[] {
  return [...tracefs.read('kprobe_events').matchAll(KPROBE_LINE)].map(([, group = '', event = '']) => [group, event] as const);
}

/** What became of what earlier watchers left. */
export interface Leftovers {
  readonly removed: readonly string[];
  /** Those that could not be removed, each with why. */
  readonly kept: readonly { readonly name: string; readonly error: unknown }[];
}

/** Removes the probes and buffers of watchers that have ended. Those of watchers that run, and of anybody else, stay. */
export function removeLeftovers(tracefs: Tracefs, isRunning: (owner: ProbeOwner) => boolean): Leftovers {
  const names = new Set([...probesIn(tracefs).map(([group]) => group), ...tracefs.namesIn('instances')]);
  const removed: string[] = [];
  const kept: { name: string; error: unknown }[] = [];
  for (const name of names) {
    const [, pid, startTicks] = OWN.exec(name) ?? [];
    if (pid === undefined || startTicks === undefined || isRunning({ pid: Number(pid), startTicks })) continue;
    try {
      removeProbes(tracefs, name);
      removed.push(name);
    } catch (error) {
      kept.push({ name, error });
    }
  }
  return { removed, kept };
}
