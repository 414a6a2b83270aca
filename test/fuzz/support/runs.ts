/** How many inputs a fuzzer tries: `AUXCTL_FUZZ_RUNS` where it is set, else its own number. */
export function fuzzRuns(standard: number): number {
  const runs = Number(process.env['AUXCTL_FUZZ_RUNS'] ?? standard);
  if (!Number.isSafeInteger(runs) || runs < 1) throw new RangeError('AUXCTL_FUZZ_RUNS is a positive whole number');
  return runs;
}
