import { openChannel, permits, TransportError, type CallOptions, type DeviceChannel, type RpcRequest, type Transport } from '@auxctl/core';
import { EFFECTS, type Effect, type Scope } from '@auxctl/schemas/model';
import type { FoundDevice } from './devices.js';
import { layoutsOf } from './layouts.js';
import { requirePlugin } from './open.js';

const UNLIMITED_BYTES = Number.MAX_SAFE_INTEGER;

/** What a command would send first. */
export interface Rehearsal {
  readonly effect: Effect;
  /** The scope that it would be sent with; absent when it is not even clear which one would do. */
  readonly scope?: Scope | undefined;
}

/** Thrown where a real transport would send. */
class WouldSend extends TransportError {
  override readonly name = 'WouldSend';
  readonly scope: Scope;

  constructor({ scope }: Pick<RpcRequest, 'scope'>) {
    super('ERR_ABORTED', 'nothing is sent in a rehearsal');
    this.scope = scope;
  }
}

/**
 * A channel that checks everything that a real one checks and sends nothing: opening a device's node makes its driver talk to the
 * firmware, so what is refused must be refused before that.
 */
export async function openOffline(found: FoundDevice): Promise<DeviceChannel> {
  const plugin = requirePlugin(found);
  const transport = offlineTransport(found.simulated === undefined ? 'fwctl' : 'sim');
  return openChannel(found.device, plugin, { transport, layouts: layoutsOf(plugin), isRehearsal: true });
}

/**
 * What `attempt` would send first, and the effect of that: the weakest that lets it come so far. `allow` is what the caller allows;
 * beyond it the effect alone counts. Rejects with whatever else the attempt fails with, such as an unknown name.
 */
export async function rehearse(allow: Effect, attempt: (options: CallOptions) => Promise<unknown>): Promise<Rehearsal> {
  for (const effect of EFFECTS) {
    try {
      await attempt({ allow: effect });
      return { effect };
    } catch (error) {
      if (error instanceof WouldSend) return { effect, scope: error.scope };
      const isRefused = error instanceof Error && 'code' in error && error.code === 'ERR_NOT_ALLOWED';
      if (isRefused) continue;
      if (permits(allow, effect)) throw error;
      return { effect };
    }
  }
  return { effect: 'invasive' };
}

function offlineTransport(kind: Transport['kind']): Transport {
  return {
    kind,
    limits: { maxRequestBytes: UNLIMITED_BYTES, maxReplyBytes: UNLIMITED_BYTES },
    info: () => Promise.resolve({ data: new Uint8Array() }),
    rpc: (request) => Promise.reject(new WouldSend(request)),
    rpcBatch: ([request]) => (request === undefined ? Promise.resolve([]) : Promise.reject(new WouldSend(request))),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
