import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultNative, LayoutStore, openChannel, present, type Device, type DeviceChannel } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { plugin } from '../src/index.js';

const layoutsPath = join(import.meta.dirname, '../layouts');
const entry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: async () => plugin };
const layouts = new LayoutStore(layoutsPath);
const root = mkdtempSync(join(tmpdir(), 'auxctl-pci-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What lspci printed of a device of QEMU: nothing here is made by us. */
function printed(name: string): { text: string; bytes: Buffer } {
  const text = readFileSync(join(import.meta.dirname, 'lspci', `${name}.lspci.txt`), 'utf8');
  const rows = text.split('\n').flatMap((line) => /^[0-9a-f]{2,3}: ((?:[0-9a-f]{2} ?)+)$/.exec(line)?.[1]?.trim().split(' ') ?? []);
  return { text, bytes: Buffer.from(rows.join(''), 'hex') };
}

/** A function whose files are in a folder of ours. */
async function open(address: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<DeviceChannel> {
  const folder = join(root, 'sys/bus/pci/devices', address);
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const device: Device = { address, bus: 'pci', aliases: ['pci:1234:5678'], names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] } };
  return openChannel(device, entry, { native: defaultNative, root, layouts, timeoutMs: 30_000 });
}

/** The text of every value of a register that says anything. */
async function shown(channel: DeviceChannel, name: string): Promise<Record<string, string>> {
  const { codec, raw } = await channel.registers.read(name);
  const flat = (fields: ReturnType<typeof present>, prefix: string): [string, string][] => Object.entries(fields).flatMap(([key, value]) => (
    value.type === 'value' ? [[prefix + key, value.text]] : value.type === 'structure' ? flat(value.fields, `${prefix}${key}.`) : []));
  return Object.fromEntries(flat(present(codec, raw), ''));
}

const cases = [
  { name: 'e1000e', registers: 7, values: {
    HEADER: { vendor_id: '0x8086', device_id: '0x10d3', command: 'IO_SPACE|MEMORY_SPACE|BUS_MASTER|SERR|INTERRUPT_DISABLE (0x507)', header_type: 'endpoint (0)', base_class: 'network (2)', 'body.subsystem_vendor_id': '0x8086' },
    PM: { version: '2', device_specific_initialization: '1', power_state: 'D0 (0)' }, MSI: { enable: '0', format: 'address_64 (1)', multiple_message_capable: '1_vector (0)' },
    MSIX: { enable: '1', table_size: '4', table_bar: '3', table_offset: '0 bytes', pending_offset: '8192 bytes' },
    PCIE: { capability_version: '1', port_type: 'endpoint (0)', 'body.max_link_speed': '2.5GT/s (1)', 'body.link_width': '1', 'body.aspm_support': 'L0s (0x1)', 'body.max_read_request_size': '128B (0)' },
    AER: { uncorrectable_mask: 'INTERNAL|TLP_PREFIX_BLOCKED (0x2400000)', correctable_mask: 'ADVISORY_NON_FATAL|CORRECTED_INTERNAL|HEADER_LOG_OVERFLOW (0xe000)', ecrc_generation_capable: '1', version: '2' },
    DSN: { serial_number_upper: '0x525400ff', serial_number_lower: '0xff123456' },
  } },
  { name: 'igb', registers: 8, values: {
    MSI: { format: 'address_64_masking (3)' }, MSIX: { table_size: '9' }, PCIE: { capability_version: '2', 'body.function_level_reset': '1', 'body.extended_format_supported': '1' }, ARI: { next_function_number: '0' },
    SRIOV: { initial_vfs: '8', total_vfs: '8', num_vfs: '0', first_vf_offset: '128', vf_stride: '2', vf_device_id: '0x10ca', supported_page_sizes: '0x553', system_page_size: '0x1' },
  } },
  { name: 'root-port', registers: 6, values: {
    HEADER: { header_type: 'bridge (1)', 'body.secondary_bus': '1', 'body.subordinate_bus': '1', 'body.memory_base': '0xfe2' }, SUBSYSTEM_ID: { subsystem_vendor_id: '0x1b36' },
    PCIE: { port_type: 'root_port (4)', slot_implemented: '1', 'body.max_link_speed': '16GT/s (4)', 'body.max_link_width': '32', 'body.physical_slot_number': '31', 'body.target_link_speed': '16GT/s (4)', 'body.supported_link_speeds': '2.5GT/s|5GT/s|8GT/s|16GT/s (0xf)' },
    AER: { root_error_command: 'CORRECTABLE|NON_FATAL|FATAL (0x7)', multiple_header_recording_capable: '1' },
    ACS: { supported: 'SOURCE_VALIDATION|TRANSLATION_BLOCKING|P2P_REQUEST_REDIRECT|P2P_COMPLETION_REDIRECT|UPSTREAM_FORWARDING|DIRECT_TRANSLATED_P2P (0x5f)', enabled: '0' },
  } },
] as const;

describe.each(cases)('$name', ({ name, registers, values }) => {
  test('every capability has the bytes and the place that lspci prints, and the values that it names', async () => {
    const { text, bytes } = printed(name);
    await using channel = await open(`0000:0${cases.findIndex((each) => each.name === name)}:00.0`, { config: bytes });
    let found = 0;
    for (const { name: register } of await channel.registers.list()) {
      const outcome = await channel.registers.read(register).catch((error: unknown) => error as Error);
      if (outcome instanceof Error) {
        expect(outcome.message).toContain('NOT_THERE');
        continue;
      }
      const { fields, raw } = outcome;
      const [at, length] = [Number(fields['offset_bytes']), Number(fields['length_bytes'])];
      expect(Buffer.from(raw.subarray(8, 8 + length)).toString('hex')).toBe(bytes.toString('hex', at, at + length));
      if (register !== 'HEADER') expect(text).toMatch(new RegExp(`Capabilities: \\[0*${at.toString(16)}( v\\d+)?\\]`));
      found += 1;
    }
    expect(found).toBe(registers);
    expect(text.match(/Capabilities: \[/g)).toHaveLength(registers - 1);
    for (const [register, expected] of Object.entries(values)) expect(await shown(channel, register)).toMatchObject(expected);
  });
});

describe('a function by its files', () => {
  test('without more than 64 bytes to see, the header is read and the reason given for the rest', async () => {
    await using channel = await open('0000:10:00.0', { config: printed('igb').bytes.subarray(0, 64) });
    expect((await channel.registers.read('HEADER')).fields['device_id']).toBe(0x10c9);
    await expect(channel.registers.read('PCIE')).rejects.toMatchObject({ code: 'ERR_KERNEL_REFUSED', errno: 'EACCES', exitStatus: 4, device: '0000:10:00.0', message: expect.stringMatching(/first 64 bytes/) as string });
    await expect(channel.objects.read('CAPABILITIES')).rejects.toMatchObject({ code: 'ERR_KERNEL_REFUSED' });
  });

  test('bytes of configuration space, memory and vital product data: within their ends, and only when they are there', async () => {
    const bar = Uint8Array.from({ length: 8192 }, (_, index) => (index * 3) % 256);
    const flags = (type: string): string => `0x00000000fe000000 0x00000000fe001fff 0x000000000004${type}00`;
    const vpd = Buffer.concat([Buffer.from([0x82, 4, 0]), Buffer.from('Card'), Buffer.from([0x90, 7, 0]), Buffer.from('SN\u0004A123'), Buffer.from([0x78])]);
    await using channel = await open('0000:11:00.0', { config: printed('igb').bytes, resource0: bar, resource1: bar, resource: `${flags('02')}\n${flags('01')}\n`, vpd });
    const read = async (command: string, fields: Record<string, number>): Promise<string> => channel.call(command, fields, { allow: 'invasive' }).then(({ fields: { data } }) => Buffer.from(data as Uint8Array).toString('hex'), (error: unknown) => /status 0x\d (\w+)/.exec(String(error))?.[1] ?? String(error));
    expect(await read('READ_CONFIG', { offset_bytes: 0, length_bytes: 4 })).toBe('8680c910');
    expect(await read('READ_CONFIG', { offset_bytes: 4095, length_bytes: 2 })).toBe('OUT_OF_RANGE');
    expect(await read('READ_BAR', { bar: 0, offset_bytes: 8, length_bytes: 8 })).toBe(Buffer.from(bar.subarray(8, 16)).toString('hex'));
    expect(await read('READ_BAR', { bar: 0, offset_bytes: 8188, length_bytes: 8 })).toBe('OUT_OF_RANGE');
    expect(await read('READ_BAR', { bar: 0, offset_bytes: 8, length_bytes: 6 })).toBe('BAD_REQUEST');
    expect(await read('READ_BAR', { bar: 1, offset_bytes: 0, length_bytes: 4 })).toBe('NOT_SUPPORTED');
    expect(await read('READ_BAR', { bar: 2, offset_bytes: 0, length_bytes: 4 })).toBe('NOT_THERE');
    for (const command of ['READ_CONFIG', 'READ_BAR']) await expect(channel.call(command, { length_bytes: 4 })).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
    const { fields } = await channel.objects.read('VPD');
    expect(fields).toMatchObject({ more: 0, properties: [{ name: 'ID', value: 'Card' }, { name: 'R.SN', value: 'A123' }] });
    expect((await channel.objects.read('VPD', { first: 1 })).fields['properties']).toHaveLength(1);
  });

  test('a function that goes is gone, one without a driver has no driver to ask', async () => {
    const channel = await open('0000:12:00.0', { config: printed('igb').bytes });
    await expect(channel.objects.read('DRIVER_INFO')).rejects.toMatchObject({ code: 'ERR_FIRMWARE_STATUS', statusName: 'NOT_THERE' });
    expect(await channel.rpc(Uint8Array.of(0x7f, 0, 0, 0), { replyLengthBytes: 4, allow: 'invasive', scope: 'configuration' })).toEqual(Uint8Array.of(4, 0, 0, 0));
    rmSync(join(root, 'sys/bus/pci/devices/0000:12:00.0'), { recursive: true });
    await expect(channel.registers.read('HEADER')).rejects.toMatchObject({ code: 'ERR_DEVICE_GONE' });
    await channel.close();
    await channel.close();
    await expect(channel.registers.read('HEADER')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await expect(channel.registers.read('HEADER', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});
