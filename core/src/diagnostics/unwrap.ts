/** The number that is `raw` modulo 2^`bits` and nearest to `expected`; of two that are as near, the higher one. */
export function unwrapNear(raw: bigint, bits: number, expected: bigint): bigint {
  const modulus = 1n << BigInt(bits);
  const ahead = BigInt.asUintN(bits, raw - expected);
  return ahead > modulus / 2n ? expected + ahead - modulus : expected + ahead;
}

/** The number that is `raw` modulo 2^`bits` and, among those that are not below `last`, nearest to `expected`. */
export function unwrapForward(raw: bigint, bits: number, last: bigint, expected = last): bigint {
  const least = last + BigInt.asUintN(bits, raw - last);
  const near = unwrapNear(raw, bits, expected);
  return near > least ? near : least;
}
