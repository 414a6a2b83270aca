import type { IdentityEntry } from './types.js';

/** What a device says of itself under a name, such as `firmware` or `serial`; undefined where it does not. */
export function identityValue(identity: readonly IdentityEntry[], name: string): string | undefined {
  return identity.find((each) => each.name === name)?.value;
}
