import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { native } from '../test/support.js';
import type { IoctlCall, NativeChannel } from './types.js';

const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const SIOCGIFINDEX = 0x8933;
const IFREQ_BYTES = 40;
const INDEX_AT = 16;

/** The request for the number of a network interface. */
function indexOf(name: string): IoctlCall {
  const argument = new Uint8Array(IFREQ_BYTES);
  argument.set(new TextEncoder().encode(name));
  return { request: SIOCGIFINDEX, name: 'SIOCGIFINDEX', argument };
}

async function index(channel: NativeChannel, name: string): Promise<number> {
  const { argument } = await channel.ioctl(indexOf(name), { timeoutMs: 5000 });
  return Buffer.from(argument).readInt32LE(INDEX_AT);
}

function sockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

describe.each(['process', 'thread', undefined] as const)('a datagram socket with worker %s', (worker) => {
  it('carries requests about network interfaces', async () => {
    await using channel = native().openDatagramSocket({ worker });
    expect(await index(channel, 'lo')).toBe(1);
    await expect(index(channel, 'no-such-device')).rejects.toThrow(code('ENODEV'));
    expect(await channel.ioctlBatch([indexOf('lo'), indexOf('nothing'), indexOf('lo')])).toMatchObject([{ ok: true }, { ok: false, error: { code: 'ENODEV', request: 'SIOCGIFINDEX' } }, { ok: true }]);
  });

  it('is no file to be read or mapped, and receives nothing', async () => {
    await using channel = native().openDatagramSocket({ worker });
    expect(channel).toMatchObject({ path: 'socket:AF_INET', state: 'open' });
    await expect(channel.pread(4, 0)).rejects.toThrow(code('ESPIPE'));
    await expect(channel.map({ lengthBytes: 4096, protection: 'read' })).rejects.toThrow(code('ENODEV'));
    await expect(channel.write(Uint8Array.of(1))).rejects.toThrow(code('EDESTADDRREQ'));
  });

  it('is closed with its channel', async () => {
    const before = sockets();
    const channels = Array.from({ length: 20 }, () => native().openDatagramSocket({ worker }));
    for (const channel of channels) expect(await index(channel, 'lo')).toBe(1);
    await Promise.all(channels.flatMap((channel) => [channel.close(), channel.close()]));
    expect(sockets()).toBe(before);
    for (const channel of channels) await expect(index(channel, 'lo')).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
  });
});

describe('a datagram socket', () => {
  it('refuses a worker that there is not', () => {
    for (const worker of ['other', '', 1]) expect(() => native().openDatagramSocket({ worker: worker as never })).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });
});
