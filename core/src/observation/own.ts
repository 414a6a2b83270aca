import type { RecordedCommand } from '../journal/follow.js';

/** What of an observed command tells whether this tool has recorded it itself. */
export interface ObservedSend {
  readonly bootId: string | undefined;
  /** The process and its parent, since the tool lets a process of its own make the call; undefined when it had gone. */
  readonly processes: readonly number[] | undefined;
  readonly address: string | undefined;
  readonly requestBytes: number;
  /** On the clock that is never set. */
  readonly timeMs: number;
}

/** Tells commands that the journal already holds, since this tool recorded them before it sent them. */
export class OwnCommands {
  readonly #claimed = new WeakSet<RecordedCommand>();

  /**
   * Was it sent by a process of this tool while that had a command of the same length for the same device under way? Where the process had gone, one
   * command under way accounts for one observed.
   */
  includes(send: ObservedSend, recorded: Iterable<RecordedCommand>): boolean {
    const underWay = [...recorded].filter((command) => isUnderWay(command, send));
    const { processes } = send;
    if (processes !== undefined) {
      const own = underWay.find(({ intent: { process } }) => processes.includes(process.pid));
      if (own !== undefined) this.#claimed.add(own);
      return own !== undefined;
    }
    const free = underWay.find((command) => !this.#claimed.has(command));
    if (free !== undefined) this.#claimed.add(free);
    return free !== undefined;
  }
}

function isUnderWay({ intent, beganMs, endedMs }: RecordedCommand, { bootId, address, requestBytes, timeMs }: ObservedSend): boolean {
  return intent.bootId === bootId && intent.device.address === address && intent.request.bytes === requestBytes && beganMs <= timeMs && (endedMs === undefined || timeMs <= endedMs);
}
