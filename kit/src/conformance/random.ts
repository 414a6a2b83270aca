const MODULUS = 4_294_967_296;
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;

/** Numbers from 0 to 1, the same for the same seed: a linear congruence, good enough to choose bytes. */
export function randomSource(seed: number): () => number {
  let state = seed % MODULUS;
  return () => {
    state = (state * MULTIPLIER + INCREMENT) % MODULUS;
    return state / MODULUS;
  };
}
