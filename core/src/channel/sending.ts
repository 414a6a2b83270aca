import { AuxctlError } from '../errors/base.js';
import type { IdentityEntry } from '../plugin/types.js';
import type { RpcOutcome, RpcRequest } from '../transport/types.js';
import type { WaitOptions } from '../wait.js';
import type { ChannelParts } from './channel.js';
import { describeRequest } from './described.js';
import { PermittedRequest } from './permitted.js';
import type { CommandIntent, CommandResult, OpenRecord } from './recorder.js';
import { outcomeOf } from './support.js';

/** The one way to the transport: what can change the device is recorded before it is sent, and again when it is known what became of it. */
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

  /** Sends requests in one hop. */
  async many(requests: readonly RpcRequest[], wait: WaitOptions): Promise<RpcOutcome[]> {
    const checked = requests.map((request) => PermittedRequest.of(request));
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
    const valueOf = (name: string): string | undefined => identity.find((each) => each.name === name)?.value;
    const [firmware, serial] = [valueOf('firmware'), valueOf('serial')];
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
