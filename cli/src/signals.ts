/** What an interrupt does to a running command. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The status to end with: the command's own if it ended well, else 128 and the signal's number when one came. */
  readonly exitStatusOf: (status: number) => number;
}

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
const SIGNAL_BASE = 128;

/** Aborts on the first SIGINT or SIGTERM; a second one ends the process at once. Its signal is made when it is first asked for. */
export function interruptible(target: NodeJS.Process): Interruption {
  let controller: AbortController | undefined;
  let status: number | undefined;
  const current = (): AbortController => {
    controller ??= new AbortController();
    if (status !== undefined) controller.abort();
    return controller;
  };
  const onSignal = (name: keyof typeof NUMBERS): void => {
    if (status !== undefined) target.exit(status);
    status = SIGNAL_BASE + NUMBERS[name];
    controller?.abort();
  };
  target.on('SIGINT', () => { onSignal('SIGINT'); });
  target.on('SIGTERM', () => { onSignal('SIGTERM'); });
  return {
    get signal() { return current().signal; },
    exitStatusOf: (own) => (own === 0 ? own : status ?? own),
  };
}
