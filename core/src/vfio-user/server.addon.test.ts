import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultNative, type Native, type OwnedDescriptor, type UnixSocket } from '../native.js';
import type { PciDevice } from '../simulator/pci-device.js';
import type { VfioUserEvent } from './events.js';
import { serveVfioUser } from './server.js';
import { bytesOf, MemoryDevice, message, versionPayload } from './test-support.js';

const VERSION = message(1, 1, versionPayload('{"capabilities":{"max_msg_fds":8}}\0'));
const RESET = message(9, 13, new Uint8Array(0));
const regionWrite = (region: number, offset: number, data: Uint8Array, flags = 0): Uint8Array => message(4, 10, bytesOf([8, offset], [4, region], [4, data.length], data), flags);
const regionRead = (region: number, offset: number, count: number): Uint8Array => message(5, 9, bytesOf([8, offset], [4, region], [4, count]));
const dmaMap = (address: number, length: number): Uint8Array => message(2, 2, bytesOf([4, 32], [4, 3], [8, 0], [8, address], [8, length]));
const setIrqs = (count: number): Uint8Array => message(3, 8, bytesOf([4, 20], [4, 0x24], [4, 2], [4, 0], [4, count]));
const POSTED = 0x10;
const BUS_MASTER = regionWrite(7, 0x04, Uint8Array.of(0x06, 0));
const MSIX_ON = regionWrite(7, 0x8a, Uint8Array.of(0, 0x80));

let native: Native;
let folder: string;
let open: AsyncDisposable[];

/** A client that sends what it is told and reads one reply at a time. */
class Client {
  readonly socket: UnixSocket;

  constructor(socket: UnixSocket) {
    this.socket = socket;
  }

  async ask(bytes: Uint8Array, descriptors: readonly OwnedDescriptor[] = []): Promise<{ errno: number; payload: Uint8Array }> {
    await this.socket.send(bytes, descriptors);
    return this.reply();
  }

  async reply(): Promise<{ errno: number; payload: Uint8Array }> {
    const { data } = await this.socket.receive({ exactBytes: 16 });
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const length = view.getUint32(4, true) - 16;
    return { errno: view.getUint32(12, true), payload: length === 0 ? new Uint8Array(0) : (await this.socket.receive({ exactBytes: length })).data };
  }

  async isSentAway(): Promise<boolean> {
    const ending = await this.socket.receive({ maxBytes: 1 }).catch(() => ({ data: new Uint8Array(0) }));
    return ending.data.length === 0;
  }
}

async function serve(device: PciDevice = new MemoryDevice(), name = 'device.sock') {
  const events: VfioUserEvent[] = [];
  let wake = (): void => undefined;
  const server = await serveVfioUser({
    socketPath: join(folder, name),
    device,
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
  open.push(server);
  const connect = async (): Promise<Client> => new Client(await native.connectUnix(server.socketPath));
  const until = async (isMet: () => boolean): Promise<void> => {
    while (!isMet()) await new Promise<void>((resolve) => { wake = resolve; });
  };
  return { server, events, connect, until };
}

async function greeted(parts: { connect: () => Promise<Client> }): Promise<Client> {
  const client = await parts.connect();
  expect((await client.ask(VERSION)).errno).toBe(0);
  return client;
}

const ofType = (events: readonly VfioUserEvent[], type: VfioUserEvent['type']): VfioUserEvent[] => events.filter((event) => event.type === type);
const descriptorCount = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

beforeEach(async () => {
  native = await defaultNative();
  folder = mkdtempSync(join(tmpdir(), 'vfio-user-'));
  open = [];
});

afterEach(async () => {
  for (const each of open) await each[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('a client of a served device', () => {
  it('shares memory, connects an interrupt, and writes without waiting', async () => {
    const device = new MemoryDevice();
    const parts = await serve(device);
    const client = await greeted(parts);
    const guest = native.createMemfd('guest', 0x4000);
    const view = native.map(guest, { lengthBytes: 0x4000, protection: 'read-write' });
    const eventfd = native.createEventfd();
    expect((await client.ask(dmaMap(0x10000, 0x4000), [guest])).errno).toBe(0);
    expect((await client.ask(BUS_MASTER)).errno).toBe(0);
    expect((await client.ask(MSIX_ON)).errno).toBe(0);
    expect((await client.ask(setIrqs(1), [eventfd])).errno).toBe(0);
    await client.socket.send(regionWrite(0, 0x18, Uint8Array.of(1, 2, 3, 4), POSTED));
    expect((await client.ask(regionRead(0, 0x18, 4))).payload).toEqual(bytesOf([8, 0x18], [4, 0], [4, 4], Uint8Array.of(1, 2, 3, 4)));
    device.host?.memory.write(0x10ffcn, Uint8Array.of(5, 6, 7, 8, 9));
    device.host?.raise(0);
    expect(await eventfd.take()).toBe(1n);
    expect(view.copyOut(0xffc, 5)).toEqual(Uint8Array.of(5, 6, 7, 8, 9));
    view.close();
    eventfd.close();
    guest.close();
    client.socket.close();
  });

  it('may send its messages in pieces, several at once, and descriptors behind messages without', async () => {
    const device = new MemoryDevice();
    const client = await greeted(await serve(device));
    for (const byte of regionRead(7, 0, 2)) await client.socket.send(Uint8Array.of(byte));
    expect((await client.reply()).payload.subarray(16)).toEqual(Uint8Array.of(0x34, 0x12));
    const guest = native.createMemfd('guest', 0x1000);
    await client.socket.send(bytesOf(RESET, BUS_MASTER));
    await client.socket.send(dmaMap(0, 0x1000), [guest]);
    await client.socket.send(bytesOf(RESET, BUS_MASTER));
    const errnos = [];
    for (let count = 0; count < 5; count += 1) errnos.push((await client.reply()).errno);
    expect([errnos, device.resets]).toEqual([[0, 0, 0, 0, 0], 2]);
    expect(device.host?.memory.read(0n, 4)).toEqual(new Uint8Array(4));
    guest.close();
    client.socket.close();
  });

  it('gets an error and stays when it maps past the end of a file', async () => {
    const parts = await serve();
    const client = await greeted(parts);
    const guest = native.createMemfd('guest', 0x1000);
    expect((await client.ask(dmaMap(0, 0x2000), [guest])).errno).toBe(5);
    expect((await client.ask(dmaMap(0, 0x1000), [guest])).errno).toBe(0);
    expect(ofType(parts.events, 'request-failed')).toHaveLength(1);
    guest.close();
    client.socket.close();
  });

  it('that connects a file in place of a counter hears nothing, and harms nobody', async () => {
    const device = new MemoryDevice();
    const client = await greeted(await serve(device));
    const file = native.createMemfd('counter', 4);
    for (const bytes of [BUS_MASTER, MSIX_ON]) await client.ask(bytes);
    expect((await client.ask(setIrqs(1), [file])).errno).toBe(0);
    device.host?.raise(0);
    expect((await client.ask(regionRead(0, 0x3000, 1))).payload.at(-1)).toBe(1);
    file.close();
    client.socket.close();
  });

  it('waits while another is served, and then finds none of its memory', async () => {
    const device = new MemoryDevice();
    const parts = await serve(device);
    const first = await greeted(parts);
    const second = await parts.connect();
    await second.socket.send(VERSION);
    const guest = native.createMemfd('guest', 0x1000);
    await first.ask(dmaMap(0, 0x1000), [guest]);
    first.socket.close();
    expect((await second.reply()).errno).toBe(0);
    await second.ask(BUS_MASTER);
    expect(() => device.host?.memory.read(0n, 1)).toThrow(expect.objectContaining({ code: 'ERR_DMA_RANGE' }));
    expect((await second.ask(dmaMap(0, 0x1000), [guest])).errno).toBe(0);
    expect(parts.events.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected']);
    guest.close();
    second.socket.close();
  });

  it('leaves no descriptor behind, whatever it sent', async () => {
    const parts = await serve();
    (await greeted(parts)).socket.close();
    await parts.until(() => ofType(parts.events, 'disconnected').length === 1);
    const before = await descriptorCount();
    const client = await greeted(parts);
    const files = Array.from({ length: 4 }, (_, index) => native.createMemfd(`guest${String(index)}`, 0x1000));
    const eventfds = Array.from({ length: 4 }, () => native.createEventfd());
    await client.ask(dmaMap(0, 0x1000), files.slice(0, 1));
    await client.ask(dmaMap(0, 0x1000), files.slice(1, 2));
    await client.ask(setIrqs(4), eventfds);
    await client.ask(setIrqs(4), eventfds);
    await client.socket.send(RESET, files);
    expect(await client.isSentAway()).toBe(true);
    await parts.until(() => ofType(parts.events, 'disconnected').length === 2);
    for (const each of [...files, ...eventfds]) each.close();
    client.socket.close();
    expect(await descriptorCount()).toBe(before);
  });
});

describe('a client that breaks the protocol', () => {
  it.each([
    ['begins with another command', [RESET]],
    ['sends no header', [VERSION, new Uint8Array(16)]],
    ['announces too much', [VERSION, bytesOf([2, 1], [2, 10], [4, 0xffffffff], [4, 0], [4, 0])]],
    ['sends a reply', [VERSION, message(1, 11, new Uint8Array(0), 1)]],
    ['sends a payload of the wrong length', [VERSION, message(1, 2, new Uint8Array(31))]],
  ])('is sent away and the next one served: %s', async (_, messages) => {
    const parts = await serve();
    const client = await parts.connect();
    for (const bytes of messages) await client.socket.send(bytes);
    if (messages.length > 1) await client.reply();
    expect(await client.isSentAway()).toBe(true);
    expect(ofType(parts.events, 'disconnected')).toEqual([{ type: 'disconnected', error: expect.objectContaining({ code: 'ERR_PROTOCOL' }) as unknown }]);
    client.socket.close();
    (await greeted(parts)).socket.close();
  });

  it('is told apart from one that leaves within a message', async () => {
    const parts = await serve();
    const client = await greeted(parts);
    await client.socket.send(RESET.subarray(0, 7));
    client.socket.close();
    await parts.until(() => ofType(parts.events, 'disconnected').length === 1);
    expect(ofType(parts.events, 'disconnected')).toEqual([{ type: 'disconnected', error: expect.objectContaining({ code: 'ERR_PROTOCOL' }) as unknown }]);
  });
});

describe('a device that fails', () => {
  it('gives the client an error and the log a reason', async () => {
    const device = new MemoryDevice();
    const broken: PciDevice = {
      identity: device.identity,
      regions: device.regions.map((region) => ({ ...region, read: () => { throw new RangeError('beyond'); } })),
      attach: () => undefined,
      reset: () => undefined,
    };
    const parts = await serve(broken);
    const client = await greeted(parts);
    expect((await client.ask(regionRead(0, 0, 4))).errno).toBe(5);
    expect((await client.ask(regionRead(7, 0, 4))).errno).toBe(0);
    expect(ofType(parts.events, 'request-failed')).toEqual([{ type: 'request-failed', request: 'region-read', error: expect.objectContaining({ code: 'ERR_INTERNAL' }) as unknown }]);
    client.socket.close();
  });
});

describe('a server', () => {
  it('replaces a socket that nobody listens on', async () => {
    const path = join(folder, 'device.sock');
    await leaveSocketBehind(path);
    expect((await stat(path)).isSocket()).toBe(true);
    (await greeted(await serve())).socket.close();
  });

  it('leaves a live server and a file alone', async () => {
    const parts = await serve();
    await expect(serve()).rejects.toMatchObject({ code: 'ERR_FILE' });
    (await greeted(parts)).socket.close();
    await writeFile(join(folder, 'file'), 'x');
    await expect(serve(new MemoryDevice(), 'file')).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it('reports a path that cannot be listened on', async () => {
    await expect(serve(new MemoryDevice(), 'missing/device.sock')).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENOENT' });
    await expect(serve(new MemoryDevice(), 'x'.repeat(200))).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENAMETOOLONG' });
  });

  it('sends its client away and removes its socket when it is closed, once or twice', async () => {
    const parts = await serve();
    const client = await greeted(parts);
    await Promise.all([parts.server.close(), parts.server.close()]);
    expect(await client.isSentAway()).toBe(true);
    await expect(stat(parts.server.socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(parts.events.map((event) => ('error' in event ? 'error' : event.type))).toEqual(['connected', 'disconnected']);
    client.socket.close();
    await parts.server.close();
  });

  it('serves beside others in one process', async () => {
    const devices = [new MemoryDevice(), new MemoryDevice(), new MemoryDevice()];
    const clients = await Promise.all(devices.map(async (device, index) => greeted(await serve(device, `${String(index)}.sock`))));
    await Promise.all(clients.map(async (client, index) => client.ask(regionWrite(0, 0, Uint8Array.of(index + 1)))));
    expect(devices.map(({ memory }) => memory[0])).toEqual([1, 2, 3]);
    for (const { socket } of clients) socket.close();
  });
});

/** A listening socket whose process ended without removing it. */
async function leaveSocketBehind(path: string): Promise<void> {
  const program = 'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
  await new Promise<void>((resolve) => {
    execFile(process.execPath, ['-e', program, path], () => { resolve(); });
  });
}
