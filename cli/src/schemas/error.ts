import { CATALOGUE, type ErrorCode, type ErrorLayer } from '@auxctl/core';
import { z } from 'zod';

const layers = ['system-call', 'transport', 'firmware', 'plugin', 'policy', 'usage', 'internal'] as const satisfies readonly ErrorLayer[];

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(CATALOGUE, value);
}

/** What standard error gets with `--json` when a command fails. What is not known is null, so that the keys are always there. */
export const errorSchema = z.strictObject({
  schema: z.literal('auxctl.error/1'),
  layer: z.enum(layers),
  code: z.custom<ErrorCode>(isErrorCode),
  message: z.string(),
  device: z.string().nullable(),
  command: z.string().nullable(),
  hint: z.string().nullable(),
  exitStatus: z.number(),
  /** What the layer says beyond that: the errno's name, the firmware's status and syndrome. */
  details: z.record(z.string(), z.string()),
});
/** As {@link errorSchema} describes. */
export type ErrorDocument = z.infer<typeof errorSchema>;
