import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { NetlinkDatagram, NetlinkOptions, NetlinkSocket, WaitOptions } from '../native.js';
import { type HotplugEvent, hotplugEvents } from './hotplug.js';

/** A netlink socket that says what it was told to, then waits; it keeps the promises of the real one on abort and close. */
class ScriptedSocket implements NetlinkSocket {
  readonly portId = 4711;
  readonly #script: (Partial<NetlinkDatagram> | Error)[];
  opened: { protocol: number; options: NetlinkOptions | undefined } | undefined;
  waits = 0;
  closes = 0;

  constructor(...script: (string | Partial<NetlinkDatagram> | Error)[]) {
    this.#script = script.map((step) => (typeof step === 'string' ? { data: new TextEncoder().encode(step) } : step));
  }

  readonly native = (): Promise<{ openNetlink(protocol: number, options?: NetlinkOptions): NetlinkSocket }> => Promise.resolve({
    openNetlink: (protocol, options) => {
      this.opened = { protocol, options };
      return this;
    },
  });

  receive(wait?: WaitOptions): Promise<NetlinkDatagram> {
    if (wait?.signal?.aborted === true) return Promise.reject(failure('ERR_NATIVE_ABORTED'));
    const step = this.#script.shift();
    if (step instanceof Error) return Promise.reject(step);
    if (step !== undefined) return Promise.resolve({ data: new Uint8Array(), senderPortId: 0, groups: 1, uid: 0, ...step });
    this.waits += 1;
    return new Promise((_, reject) => {
      wait?.signal?.addEventListener('abort', () => { reject(failure('ERR_NATIVE_ABORTED')); });
    });
  }

  close(): void {
    this.closes += 1;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  send(): Promise<void> {
    expect.unreachable('nothing is ever sent');
  }

  joinGroup(): void {
    expect.unreachable('groups are joined when the socket is opened');
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function message(action: string, path: string, subsystem: string, extra: readonly string[] = [], sequence = 1): string {
  return [`${action}@${path}`, `ACTION=${action}`, `DEVPATH=${path}`, `SUBSYSTEM=${subsystem}`, ...extra, `SEQNUM=${sequence}`, ''].join('\0');
}

async function take(events: AsyncIterator<HotplugEvent>, count: number): Promise<HotplugEvent[]> {
  const taken: HotplugEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const { value, done } = await events.next();
    if (done !== true) taken.push(value);
  }
  return taken;
}

const FUNCTION = '/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0';
const NULL = message('change', '/devices/virtual/mem/null', 'mem');

describe('hotplugEvents', () => {
  it('listens to the kernel\'s own group and tells each event of a probe and a removal', async () => {
    const socket = new ScriptedSocket(
      message('add', `${FUNCTION}/mlx5_core.fwctl.0`, 'auxiliary', ['MODALIAS=auxiliary:mlx5_core.fwctl'], 10),
      message('add', `${FUNCTION}/fwctl/fwctl0`, 'fwctl', ['MAJOR=234', 'MINOR=0', 'DEVNAME=fwctl/fwctl0'], 11),
      message('bind', `${FUNCTION}/mlx5_core.fwctl.0`, 'auxiliary', ['DRIVER=mlx5_fwctl.mlx5_fwctl', 'MODALIAS=auxiliary:mlx5_core.fwctl'], 12),
      message('unbind', FUNCTION, 'pci', ['PCI_ID=15B3:101D'], 13),
      message('remove', FUNCTION, 'pci', ['PCI_ID=15B3:101D'], 14),
    );
    const events = hotplugEvents({ native: socket.native, root: '/host' });
    const [listening, ...rest] = await take(events, 6);
    await events.return();
    expect(socket.opened).toMatchObject({ protocol: 15, options: { groups: [1] } });
    expect(listening).toEqual({ type: 'listening' });
    expect(rest.map((event) => 'name' in event && [event.type, event.subsystem, event.name, event.address])).toEqual([
      ['added', 'auxiliary', 'mlx5_core.fwctl.0', '0000:3b:00.0'],
      ['added', 'fwctl', 'fwctl0', '0000:3b:00.0'],
      ['bound', 'auxiliary', 'mlx5_core.fwctl.0', '0000:3b:00.0'],
      ['unbound', 'pci', '0000:3b:00.0', '0000:3b:00.0'],
      ['removed', 'pci', '0000:3b:00.0', '0000:3b:00.0'],
    ]);
    expect(rest[1]).toMatchObject({ node: '/dev/fwctl/fwctl0', devicePath: `/host/sys${FUNCTION}/fwctl/fwctl0`, sequence: 11n, driver: undefined });
    expect(rest[2]).toMatchObject({ driver: 'mlx5_fwctl.mlx5_fwctl', alias: 'auxiliary:mlx5_core.fwctl' });
    expect(rest[4]).toMatchObject({ alias: 'pci:15b3:101d' });
    expect(socket.closes).toBe(1);
  });

  it('tells of a new name with the old one', async () => {
    const socket = new ScriptedSocket(message('move', `${FUNCTION}/net/ens1`, 'net', [`DEVPATH_OLD=${FUNCTION}/net/eth0`, 'INTERFACE=ens1']));
    const [, event] = await take(hotplugEvents({ native: socket.native }), 2);
    expect(event).toMatchObject({ type: 'changed', name: 'ens1', previousPath: `/sys${FUNCTION}/net/eth0` });
  });

  it('addresses an auxiliary device without a PCI function by its own name', async () => {
    const socket = new ScriptedSocket(message('add', '/devices/platform/soc/npu/acme.fwctl.0', 'auxiliary'), NULL);
    const [, auxiliary, other] = await take(hotplugEvents({ native: socket.native }), 3);
    expect(auxiliary).toMatchObject({ address: 'acme.fwctl.0', alias: 'auxiliary:acme.fwctl' });
    expect(other).toMatchObject({ address: undefined, alias: undefined });
  });

  it('leaves out what others than the kernel send', async () => {
    const data = new TextEncoder().encode(NULL);
    const socket = new ScriptedSocket({ data, senderPortId: 77 }, { data, uid: 1000 }, { data, uid: undefined }, message('add', FUNCTION, 'pci'));
    expect((await take(hotplugEvents({ native: socket.native }), 2)).map(({ type }) => type)).toEqual(['listening', 'added']);
  });

  it('leaves out subsystems that were not asked for, and names that cannot be shown', async () => {
    const socket = new ScriptedSocket(NULL, message('add', `${FUNCTION}/net/\u001b[2J`, 'net'), message('add', `${FUNCTION}/net/\u202e0hte`, 'net'), message('add', '/devices/platform/Fixed MDIO bus.0/net/eth0', 'net'));
    const [, event] = await take(hotplugEvents({ native: socket.native, subsystems: ['net'] }), 2);
    expect(event).toMatchObject({ name: 'eth0' });
  });

  it('says that events were lost, on an overflow and on a message that it cannot read, and goes on', async () => {
    const socket = new ScriptedSocket(failure('ENOBUFS'), 'nonsense', NULL);
    expect((await take(hotplugEvents({ native: socket.native }), 4)).map(({ type }) => type)).toEqual(['listening', 'overflow', 'overflow', 'changed']);
  });

  it('ends without an error when the signal aborts while it waits', async () => {
    const socket = new ScriptedSocket();
    const abort = new AbortController();
    const events = hotplugEvents({ native: socket.native, signal: abort.signal });
    await events.next();
    const waiting = events.next();
    while (socket.waits === 0) await setImmediate();
    abort.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(socket.closes).toBe(1);
  });

  it('opens nothing when the signal has aborted already', async () => {
    const socket = new ScriptedSocket();
    expect(await hotplugEvents({ native: socket.native, signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
    expect(socket.opened).toBeUndefined();
  });

  it('ends on return, even while it waits, and closes the socket once', async () => {
    const socket = new ScriptedSocket();
    const events = hotplugEvents({ native: socket.native });
    await events.next();
    const waiting = events.next();
    while (socket.waits === 0) await setImmediate();
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(socket.closes).toBe(1);
  });

  it('ends when disposed of, and harmlessly again', async () => {
    const socket = new ScriptedSocket(NULL);
    const events = hotplugEvents({ native: socket.native });
    await events.next();
    await events[Symbol.asyncDispose]();
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(socket.closes).toBe(1);
  });

  it('closes the socket when a loop is left', async () => {
    const socket = new ScriptedSocket(NULL, NULL);
    for await (const event of hotplugEvents({ native: socket.native })) if (event.type === 'changed') break;
    expect(socket.closes).toBe(1);
  });

  it('ends with an error of the system call layer when the kernel gives no socket, and with the socket closed when it fails later', async () => {
    const refused = hotplugEvents({ native: () => Promise.reject(Object.assign(failure('EAFNOSUPPORT'), { syscall: 'socket' })) });
    await expect(refused.next()).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EAFNOSUPPORT' });
    const socket = new ScriptedSocket(failure('ENOMEM'));
    const events = hotplugEvents({ native: socket.native });
    await events.next();
    await expect(events.next()).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENOMEM' });
    expect(socket.closes).toBe(1);
  });
});
