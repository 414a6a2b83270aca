/**
 * Resolves at the next multiple of the interval since `startMs`, never twice at the same one, and at once when `signal` aborts. The times are
 * those of `performance.now()`: what takes long does not shift the ones after it.
 */
export async function nextTick(startMs: number, intervalMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const elapsedMs = performance.now() - startMs;
  const waitMs = (Math.floor(elapsedMs / intervalMs) + 1) * intervalMs - elapsedMs;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    signal.addEventListener('abort', end, { once: true });
  });
}
