import { join } from 'node:path';
import { LayoutStore, type Device, type IoctlCall, type NativeSource, type OpenContext, type Transport } from '@auxctl/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../manifest.json' with { type: 'json' };
import { openNvme } from './nvme.js';

const layouts = new LayoutStore(join(import.meta.dirname, '../../layouts'));
const scope = 'configuration' as const;
const names = { auxiliary: [], fwctl: [], netdev: [], rdma: [], nvme: ['nvme7'], memdev: [] };
const onPcie: Device = { address: '0000:3b:00.0', bus: 'pci', aliases: ['nvme:controller'], names };
const onFabrics: Device = { address: 'nvme7', bus: 'nvme', aliases: ['nvme:controller'], names };

/** The kernel's answer to one ioctl: its return value, the 64-bit result, and data; or an errno. */
interface Answer { readonly status?: number; readonly result?: bigint; readonly data?: Uint8Array; readonly errno?: string }

/** A kernel that keeps what it is sent. */
class Kernel {
  readonly opened: string[] = [];
  readonly calls: IoctlCall[] = [];
  readonly hops: number[] = [];
  readonly mapped: string[] = [];
  closed = 0;
  mdts = 5;
  registerRefusal: string | undefined;
  answer: (call: IoctlCall) => Answer = () => ({});

  native = (() => Promise.resolve({ openChannel: async (path: string) => this.#open(path) })) as unknown as NativeSource;

  #open(path: string) {
    this.opened.push(path);
    return {
      state: 'open',
      ioctlBatch: async (calls: readonly IoctlCall[]) => {
        this.hops.push(calls.length);
        return calls.map((call) => this.#ioctl(call));
      },
      map: async () => {
        if (this.registerRefusal !== undefined) throw failure(this.registerRefusal);
        this.mapped.push(path);
        return { read32: (offset: number) => 0x1000 + offset, read64: (offset: number) => 0x1_0000_0000n + BigInt(offset), [Symbol.dispose]: () => undefined };
      },
      close: async () => { this.closed++; },
    };
  }

  #ioctl(call: IoctlCall) {
    this.calls.push(call);
    const argument = Uint8Array.from(call.argument as Uint8Array);
    const buffers = (call.pointers ?? []).map(({ buffer }) => (buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer.lengthBytes)));
    const isIdentify = argument[0] === 0x06;
    const { status = 0, result = 0n, data, errno } = isIdentify ? { data: Uint8Array.from({ length: 78 }, (_, at) => (at === 77 ? this.mdts : 0)) } as Answer : this.answer(call);
    if (errno !== undefined) return { ok: false, error: failure(errno) };
    new DataView(argument.buffer).setBigUint64(72, result, true);
    buffers[0]?.set(data ?? []);
    return { ok: true, result: status, argument, buffers };
  }
}

function failure(code: string): Error {
  return Object.assign(new TypeError(code), { code, syscall: 'ioctl' });
}

/** A submission queue entry. */
function entry(opcode: number, dwords: Readonly<Record<number, number>> = {}, data: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(64 + data.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = opcode;
  for (const [at, value] of Object.entries(dwords)) view.setUint32(Number(at) * 4, value, true);
  bytes.set(data, 64);
  return bytes;
}

const kernel = { it: new Kernel() };
let transport: Transport;

async function open(device: Device, prepare: (kernel: Kernel) => void = () => undefined): Promise<Kernel> {
  kernel.it = new Kernel();
  prepare(kernel.it);
  const context = { native: kernel.it.native, wait: {}, layouts, root: '/r/', configSpace: () => expect.unreachable() } as unknown as OpenContext;
  transport = await openNvme(device, context, manifest);
  kernel.it.calls.length = 0;
  return kernel.it;
}

beforeEach(async () => open(onPcie));
afterEach(async () => transport.close());

describe('a command', () => {
  test('is the kernel\'s structure around the submission queue entry', async () => {
    const it = kernel.it;
    it.answer = () => ({ result: 0x1122_3344_5566_7788n, data: Uint8Array.of(1, 2, 3, 4) });
    const reply = await transport.rpc({ request: entry(0x02, { 1: 0xffff_ffff, 2: 2, 3: 3, 10: 0x0000_8002, 11: 0, 12: 0xc, 13: 0xd, 14: 0xe, 15: 0xf }), replyLengthBytes: 20, scope });
    const [call] = it.calls;
    const view = new DataView((call?.argument as Uint8Array).buffer);
    expect(it.opened).toEqual(['/r/dev/nvme7']);
    expect([call?.request, call?.name, view.byteLength]).toEqual([0xc050_4e47, 'NVME_IOCTL_ADMIN64_CMD', 80]);
    expect(Array.from({ length: 20 }, (_, at) => view.getUint32(at * 4, true))).toEqual([2, 0xffff_ffff, 2, 3, 0, 0, 0, 0, 0, 4, 0x8002, 0, 0xc, 0xd, 0xe, 0xf, 0, 0, 0, 0]);
    expect(call?.pointers).toEqual([{ offsetBytes: 24, buffer: { lengthBytes: 4 } }]);
    expect(Buffer.from(reply).toString('hex')).toBe('887766554433221100000000000000000102' + '0304');
  });

  test('that the controller refuses has its status in the reply, from the code to the bit that says not to try again', async () => {
    kernel.it.answer = () => ({ status: 0x4109 });
    const reply = await transport.rpc({ request: entry(0x02, { 10: 0xff }), replyLengthBytes: 20, scope });
    expect(new DataView(reply.buffer, reply.byteOffset).getUint16(14, true)).toBe(0x8212);
  });

  test('sends its data by the direction in its opcode', async () => {
    await transport.rpc({ request: entry(0x09, { 10: 0x0e }, [1, 2, 3, 4, 5, 6, 7, 8]), replyLengthBytes: 16, scope });
    await transport.rpc({ request: entry(0x14, { 10: 1 }), replyLengthBytes: 16, scope });
    expect(kernel.it.calls.map(({ pointers }) => pointers?.map(({ buffer }) => buffer))).toEqual([[Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)], []]);
  });

  test('that does not tell how much it transfers gets whole pages, and on fabrics what was asked for', async () => {
    const request = { request: entry(0x0a, { 10: 0x0e }), replyLengthBytes: 24, scope };
    expect(await transport.rpc(request)).toHaveLength(24);
    expect(kernel.it.calls[0]?.pointers).toEqual([{ offsetBytes: 24, buffer: { lengthBytes: 4096 } }]);
    const fabrics = await open(onFabrics);
    await transport.rpc(request);
    expect(fabrics.calls[0]?.pointers).toEqual([{ offsetBytes: 24, buffer: { lengthBytes: 8 } }]);
  });

  test.each<[string, Uint8Array, number, string]>([
    ['asks for more than there is room for', entry(0x02, { 10: 0x007f_0002 }), 16 + 508, 'ERR_USAGE'],
    ['is cut', entry(0x02).subarray(0, 63), 16, 'ERR_USAGE'],
    ['has a data pointer of its own', entry(0x02, { 6: 1 }), 4112, 'ERR_NOT_CARRIED'],
    ['has a command identifier', entry(0x0001_0000 >>> 16, { 0: 0x0001_0002 }), 4112, 'ERR_NOT_CARRIED'],
    ['has data both ways', entry(0x07), 4112, 'ERR_NOT_CARRIED'],
  ])('that %s is not sent', async (_what, request, replyLengthBytes, code) => {
    await expect(transport.rpc({ request, replyLengthBytes, scope })).rejects.toMatchObject({ code });
    expect(kernel.it.calls).toEqual([]);
  });

  test.each([['EACCES', 'ERR_KERNEL_REFUSED'], ['EINVAL', 'ERR_DELIVERY'], ['EINTR', 'ERR_DELIVERY'], ['EAGAIN', 'ERR_DELIVERY'], ['ENODEV', 'ERR_DEVICE_GONE']])('that ends with %s is %s', async (errno, code) => {
    kernel.it.answer = () => ({ errno });
    await expect(transport.rpc({ request: entry(0x0a, { 10: 1 }), replyLengthBytes: 16, scope })).rejects.toMatchObject({ code });
  });
});

test.each([[0, 64 * 4096], [1, 8192], [5, 32 * 4096], [12, 64 * 4096]])('a controller with mdts %i takes %i bytes', async (mdts, bytes) => {
  await open(onPcie, (it) => { it.mdts = mdts; });
  expect(transport.limits).toEqual({ maxRequestBytes: 64 + bytes, maxReplyBytes: 16 + bytes });
});

describe('a controller register', () => {
  const read = (offset: number, isWide: boolean) => {
    const request = entry(0x7f, { 1: 4, 10: isWide ? 1 : 0, 11: offset });
    request[1] = 1;
    return { request, replyLengthBytes: 16, scope };
  };

  test('is read in the function\'s memory, with its own width, after the commands of a batch and in its place', async () => {
    const outcomes = await transport.rpcBatch([read(0x1c, false), { request: entry(0x0a, { 10: 1 }), replyLengthBytes: 16, scope }, read(0, true)]);
    expect(outcomes.map((outcome) => (outcome.ok ? Buffer.from(outcome.reply.subarray(0, 8)).toString('hex') : outcome.error.code))).toEqual(['1c10000000000000', '0000000000000000', '0000000001000000']);
    expect([kernel.it.mapped, kernel.it.calls.length]).toEqual([['/r/sys/bus/pci/devices/0000:3b:00.0/resource0'], 1]);
    expect(kernel.it.closed).toBe(1);
  });

  test.each(['EPERM', 'EACCES', 'EINVAL'])('that the system does not show (%s) is a refusal of its own, and spoils no command beside it', async (errno) => {
    kernel.it.registerRefusal = errno;
    const [register, command] = await transport.rpcBatch([read(0, true), { request: entry(0x0a, { 10: 1 }), replyLengthBytes: 16, scope }]);
    expect(register).toMatchObject({ ok: false, error: { code: 'ERR_KERNEL_REFUSED', errno, message: expect.stringContaining('controller registers are unavailable') as string } });
    expect(command?.ok).toBe(true);
  });

  test.each([[2, false], [4, true], [0x1000, false]])('at %i does not exist', async (offset, isWide) => {
    await expect(transport.rpc(read(offset, isWide))).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  test('is asked for by Property Get on fabrics', async () => {
    const it = await open(onFabrics);
    await transport.rpc(read(0x14, false));
    expect([...(it.calls[0]?.argument as Uint8Array).subarray(0, 8)]).toEqual([0x7f, 0, 0, 0, 4, 0, 0, 0]);
    expect([it.calls[0]?.pointers, it.mapped]).toEqual([[], []]);
  });
});
