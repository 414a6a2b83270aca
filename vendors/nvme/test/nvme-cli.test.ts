import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LayoutStore, type Codec, type Fields, type FieldValue, type LayoutKind } from '@auxctl/core';
import type { Field } from '@auxctl/schemas';
import { LAYOUT_FOLDERS } from '@auxctl/schemas/model';
import { describe, expect, test } from 'vitest';

const samples = join(import.meta.dirname, 'nvme-cli');
const store = new LayoutStore(join(import.meta.dirname, '../layouts'));
const kinds = Object.keys(LAYOUT_FOLDERS) as LayoutKind[];
/** What nvme-cli calls otherwise: parts of ours, each with its shift. */
const names = JSON.parse(text('nvme-cli.json')) as Record<string, Record<string, [path: string, shift: number][]>>;

function text(file: string): string {
  return readFileSync(join(samples, file), 'utf8');
}

/** Names of the header for more than the field of this name here holds. */
const WIDER: Readonly<Record<string, string>> = {
  'power_state ips': 'the byte, of which the scale is the upper two bits', 'error_entry status_field': 'the phase tag as well',
  'rotational_media endgid': 'what the page repeats; here the field that selects the page has this name',
};

/** The layout of a structure, named as in `places.txt`. */
async function layoutOf(place: string): Promise<Codec> {
  const [path = '', structure] = place.split(':');
  const [folder, name = ''] = path.split('/');
  return store.codec(kinds.find((kind) => LAYOUT_FOLDERS[kind] === folder) ?? 'structures', name, structure);
}

describe('libnvme\'s header', async () => {
  const places = text('places.txt').trim().split('\n').map((line) => line.split(' '));
  const fieldsOf = async (layout: string): Promise<readonly Field[]> => {
    const codec = await layoutOf(layout);
    return codec.scope.structures.get(codec.structure)?.fields ?? [];
  };

  test('has every member and bit field where the layouts have them', async () => {
    const wrong: string[] = [];
    let sameName = 0;
    for (const [layout = '', name = '', offset, size] of places) {
      const [start, end] = [Number(offset), Number(offset) + Number(size)];
      const fields = await fieldsOf(layout);
      const own = fields.find((field) => field.name === name);
      // What the header has in one piece may be several fields here, and the high half of a wide counter is one of its own.
      const isWhole = (own?.offsetBits ?? start) === start && (own?.sizeBits ?? 0) <= end - start;
      const isBounded = fields.some(({ offsetBits }) => offsetBits === start) && fields.some(({ offsetBits, sizeBits }) => offsetBits + sizeBits === end || (offsetBits < end && offsetBits + sizeBits > end));
      const isExplained = WIDER[`${layout.split(':')[1] ?? ''} ${name}`] !== undefined;
      if ((!isWhole && !isExplained) || !isBounded) wrong.push(`${layout} ${name} at ${start} to ${end}`);
      if (own?.sizeBits === end - start) sameName += 1;
    }
    expect(wrong).toEqual([]);
    expect(places.length).toBeGreaterThan(470);
    expect(sameName).toBeGreaterThan(380);
  });
});

/** A page that QEMU's controller gave to nvme-cli, and what nvme-cli said of it. */
async function page(layout: string, file: string): Promise<{ fields: Fields; theirs: Record<string, unknown> }> {
  const codec = await layoutOf(layout);
  const bytes = new Uint8Array(codec.sizeBytes);
  bytes.set(Buffer.from(text(`${file}.hex`).replaceAll('\n', ''), 'hex').subarray(0, codec.sizeBytes));
  expect(codec.anomalies(bytes).filter(({ type }) => type !== 'unknown-symbol')).toEqual([]);
  return { fields: codec.decode(bytes), theirs: JSON.parse(text(`${file}.json`)) as Record<string, unknown> };
}

function plain(value: FieldValue | undefined): unknown {
  if (typeof value === 'string') return value.trimEnd();
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** Compares each of their values with ours; returns how many there were. */
function compare(table: string, theirs: Record<string, unknown>, ours: Fields, passedOver: readonly string[] = []): number {
  const wanted = Object.entries(theirs).filter(([name]) => !passedOver.includes(name));
  for (const [name, value] of wanted) {
    const parts = names[table]?.[name] ?? [[name, 0] as const];
    if (typeof value === 'string') expect(plain(ours[name]), name).toBe(/^[0-9a-f-]{36}$/.test(value) ? value.replaceAll('-', '') : value.trimEnd());
    else expect(parts.reduce((sum, [path, shift]) => sum + (BigInt(ours[path] as number) << BigInt(shift)), 0n), name).toBe(BigInt(value as number));
  }
  return wanted.length;
}

describe('pages that QEMU\'s controller gave to nvme-cli decode to what nvme-cli says', () => {
  test('Identify Controller', async () => {
    const { fields, theirs } = await page('capabilities/IDENTIFY_CONTROLLER:identify_controller', 'id-ctrl');
    expect(compare('id-ctrl', theirs, fields, ['psds'])).toBeGreaterThan(100);
    const [state] = theirs['psds'] as Record<string, unknown>[];
    expect(compare('psds', state ?? {}, (fields['psd'] as Fields[])[0] ?? {})).toBeGreaterThan(15);
  });

  test('Identify Namespace', async () => {
    const { fields, theirs } = await page('structures/identify_namespace:identify_namespace', 'id-ns');
    expect(compare('id-ns', theirs, fields, ['lbafs', 'vs'])).toBeGreaterThan(35);
    for (const [index, format] of (theirs['lbafs'] as Record<string, unknown>[]).entries()) compare('lbafs', format, (fields['lbaf'] as Fields[])[index] ?? {});
  });

  test('SMART, errors, firmware slots', async () => {
    const smart = await page('registers/SMART:smart', 'smart-log');
    expect(compare('smart-log', smart.theirs, smart.fields)).toBe(22);
    const error = await page('registers/ERROR_LOG:error_entry', 'error-log');
    expect(compare('error-log', (error.theirs['errors'] as Record<string, unknown>[])[0] ?? {}, error.fields)).toBe(12);
    const { fields } = await page('registers/FW_SLOTS:fw_slots', 'fw-log');
    expect([fields['active_slot'], (fields['frs'] as string[])[0]?.trimEnd()]).toEqual([1, '1.0']);
  });

  test('commands supported and effects', async () => {
    const { fields, theirs } = await page('registers/EFFECTS:effects', 'effects-log');
    const told = (set: string): [number, unknown][] => Object.entries(theirs[set] as object).map(([name, value]) => [Number(/_(\d+) /.exec(name)?.[1]), value]);
    expect((fields['acs'] as number[]).flatMap((value, opcode) => (value === 0 ? [] : [[opcode, value]]))).toEqual(told('admin_cmd_set'));
    expect((fields['iocs'] as number[]).flatMap((value, opcode) => (value === 0 ? [] : [[opcode, value]]))).toEqual(told('io_cmd_set'));
    expect(told('admin_cmd_set').length).toBeGreaterThan(15);
  });
});
