import type { Scope, TransportKind } from '@auxctl/schemas';
import type { AuxctlError } from '../errors/base.js';
import type { WaitOptions } from '../wait.js';

/** One firmware command as bytes. */
export interface RpcRequest {
  /** The request, device byte order, header included. Read before the call returns; never modified. */
  readonly request: Uint8Array;
  /** Room for the reply, 0 to {@link TransportLimits.maxReplyBytes}. */
  readonly replyLengthBytes: number;
  /** The label that the request carries; transports without scopes ignore it. */
  readonly scope: Scope;
}

/** What became of one request of a batch. */
export type RpcOutcome =
  | { readonly ok: true; readonly reply: Uint8Array }
  | { readonly ok: false; readonly error: AuxctlError };

/** The largest messages that a transport carries, in bytes. */
export interface TransportLimits {
  readonly maxRequestBytes: number;
  readonly maxReplyBytes: number;
}

/** What the far end of a transport says of itself. */
export interface TransportInfo {
  /** fwctl's `out_device_type`; absent where the transport has no such number. */
  readonly deviceType?: number;
  /** Vendor-specific bytes, as the driver returned them; empty when it returned none. */
  readonly data: Uint8Array;
}

/**
 * What carries a channel's bytes. An implementation keeps these promises:
 * - `rpc` resolves with the device's reply, whatever status is inside it; it rejects only when the request was not
 *   delivered ({@link SystemCallError} or {@link TransportError}). Replies are fresh memory that the caller owns.
 * - A call that outlives its wait rejects with `ERR_TRANSPORT_TIMEOUT`; later calls may reject with
 *   `ERR_TRANSPORT_STUCK` until the first one has come back.
 * - Once the device is gone every call rejects with `ERR_DEVICE_GONE`.
 * - `close` may be called twice, and while calls are pending.
 */
export interface Transport extends AsyncDisposable {
  readonly kind: TransportKind;
  readonly limits: TransportLimits;
  /** What the kernel's files say of the device, by path, where it is simulated and this machine's kernel does not have it. */
  readonly kernelFiles?: ReadonlyMap<string, string>;
  /** Throws `ERR_NOT_CARRIED` for a command that this way to the firmware does not carry, whatever its size; absent where it carries all. */
  requireCarried?(request: Uint8Array): void;
  info(wait?: WaitOptions): Promise<TransportInfo>;
  rpc(request: RpcRequest, wait?: WaitOptions): Promise<Uint8Array>;
  /** Sends the requests in order, in one hop. Resolves with one outcome a request, in the same order. */
  rpcBatch(requests: readonly RpcRequest[], wait?: WaitOptions): Promise<RpcOutcome[]>;
  close(): Promise<void>;
}
