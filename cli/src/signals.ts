/** What an interrupt does to a running command. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The status to end with: the command's own if it ended well, else 128 and the signal's number when one came. */
  readonly exitStatusOf: (status: number) => number;
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const satisfies readonly (keyof typeof NUMBERS)[];
const SIGNAL_BASE = 128;

/**
 * Aborts on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once, except SIGHUP, which the kernel and the shell each
 * send when a terminal is gone. Its signal is made when it is first asked for.
 */
export function interruptible(target: NodeJS.Process): Interruption {
  let controller: AbortController | undefined;
  let status: number | undefined;
  const current = (): AbortController => {
    controller ??= new AbortController();
    if (status !== undefined) controller.abort();
    return controller;
  };
  const onSignal = (name: keyof typeof NUMBERS): void => {
    if (status !== undefined && name !== 'SIGHUP') target.exit(status);
    status ??= SIGNAL_BASE + NUMBERS[name];
    controller?.abort();
  };
  for (const name of SIGNALS) target.on(name, () => { onSignal(name); });
  return {
    get signal() { return current().signal; },
    exitStatusOf: (own) => (own === 0 ? own : status ?? own),
  };
}
