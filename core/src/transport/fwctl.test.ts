import { expect, test } from 'vitest';
import type { IoctlCall, IoctlOutcome, IoctlResult, Native, NativeChannel } from '../native.js';
import { translateFailure } from './errno.js';
import { openFwctl, type FwctlEnvelope } from './fwctl.js';
import type { Transport } from './types.js';

const meanings = {
  refusals: [{ errno: 'EBADMSG', meaning: 'The filter does not pass it.' }],
  deliveryFailures: [{ errno: 'EBUSY', meaning: 'No slot became free.' }],
};

/** One call that the kernel is expected to get, and its answer. */
interface Expected {
  readonly request: number;
  /** Little-endian 32-bit members of the argument, by index. */
  readonly members: Readonly<Record<number, number>>;
  readonly answer: { readonly members?: Readonly<Record<number, number>>; readonly buffers: readonly Uint8Array[] } | Error;
}

/** A channel that accepts exactly the calls of a list, in order; {@link finished} tells whether all of them came. */
class ScriptedChannel {
  readonly #expected: Expected[];

  constructor(expected: readonly Expected[]) {
    this.#expected = [...expected];
  }

  ioctl = async (call: IoctlCall): Promise<IoctlResult> => {
    const next = this.#expected.shift();
    expect(next, `no ${call.name} is expected`).toBeDefined();
    const argument = Uint8Array.from(call.argument as Uint8Array);
    const view = new DataView(argument.buffer);
    expect(call.request).toBe(next?.request);
    for (const [index, value] of Object.entries(next?.members ?? {})) expect(view.getUint32(Number(index) * 4, true)).toBe(value);
    if (next?.answer instanceof Error) throw next.answer;
    for (const [index, value] of Object.entries(next?.answer.members ?? {})) view.setUint32(Number(index) * 4, value, true);
    return { result: 0, argument, buffers: next?.answer.buffers ?? [] };
  };

  ioctlBatch = async (calls: readonly IoctlCall[]): Promise<IoctlOutcome[]> => {
    const outcomes: IoctlOutcome[] = [];
    for (const call of calls) outcomes.push(await this.ioctl(call).then((result) => ({ ok: true as const, ...result }), (error: unknown) => ({ ok: false as const, error: error as never })));
    return outcomes;
  };

  close = async (): Promise<void> => {};

  get finished(): boolean {
    return this.#expected.length === 0;
  }
}

function failure(code: string, more: object = {}): Error {
  return Object.assign(new Error(`native: ${code}`), { code, syscall: 'ioctl', request: 'FWCTL_RPC', ...more });
}

async function open(channel: ScriptedChannel | Error, envelope?: FwctlEnvelope): Promise<Transport> {
  const native = { openChannel: async () => (channel instanceof Error ? Promise.reject(channel) : (channel as unknown as NativeChannel)) } as unknown as Native;
  return openFwctl({ native: async () => native, node: '/dev/fwctl/fwctl0', device: '0000:3b:00.0', meanings, envelope });
}

const request = Uint8Array.of(1, 2, 3, 4);
const rpcMembers = { 0: 32, 1: 1, 2: 4, 3: 16 };
const rpc = { request, replyLengthBytes: 16, scope: 'debug-read-only' } as const;

test('the expected calls, and no others: information, one command, a batch', async () => {
  const reply = Uint8Array.from({ length: 16 }, (_, index) => index);
  const channel = new ScriptedChannel([
    { request: 0x9a00, members: { 0: 24, 1: 0, 3: 256 }, answer: { members: { 2: 1, 3: 8 }, buffers: [new Uint8Array(256).fill(7)] } },
    { request: 0x9a01, members: rpcMembers, answer: { buffers: [request, reply] } },
    { request: 0x9a01, members: { ...rpcMembers, 1: 0 }, answer: { buffers: [request, reply] } },
    { request: 0x9a01, members: rpcMembers, answer: failure('EBUSY') },
  ]);
  const transport = await open(channel);
  expect(await transport.info()).toEqual({ deviceType: 1, data: new Uint8Array(8).fill(7) });
  expect(await transport.rpc(rpc)).toEqual(reply);
  expect(await transport.rpcBatch([{ ...rpc, scope: 'configuration' }, rpc])).toMatchObject([{ ok: true, reply }, { ok: false, error: { code: 'ERR_DELIVERY' } }]);
  expect(channel.finished).toBe(true);
});

test('an envelope: the driver gets its message with the pointers inside it, the caller the firmware\'s reply', async () => {
  const payload = Uint8Array.of(5, 6);
  const message = Uint8Array.from({ length: 24 }, () => 1);
  const [input, output] = [message, new Uint8Array(24).fill(3)];
  const channel = new ScriptedChannel([{ request: 0x9a01, members: { 1: rpcMembers[1], 2: 24, 3: 24 }, answer: { buffers: [input, payload, new Uint8Array(4).fill(9), output] } }]);
  const ioctl = channel.ioctl;
  const pointers = [{ offsetBytes: 8, buffer: payload }, { offsetBytes: 16, buffer: { lengthBytes: 4 } }];
  channel.ioctl = async (call) => {
    expect(call.pointers?.[0]).toMatchObject({ buffer: message, pointers });
    return ioctl(call);
  };
  const transport = await open(channel, {
    wrap: () => ({ message, pointers, replyLengthBytes: 24 }),
    unwrap: (reply, buffers) => Uint8Array.of(reply.length, ...(buffers[1] ?? [])),
  });
  expect(await transport.rpc(rpc)).toEqual(Uint8Array.of(24, 9, 9, 9, 9));
  expect(channel.finished).toBe(true);
});

test('a driver that reports fewer bytes than there was room for: the reply is as long as it says', async () => {
  const transport = await open(new ScriptedChannel([{ request: 0x9a01, members: rpcMembers, answer: { members: { 3: 8 }, buffers: [request, new Uint8Array(16).fill(9)] } }]));
  expect(await transport.rpc(rpc)).toEqual(new Uint8Array(8).fill(9));
});

test('a driver that reports more information than there was room for: what arrived is kept', async () => {
  const transport = await open(new ScriptedChannel([{ request: 0x9a00, members: {}, answer: { members: { 2: 4, 3: 4096 }, buffers: [new Uint8Array(256)] } }]));
  expect((await transport.info()).data.length).toBe(256);
});

test.each([
  ['EBADMSG', 'ERR_KERNEL_REFUSED', 4], ['EBUSY', 'ERR_DELIVERY', 5], ['ENODEV', 'ERR_DEVICE_GONE', 3], ['ENXIO', 'ERR_DEVICE_GONE', 3],
  ['EPERM', 'ERR_PERMISSION', 4], ['EACCES', 'ERR_PERMISSION', 4], ['ETIMEDOUT', 'ERR_TRANSPORT_TIMEOUT', 6], ['EIO', 'ERR_SYSTEM_CALL', 1],
  ['ERR_NATIVE_TIMEOUT', 'ERR_TRANSPORT_TIMEOUT', 6], ['ERR_NATIVE_ABORTED', 'ERR_ABORTED', 6], ['ERR_NATIVE_STUCK', 'ERR_TRANSPORT_STUCK', 6],
  ['ERR_NATIVE_CLOSED', 'ERR_CLOSED', 1], ['ERR_NATIVE_ARGUMENT', 'ERR_USAGE', 2],
])('a call that fails with %s is %s, exit status %s', async (errno, code, exitStatus) => {
  const cause = failure(errno);
  const transport = await open(new ScriptedChannel([{ request: 0x9a01, members: {}, answer: cause }]));
  await expect(transport.rpc(rpc)).rejects.toMatchObject({ code, exitStatus, device: '0000:3b:00.0', cause });
});

test.each([
  ['ENXIO', /^the device cannot be reached now \(ENXIO\): The device is in its error state/],
  ['ETIMEDOUT', /did not answer in time; of ETIMEDOUT this driver's plugin says: .*whether it acted is unknown/],
])('what the plugin says of %s stands beside what it means in general', (errno, message) => {
  const meanings = { refusals: [], deliveryFailures: [{ errno: 'ENXIO', meaning: 'The device is in its error state.' }, { errno: 'ETIMEDOUT', meaning: 'Nobody answered; whether it acted is unknown.' }] };
  expect(translateFailure(failure(errno), meanings, {}).message).toMatch(message);
});

test.each([
  ['EACCES', 'ERR_PERMISSION', 4], ['EPERM', 'ERR_PERMISSION', 4], ['ENOENT', 'ERR_DEVICE_GONE', 3], ['ENODEV', 'ERR_DEVICE_GONE', 3],
  ['ERR_NATIVE_MISSING', 'ERR_NATIVE_MISSING', 1], ['ERR_NATIVE_TIMEOUT', 'ERR_TRANSPORT_TIMEOUT', 6], ['EBADMSG', 'ERR_SYSTEM_CALL', 1],
])('opening that fails with %s is %s, exit status %s', async (errno, code, exitStatus) => {
  await expect(open(failure(errno, { syscall: 'open', path: '/dev/fwctl/fwctl0' }))).rejects.toMatchObject({ code, exitStatus });
});

test('more than the kernel takes is refused before it is sent', async () => {
  const transport = await open(new ScriptedChannel([]));
  await expect(transport.rpc({ ...rpc, replyLengthBytes: 2 * 1024 * 1024 + 1 })).rejects.toMatchObject({ code: 'ERR_USAGE', exitStatus: 2 });
});
