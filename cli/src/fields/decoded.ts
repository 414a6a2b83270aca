import { present, type Decoded } from '@auxctl/core';
import type { Context } from '../command.js';
import type { DecodedDocument } from '../schemas/fields.js';
import { anomalyText } from './rows.js';
import { selectFields } from './select.js';

/** Decoded bytes as documents hold them; `list` narrows the fields. */
export function decodedDocument({ raw, anomalies, codec }: Decoded, list?: string): DecodedDocument {
  return {
    fields: selectFields(present(codec, raw), list),
    anomalies: anomalies.map((anomaly) => ({ ...anomaly, ...('value' in anomaly ? { value: anomaly.value.toString() } : {}), text: anomalyText(anomaly) })),
    raw: Buffer.from(raw).toString('hex'),
  };
}

/** Notes what a layout does not account for: for people, since documents hold it. */
export function noteAnomalies({ anomalies }: DecodedDocument, { notes }: Pick<Context, 'notes'>): void {
  for (const { text } of anomalies) notes.note(text);
}
