import type { Scope } from '@auxctl/schemas';
import { AuxctlError } from '../errors/base.js';
import type { Codec } from '../layout/codec.js';
import type { RpcRequest } from '../transport/types.js';
import type { CommandSubject } from './recorder.js';
import type { CommandPlan } from './types.js';

/** A register's bytes inside a request. */
export interface RegisterImage {
  readonly register: string;
  readonly codec: Codec;
  /** What is sent. */
  readonly image: Uint8Array;
  /** What was read before a write. */
  readonly before?: Uint8Array;
}

/** What a caller knows of a request. */
export interface KnownOfRequest {
  /** The register that it reaches. */
  readonly image?: RegisterImage | undefined;
  readonly about?: CommandSubject | undefined;
}

/** A request that was checked, and what it does: nothing else is sent. */
export class PermittedRequest implements RpcRequest {
  readonly request: Uint8Array;
  readonly replyLengthBytes: number;
  readonly scope: Scope;
  readonly #plan: CommandPlan;
  readonly #known: KnownOfRequest;

  constructor({ request, replyLengthBytes, scope }: RpcRequest, plan: CommandPlan, known: KnownOfRequest) {
    this.request = request;
    this.replyLengthBytes = replyLengthBytes;
    this.scope = scope;
    this.#plan = plan;
    this.#known = known;
  }

  /** The request as it was checked. Throws `ERR_INTERNAL` for one that was not, or is a copy. */
  static of(request: RpcRequest): PermittedRequest {
    if (request instanceof PermittedRequest) return request;
    throw new AuxctlError('ERR_INTERNAL', 'a request that was not checked is not sent');
  }

  /** What it would do. */
  get plan(): CommandPlan {
    return this.#plan;
  }

  get known(): KnownOfRequest {
    return this.#known;
  }
}
