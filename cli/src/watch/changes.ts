import type { PresentedScalar } from '@auxctl/core';
import { scalars } from '../fields/scalars.js';
import type { PresentedFields } from '../fields/select.js';
import type { WatchDocument } from '../schemas/values.js';

type Change = WatchDocument['changes'][number];

const RATE_DIGITS = 4;

/** What differs between two readings that are so far apart. */
export function changesBetween(before: PresentedFields, after: PresentedFields, elapsedMs: number): Change[] {
  const was = scalars(before);
  const is = scalars(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path): Change[] => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old?.value === now?.value) return [];
    const delta = old === undefined || now === undefined ? undefined : differenceOf(old, now);
    return [{ path, before: old?.text ?? null, after: now?.text ?? null, delta: delta?.toString() ?? null, perSecond: delta === undefined || elapsedMs <= 0 ? null : perSecond(delta, elapsedMs) }];
  });
}

/** Of two plain integers; names, flags and scaled quantities have none that means anything. */
function differenceOf(old: PresentedScalar, now: PresentedScalar): bigint | undefined {
  const [from, to] = [integerOf(old), integerOf(now)];
  return from === undefined || to === undefined ? undefined : to - from;
}

function integerOf({ value, symbol, flags, scaled, text }: PresentedScalar): bigint | undefined {
  const isPlain = symbol === undefined && flags === undefined && scaled === undefined && text.startsWith(String(value));
  return isPlain && /^-?\d+$/.test(String(value)) ? BigInt(value) : undefined;
}

function perSecond(delta: bigint, elapsedMs: number): number {
  return Number(((Number(delta) * 1000) / elapsedMs).toPrecision(RATE_DIGITS));
}
