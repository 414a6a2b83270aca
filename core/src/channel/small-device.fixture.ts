import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@auxctl/schemas';
import type { Device } from '../device/types.js';
import { definePlugin } from '../plugin/define.js';
import type { Plugin, PluginEntry } from '../plugin/types.js';
import { InProcessTransport } from '../simulator/in-process.js';
import type { RpcRequest } from '../transport/types.js';
import type { DeviceChannel } from './channel.js';
import { openChannel, type OpenChannelOptions } from './open.js';

/** A device of one register, whose requests are opcode, argument, two bytes; its replies status and two bytes. */

const source = [{ document: 'this file', revision: '1', section: 'all' }];
const uint = (name: string, offsetBits: number, sizeBits: number, more: object = {}) => ({ name, type: 'uint', offsetBits, sizeBits, ...more });
const bytes = (offsetBits: number) => ({ name: 'data', type: 'bytes', offsetBits, sizeBits: 16 });
const head = { format: 'auxctl.layout/1', byteOrder: 'little', source };

function command(name: string, opcode: number) {
  return {
    ...head, kind: 'command', name, title: name, opcode, request: 'request', reply: 'reply',
    structures: {
      request: { sizeBits: 32, fields: [uint('opcode', 0, 8, { constant: opcode }), uint('which', 8, 8), bytes(16)] },
      reply: { sizeBits: 24, fields: [uint('status', 0, 8), bytes(8)] },
    },
  };
}

const FILES: Readonly<Record<string, object>> = {
  'structures/framing.json': {
    ...head, kind: 'structures', name: 'framing', title: 'Framing',
    structures: { request: { sizeBits: 16, fields: [uint('opcode', 0, 8), uint('which', 8, 8)] }, reply: { sizeBits: 8, fields: [uint('status', 0, 8)] } },
  },
  'commands/READ.json': command('READ', 1),
  'commands/WRITE.json': command('WRITE', 2),
  'commands/ASK.json': command('ASK', 3),
  'registers/LAMP.json': {
    ...head, kind: 'register', name: 'LAMP', title: 'A lamp', id: 7, structure: 'lamp', effects: { read: 'inspect', write: 'configure' },
    structures: { lamp: { sizeBits: 16, fields: [uint('state', 0, 8, { access: 'RW' }), uint('brightness', 8, 8, { access: 'RW' })] } },
  },
  'opcodes.json': {
    format: 'auxctl.opcodes/1', source,
    opcodes: [
      { name: 'READ', opcode: 1, scope: 'configuration', effect: 'inspect' }, { name: 'WRITE', opcode: 2, scope: 'configuration', effect: 'configure' },
      { name: 'ASK', opcode: 3, scope: 'debug-read-only', effect: 'inspect' },
    ],
  },
};

const manifest: Manifest = {
  format: 'auxctl.plugin/1', api: 1, name: 'small', vendor: 'Small', description: 'A small device', match: ['pci:1af4:0001'], products: [], transports: ['sim'], buses: ['sim'],
  framing: {
    document: 'framing', request: { structure: 'request', opcode: 'opcode' },
    reply: { structure: 'reply', status: 'status', success: 0, hostFailures: [{ status: 0xf0, errno: 'EBUSY', meaning: 'The driver gave up.' }] },
  },
  refusals: [], deliveryFailures: [],
  registers: { read: { command: 'READ', id: 'which', image: 'data' }, write: { command: 'WRITE', id: 'which', image: 'data' }, reply: 'data', readBack: true },
};

const device: Device = { address: 'small-0', bus: 'sim', names: { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: [], memdev: [] }, aliases: ['pci:1af4:0001'] };

/** What the device does and did. */
export class SmallDevice {
  /** The register's bytes. */
  readonly lamp = Uint8Array.of(1, 50);
  readonly sent: RpcRequest[] = [];
  /** Bytes that a write does not change. */
  stuck: readonly number[] = [];
  /** A status that every reply has. */
  status = 0;

  execute(request: RpcRequest): Uint8Array {
    this.sent.push(request);
    const [opcode, , ...data] = request.request;
    if (opcode === 2) data.forEach((byte, place) => { if (!this.stuck.includes(place)) this.lamp[place] = byte; });
    return Uint8Array.of(this.status, ...(opcode === 3 ? [9, 0] : this.lamp)).subarray(0, request.replyLengthBytes);
  }

  get opcodes(): (number | undefined)[] {
    return this.sent.map(({ request }) => request[0]);
  }
}

/** Writes the layouts of small devices into a folder of their own, which goes with the channel that is opened with it. */
export function smallLayouts(): string {
  const layoutsPath = mkdtempSync(join(tmpdir(), 'auxctl-small-'));
  for (const [file, json] of Object.entries(FILES)) {
    mkdirSync(join(layoutsPath, file, '..'), { recursive: true });
    writeFileSync(join(layoutsPath, file), JSON.stringify(json));
  }
  return layoutsPath;
}

/** The plugin of small devices, with its layouts in a folder that `release` removes. */
export function smallPlugin(parts: Partial<Plugin> = {}, layoutsPath = smallLayouts()): { readonly entry: PluginEntry; readonly device: Device; readonly release: () => void } {
  return { entry: { manifest, layoutsPath, load: async () => Promise.resolve(definePlugin(manifest, parts)) }, device, release: () => { rmSync(layoutsPath, { recursive: true }); } };
}

/** Opens a channel to a small device; `parts` are what its plugin has in code. The caller closes it. */
export async function openSmall(small: SmallDevice, parts: Partial<Plugin> = {}, options: OpenChannelOptions = {}, layoutsPath = smallLayouts()): Promise<DeviceChannel> {
  const { entry, release } = smallPlugin(parts, layoutsPath);
  const transport = new InProcessTransport({
    device: device.address, limits: { maxRequestBytes: 64, maxReplyBytes: 64 }, info: { data: new Uint8Array() },
    execute: (request) => small.execute(request), isPresent: () => true, release,
  });
  return openChannel(device, entry, { transport, ...options });
}
