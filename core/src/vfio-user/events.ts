import type { AuxctlError } from '../errors/base.js';

/** What happens to a served device, for a log. */
export type VfioUserEvent =
  /** A client has connected. */
  | { readonly type: 'connected'; readonly processId: number }
  /** The client has gone. `error` is there when it was sent away for breaking the protocol, or when the socket failed. */
  | { readonly type: 'disconnected'; readonly error?: AuxctlError }
  /** The client keeps writable guest memory to itself, so the device cannot reach it. Told once for each client. */
  | { readonly type: 'memory-not-shared'; readonly address: bigint; readonly lengthBytes: bigint }
  /** A request was answered with an error of this server's making; the client goes on. */
  | { readonly type: 'request-failed'; readonly request: string; readonly error: AuxctlError }
  /** No more clients are accepted, because listening failed. */
  | { readonly type: 'stopped'; readonly error: AuxctlError };

/** Receives events, in order. Must not throw. */
export type VfioUserEventListener = (event: VfioUserEvent) => void;
