import { createHmac } from 'node:crypto';

/** Gives at least 32 bytes that only those can tell from chance, or make again, who have its key. `domain` keeps uses apart; it has no zero byte. The bytes are the caller's. */
export type Digest = (domain: string, bytes: Uint8Array) => Uint8Array;

/** HMAC-SHA-256 (RFC 2104) with this key, of any length; 32 random bytes are as good as it gets. */
export function keyedDigest(key: Uint8Array): Digest {
  const own = new Uint8Array(key);
  return (domain, bytes) => new Uint8Array(createHmac('sha256', own).update(`${domain}\0`).update(bytes).digest());
}
