import { AuxctlError } from '../errors/base.js';
import type { PolicyError } from '../errors/classes.js';
import { identityValue } from '../plugin/identity-value.js';
import type { IdentityEntry } from '../plugin/types.js';
import type { RpcOutcome, RpcRequest } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import type { ChannelParts } from './channel.js';
import { describeRequest } from './described.js';
import { questionOf } from './judged.js';
import { PermittedRequest } from './permitted.js';
import type { CommandIntent, CommandResult, OpenRecord } from './recorder.js';
import { refuse } from './refusing.js';
import { outcomeOf } from './support.js';

/**
 * The one way to the transport: a policy is asked about every request, and what can change the device is recorded before it is sent, and again when it is
 * known what became of it.
 */
export class Sending {
  readonly #parts: ChannelParts;
  readonly #identify: (wait: WaitOptions) => Promise<readonly IdentityEntry[]>;
  #identity: Promise<readonly IdentityEntry[]> | undefined;

  /** `identify` asks the device who it is, with commands that only inspect. */
  constructor(parts: ChannelParts, identify: (wait: WaitOptions) => Promise<readonly IdentityEntry[]>) {
    this.#parts = parts;
    this.#identify = identify;
  }

  /** Sends a request, and makes sense of its reply; what `understand` throws counts as the command's failure. */
  async one<T>(request: RpcRequest, wait: WaitOptions, understand: (reply: Uint8Array) => T): Promise<T> {
    const checked = PermittedRequest.of(request);
    const [refusal] = await this.#refusals([checked], wait);
    if (refusal !== undefined) throw refusal;
    const record = await this.#begin([checked], wait);
    if (record === undefined) return understand(await this.#parts.transport.rpc(checked, wait));
    let result: CommandResult = UNKNOWN;
    try {
      const reply = await this.#parts.transport.rpc(checked, wait);
      result = this.#judge(reply, checked);
      const understood = result.ok ? outcomeOf(() => understand(reply)) : undefined;
      if (understood?.ok === false) result = { ok: false, error: understood.error, replyLengthBytes: reply.length };
      return understood?.ok === true ? understood.value : understand(reply);
    } catch (error) {
      if (result.ok || result === UNKNOWN) result = failure(error);
      throw error;
    } finally {
      await record.end([result]);
    }
  }

  /** Sends requests in one hop. Where a policy refuses one that can change the device, none is sent; where it refuses one that only inspects, the others are. */
  async many(requests: readonly RpcRequest[], wait: WaitOptions): Promise<RpcOutcome[]> {
    const all = requests.map((request) => PermittedRequest.of(request));
    const refusals = await this.#refusals(all, wait);
    if (refusals.length === 0) return this.#allowed(all, wait);
    const outcomes = (await this.#allowed(all.filter((_request, index) => refusals[index] === undefined), wait)).values();
    return all.flatMap((_request, index): RpcOutcome[] => {
      const error = refusals[index];
      const outcome = error === undefined ? outcomes.next().value : { ok: false as const, error };
      return outcome === undefined ? [] : [outcome];
    });
  }

  async #allowed(checked: readonly PermittedRequest[], wait: WaitOptions): Promise<RpcOutcome[]> {
    if (checked.length === 0) return [];
    const record = await this.#begin(checked, wait);
    if (record === undefined) return this.#parts.transport.rpcBatch(checked, wait);
    let results: CommandResult[] = [];
    try {
      const outcomes = await this.#parts.transport.rpcBatch(checked, wait);
      results = checked.map((request, index) => this.#resultOf(request, outcomes[index]));
      return outcomes;
    } catch (error) {
      results = checked.map(() => failure(error));
      throw error;
    } finally {
      await record.end(results.filter((_result, index) => isRecorded(checked[index])));
    }
  }

  /** Why requests are not to be sent, by their places. Rejects where one of these can change the device, after recording that; an unwritable record changes nothing about it. */
  async #refusals(requests: readonly PermittedRequest[], wait: WaitOptions): Promise<readonly (PolicyError | undefined)[]> {
    const { policy, recorder } = this.#parts;
    if (policy === undefined || !(requests.some(isRecorded) || await policy.judgesInspection())) return [];
    const refusals = await Promise.all(requests.map(async (request) => policy.refusal(await questionOf(this.#parts, request, await this.#serial(request, wait)))));
    const refused = requests.flatMap((request, index) => (isRecorded(request) && refusals[index] !== undefined ? [{ request, ...refusals[index] }] : []));
    const [first] = refused;
    if (first === undefined) return refusals.map((refusal) => refusal?.error);
    return refuse(first.error, recorder, async () => {
      const identity = await this.#whoItIs(wait);
      return Promise.all(refused.map(async ({ request, record }) => ({ ...(await this.#intent(request, identity)), policy: record })));
    }, wait.signal);
  }

  /** What only inspects is how it is found out, and is judged without. */
  async #serial({ plan: { effect } }: PermittedRequest, wait: WaitOptions): Promise<string | null | undefined> {
    if (effect === 'inspect') return undefined;
    return identityValue(await this.#whoItIs(wait), 'serial');
  }

  async #begin(requests: readonly PermittedRequest[], wait: WaitOptions): Promise<OpenRecord | undefined> {
    const { recorder } = this.#parts;
    const recorded = requests.filter(isRecorded);
    if (recorder === undefined || recorded.length === 0) return undefined;
    const identity = await this.#whoItIs(wait);
    return recorder.begin(await Promise.all(recorded.map(async (request) => this.#intent(request, identity))), wait.signal);
  }

  async #intent(checked: PermittedRequest, identity: readonly IdentityEntry[]): Promise<CommandIntent> {
    const { device, entry, transport } = this.#parts;
    const { plan, request, scope } = checked;
    const [firmware, serial] = [identityValue(identity, 'firmware'), identityValue(identity, 'serial')];
    return {
      device, plugin: entry.manifest.name, transport: transport.kind, command: plan.command, effect: plan.effect, scope, request,
      ...(firmware === undefined ? {} : { firmware }), ...(serial === undefined ? {} : { serial }), ...(await describeRequest(this.#parts, checked)),
    };
  }

  /** Asked once a channel. A device that does not say is recorded without it. */
  async #whoItIs(wait: WaitOptions): Promise<readonly IdentityEntry[]> {
    this.#identity ??= this.#identify(wait).catch(() => []);
    return this.#identity;
  }

  #judge(reply: Uint8Array, { plan }: PermittedRequest): CommandResult {
    const judged = outcomeOf(() => { this.#parts.framing.requireSuccess(reply, plan.command, this.#parts.device.address); });
    return judged.ok ? { ok: true, replyLengthBytes: reply.length } : { ok: false, error: judged.error, replyLengthBytes: reply.length };
  }

  #resultOf(request: PermittedRequest, outcome: RpcOutcome | undefined): CommandResult {
    if (outcome === undefined) return UNKNOWN;
    return outcome.ok ? this.#judge(outcome.reply, request) : { ok: false, error: outcome.error };
  }
}

const UNKNOWN: CommandResult = { ok: false, error: new AuxctlError('ERR_REPLY', 'the request has no answer') };

function isRecorded(request: PermittedRequest | undefined): boolean {
  return request !== undefined && request.plan.effect !== 'inspect';
}

function failure(error: unknown): CommandResult {
  return { ok: false, error: error instanceof AuxctlError ? error : new AuxctlError('ERR_INTERNAL', 'the command failed in an unexpected way', { cause: error }) };
}
