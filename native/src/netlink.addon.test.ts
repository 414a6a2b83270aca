import { describe, expect, it } from 'vitest';
import { native } from '../test/support.js';
import { NativeError } from './errors.js';
import type { NetlinkSocket } from './types.js';

const KOBJECT_UEVENT = 15;
const GENERIC = 16;
const ROUTE = 0;
const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });

/** A request for the generic netlink controller to describe the family of a name. */
function getFamily(name: string): Uint8Array {
  const CTRL_ID = 0x10, REQUEST = 1, GETFAMILY = 3, NAME = 2, HEADER = 20, ATTRIBUTE = 4;
  const attributeBytes = ATTRIBUTE + name.length + 1;
  const message = new Uint8Array(HEADER + ((attributeBytes + 3) & ~3));
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length, true);
  view.setUint16(4, CTRL_ID, true);
  view.setUint16(6, REQUEST, true);
  view.setUint32(8, 77, true);
  view.setUint8(16, GETFAMILY);
  view.setUint8(17, 1);
  view.setUint16(HEADER, attributeBytes, true);
  view.setUint16(HEADER + 2, NAME, true);
  message.set(new TextEncoder().encode(name), HEADER + ATTRIBUTE);
  return message;
}

describe('a netlink socket', () => {
  it('asks the kernel and gets its answer, with the sender', async () => {
    using socket = native().openNetlink(GENERIC);
    await socket.send(getFamily('nlctrl'));
    const { data, senderPortId, groups, uid } = await socket.receive({ timeoutMs: 1000 });
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    expect([view.getUint32(0, true), view.getUint32(8, true), view.getUint32(12, true)]).toEqual([data.byteLength, 77, socket.portId]);
    expect(Buffer.from(data).includes('nlctrl')).toBe(true);
    expect({ senderPortId, groups, uid }).toEqual({ senderPortId: 0, groups: 0, uid: 0 });
  });

  it('says why a request is refused, in words and without repeating it, where that is asked for', async () => {
    const lengths: number[] = [];
    for (const extendedAck of [false, true]) {
      using socket = native().openNetlink(GENERIC, { extendedAck });
      await socket.send(getFamily('no-such-family'));
      const { data } = await socket.receive({ timeoutMs: 1000 });
      expect(new DataView(data.buffer).getInt32(16, true)).toBe(-2);
      lengths.push(data.byteLength);
    }
    const HEADERS_BYTES = 36, REQUEST_PAYLOAD_BYTES = 24;
    expect(lengths).toEqual([HEADERS_BYTES + REQUEST_PAYLOAD_BYTES, HEADERS_BYTES]);
  });

  it('receives what has come, whatever room there is for it', async () => {
    const lengths: number[] = [];
    for (const datagramBytes of [0, 1, 32_768, 65_536]) {
      using socket = native().openNetlink(GENERIC, { datagramBytes });
      await socket.send(getFamily('nlctrl'));
      const { data } = await socket.receive({ timeoutMs: 1000 });
      expect(new DataView(data.buffer).getUint32(0, true)).toBe(data.byteLength);
      lengths.push(data.byteLength);
    }
    expect(new Set(lengths).size).toBe(1);
  });

  it('waits within its limits, one wait at a time, until it is closed', async () => {
    const socket = native().openNetlink(KOBJECT_UEVENT, { groups: [1], receiveBufferBytes: 1 << 20 });
    await expect(socket.receive({ timeoutMs: 5 })).rejects.toThrow(code('ERR_NATIVE_TIMEOUT'));
    await expect(socket.receive({ signal: AbortSignal.timeout(5) })).rejects.toThrow(code('ERR_NATIVE_ABORTED'));
    const waiting = expect(socket.receive()).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    await expect(socket.receive()).rejects.toThrow(code('ERR_NATIVE_BUSY'));
    socket.close();
    socket.close();
    await waiting;
    await expect(socket.send(getFamily('nlctrl'))).rejects.toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => socket.joinGroup(1)).toThrow(code('ERR_NATIVE_CLOSED'));
  });

  it('reports lost messages once, and goes on', async () => {
    using socket = native().openNetlink(GENERIC, { receiveBufferBytes: 2048 });
    const request = getFamily('nlctrl');
    for (let i = 0; i < 50; i++) await trySend(socket, request);
    const codes = new Set<string>();
    for (let i = 0; i < 60; i++) codes.add(await socket.receive({ timeoutMs: 5 }).then(() => 'datagram', codeOf));
    expect([...codes].sort()).toEqual(['ENOBUFS', 'ERR_NATIVE_TIMEOUT', 'datagram']);
    await socket.send(request);
    expect((await socket.receive({ timeoutMs: 1000 })).data.byteLength).toBeGreaterThan(0);
  });

  it('refuses what there is not', async () => {
    expect(() => native().openNetlink(200)).toThrow(code('EPROTONOSUPPORT'));
    expect(() => native().openNetlink(ROUTE, { groups: [100_000] })).toThrow(code('EINVAL'));
    for (const protocol of [-1, 256, 1.5, '15']) expect(() => native().openNetlink(protocol as number)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    for (const options of [{ groups: [0] }, { groups: [-1] }, { groups: ['1'] }, { receiveBufferBytes: -1 }, { receiveBufferBytes: 2 ** 31 }, { extendedAck: 1 }, { datagramBytes: -1 }, { datagramBytes: 65_537 }]) {
      expect(() => native().openNetlink(GENERIC, options as never)).toThrow(code('ERR_NATIVE_ARGUMENT'));
    }
    using socket = native().openNetlink(GENERIC);
    await expect(socket.send('x' as never)).rejects.toThrow(code('ERR_NATIVE_ARGUMENT'));
  });
});

function codeOf(error: unknown): string {
  return error instanceof NativeError ? error.code : String(error);
}

async function trySend(socket: NetlinkSocket, data: Uint8Array): Promise<void> {
  try {
    await socket.send(data);
  } catch {
    // The kernel answers within the call, and refuses more requests while the answers do not fit.
  }
}
