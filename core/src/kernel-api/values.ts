import { integerValue } from '@auxctl/schemas/model';
import { completeSelectors } from '../channel/access.js';
import { readingsOf } from '../channel/instances.js';
import type { Channel } from '../channel/types.js';
import type { Codec } from '../layout/codec.js';
import type { FieldInput } from '../layout/types.js';
import { present } from '../present/present.js';
import type { LayoutStore } from '../store/store.js';
import { offeredByReading } from './fields.js';
import { offeredByReadings } from './parameters.js';
import { KernelPlace } from './place.js';
import type { KernelApiSource, KernelValue, OfferedValue } from './types.js';
import { concerns, kernelWord } from './words.js';
import { nvParameters } from '../nvconfig/parameters.js';

/** A value of the device beside those of the kernel's interfaces that show the same. */
interface Compared {
  readonly subject: KernelValue['subject'];
  readonly index: KernelValue['index'];
  readonly offered: OfferedValue;
  readonly deviceValue: string;
}

/**
 * Every value of a device that the kernel shows too: registers as they are now, stored parameters as they are for the next boot (`permanent`) or as they
 * are in force. Reads the device with commands that only inspect. A register that the device refuses, and what the kernel does not show here, is left out:
 * it rejects only as the channel does when the device is gone or does not answer.
 */
export async function kernelValues(channel: Channel, layouts: LayoutStore, source: KernelApiSource = {}): Promise<KernelValue[]> {
  await using place = new KernelPlace(channel.device, source);
  const values: KernelValue[] = [];
  for (const { subject, index, offered, deviceValue } of [...await registerValues(channel, layouts, source), ...await parameterValues(channel, layouts, source)]) {
    for (const offer of offered.offers) {
      const shown = concerns(offer, offered) ? await place.read(offer, offered) : undefined;
      if (shown === undefined) continue;
      const expected = kernelWord(offer, offered);
      values.push({
        subject, field: offered.field, index, deviceValue, kernelValue: shown.text, source: shown.source, command: await place.command(offer, offered),
        agrees: expected === shown.text, ...(expected === undefined ? {} : { expected }),
      });
    }
  }
  return values;
}

async function registerValues(channel: Channel, layouts: LayoutStore, wait: KernelApiSource): Promise<Compared[]> {
  const entries = (await layouts.entries('register')).filter(({ hasKernelOffers, effects }) => hasKernelOffers === true && effects.read === 'inspect');
  const readings = (await Promise.all(entries.map(async ({ name }) => {
    const codec = await layouts.codec('register', name);
    return readingsOf(await layouts.document('register', name), codec).map((index) => ({ name, codec, index: numbersOf(completeSelectors(codec, index)) }));
  }))).flat();
  const outcomes = await channel.registers.readMany(readings, { ...(wait.timeoutMs === undefined ? {} : { timeoutMs: wait.timeoutMs }), ...(wait.signal === undefined ? {} : { signal: wait.signal }) });
  return readings.flatMap(({ name, codec, index }, at): Compared[] => {
    const outcome = outcomes[at];
    if (outcome?.ok !== true) return [];
    const { fields, raw } = outcome.decoded;
    return offeredByReading(codec, fields, index).map((offered) => ({ subject: { kind: 'register', name }, index, offered, deviceValue: textAt(codec, raw, offered.field) }));
  });
}

async function parameterValues(channel: Channel, layouts: LayoutStore, wait: KernelApiSource): Promise<Compared[]> {
  const entries = (await nvParameters(layouts)).filter(({ parameter }) => parameter.kernel !== undefined);
  if (entries.length === 0) return [];
  const conditions = entries.flatMap(({ parameter: { kernel = [] } }) => kernel.flatMap(({ when = {} }) => Object.keys(when)));
  const { readings } = await (await channel.nvconfig()).query([...new Set([...entries.map(({ parameter }) => parameter.name), ...conditions])], wait);
  const known = readings.filter(({ values }) => values.next !== undefined);
  const offered = await offeredByReadings(layouts, known, 'next');
  return offered.filter(({ offers }) => offers.length > 0).map((each) => ({
    subject: { kind: 'nvconfig', name: each.field }, index: {}, offered: { ...each, offers: each.offers.filter((offer) => offer.type !== 'devlink-param' || offer.mode === 'permanent') },
    deviceValue: known.find(({ name }) => name === each.field)?.values.next?.text ?? '',
  }));
}

function numbersOf(index: FieldInput): Record<string, bigint> {
  return Object.fromEntries(Object.entries(index).flatMap(([name, value]) => (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string' ? [[name, integerValue(typeof value === 'bigint' ? value.toString() : value)]] : [])));
}

function textAt(codec: Codec, raw: Uint8Array, path: string): string {
  let fields = present(codec, raw);
  for (const name of path.split('.')) {
    const value = fields[name];
    if (value?.type === 'value') return value.text;
    if (value?.type !== 'structure') return '';
    fields = value.fields;
  }
  return '';
}
