import { PluginError, TransportError } from '../errors/classes.js';
import type { WaitOptions } from '../wait.js';
import type { IdentityQueries } from './types.js';

/**
 * Waits for what a plugin does with `queries`: as long as one of them is under way, which has a deadline of its own, and as long as the caller's
 * deadline between them. Rejects with `ERR_PLUGIN` when the plugin does nothing for longer, with `ERR_ABORTED` when the caller gives up.
 */
export async function whileBusy<T>(plugin: string, queries: IdentityQueries, { timeoutMs, signal }: WaitOptions, act: (queries: IdentityQueries) => Promise<T>): Promise<T> {
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const given = new Promise<never>((_resolve, reject) => { giveUp = reject; });
  const rest = (): void => {
    clearTimeout(timer);
    if (underWay > 0 || timeoutMs === undefined) return;
    timer = setTimeout(() => { giveUp(new PluginError('ERR_PLUGIN', `plugin ${plugin} did nothing for ${timeoutMs} ms`)); }, timeoutMs);
  };
  const busy = <A extends unknown[], R>(ask: (...values: A) => Promise<R>) => async (...values: A): Promise<R> => {
    underWay += 1;
    rest();
    return ask(...values).finally(() => {
      underWay -= 1;
      rest();
    });
  };
  const abort = (): void => { giveUp(new TransportError('ERR_ABORTED', `the caller gave up waiting for plugin ${plugin}`, { cause: signal?.reason })); };
  signal?.addEventListener('abort', abort, { once: true });
  rest();
  try {
    return await Promise.race([act({ ...queries, call: busy(queries.call), readRegister: busy(queries.readRegister) }), given]);
  } finally {
    clearTimeout(timer);
    underWay = Number.POSITIVE_INFINITY;
    signal?.removeEventListener('abort', abort);
  }
}
