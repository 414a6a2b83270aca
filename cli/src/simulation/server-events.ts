import type { VfioUserEvent, VfioUserEventListener } from '@auxctl/core';
import type { Context } from '../command.js';

/** What becomes of a server's events. */
export interface ServerEvents {
  readonly listener: VfioUserEventListener;
  /** Rejects when the server stops by itself. */
  readonly stopped: Promise<never>;
}

/** Notes a server's events on standard error; comings and goings with `-v` only. */
export function noteServerEvents({ options, terminal }: Pick<Context, 'options' | 'terminal'>): ServerEvents {
  let stop: (error: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => { stop = reject; });
  stopped.catch(() => undefined);
  const listener = (event: VfioUserEvent): void => {
    if (event.type === 'stopped') stop(event.error);
    const isRoutine = event.type === 'connected' || (event.type === 'disconnected' && event.error === undefined);
    if (isRoutine ? options.verbose : !options.quiet) terminal.note(`${eventText(event)}\n`);
  };
  return { listener, stopped };
}

function eventText(event: VfioUserEvent): string {
  switch (event.type) {
    case 'connected':
      return `connected: process ${event.processId}`;
    case 'disconnected':
      return event.error === undefined ? 'disconnected' : `disconnected: ${event.error.message}`;
    case 'memory-not-shared':
      return `the client does not share its memory at 0x${event.address.toString(16)}, so the device cannot reach it`;
    case 'request-failed':
      return `${event.request}: ${event.error.message}`;
    case 'stopped':
      return event.error.message;
  }
}
