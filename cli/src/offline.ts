import { openChannel, permits, TransportError, type CallOptions, type CommandPolicy, type CommandQuestion, type DeviceChannel, type RpcRequest, type Transport } from '@auxctl/core';
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
  /** What a policy is asked about it; absent where that is not known before the device is opened. */
  readonly foreseen?: Foreseen | undefined;
}

/** A question to a policy that is asked before a device is opened. */
export interface Foreseen {
  readonly question: CommandQuestion;
  /** May the device say that the effect is another one? */
  readonly mayBeRefined: boolean;
}

/** Thrown where a real transport would send. */
class WouldSend extends TransportError {
  override readonly name = 'WouldSend';
  readonly scope: Scope;
  readonly foreseen: Foreseen | undefined;

  constructor({ scope }: Pick<RpcRequest, 'scope'>, foreseen: Foreseen | undefined) {
    super('ERR_ABORTED', 'nothing is sent in a rehearsal');
    this.scope = scope;
    this.foreseen = foreseen;
  }
}

/**
 * A channel that checks everything that a real one checks and sends nothing: opening a device's node makes its driver talk to the
 * firmware, so what is refused must be refused before that.
 */
export async function openOffline(found: FoundDevice): Promise<DeviceChannel> {
  const plugin = requirePlugin(found);
  const code = await plugin.load();
  let foreseen: Foreseen | undefined;
  const policy = listener((question) => { foreseen = { question, mayBeRefined: code.refinePlan !== undefined }; });
  const transport = offlineTransport(found.simulated === undefined ? 'fwctl' : 'sim', () => foreseen);
  return openChannel(found.device, plugin, { transport, policy, layouts: layoutsOf(plugin), isRehearsal: true });
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
      if (error instanceof WouldSend) return { effect, scope: error.scope, foreseen: error.foreseen };
      const isRefused = error instanceof Error && 'code' in error && error.code === 'ERR_NOT_ALLOWED';
      if (isRefused) continue;
      if (permits(allow, effect)) throw error;
      return { effect };
    }
  }
  return { effect: 'invasive' };
}

/** Hears what a policy is asked, and refuses nothing. */
function listener(hear: (question: CommandQuestion) => void): CommandPolicy {
  const answer = (question: CommandQuestion): Promise<undefined> => {
    hear(question);
    return Promise.resolve(undefined);
  };
  return { judgesInspection: () => Promise.resolve(true), refusal: answer, foreseen: answer };
}

function offlineTransport(kind: Transport['kind'], foreseen: () => Foreseen | undefined): Transport {
  return {
    kind,
    limits: { maxRequestBytes: UNLIMITED_BYTES, maxReplyBytes: UNLIMITED_BYTES },
    info: () => Promise.resolve({ data: new Uint8Array() }),
    rpc: (request) => Promise.reject(new WouldSend(request, foreseen())),
    rpcBatch: ([request]) => (request === undefined ? Promise.resolve([]) : Promise.reject(new WouldSend(request, foreseen()))),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
