import { expect, test } from 'vitest';
import type { IoctlCall, IoctlResult, NativeChannel, WaitOptions } from '../native.js';
import { Ethtool, type EthtoolSource } from './ethtool.js';

const DRIVER_INFO_BYTES = 196;

/** A kernel with one interface, written from `include/uapi/linux/ethtool.h`: 24 bytes of registers, or as many as the driver says. */
class Kernel {
  opened = 0;
  closed = 0;
  readonly calls: { readonly request: number; readonly name: string; readonly command: Buffer; readonly timeoutMs: number | undefined }[] = [];
  registerBytes = 24;
  writtenBytes = 24;
  failure: Error | undefined;

  readonly native: EthtoolSource = async () => ({ openDatagramSocket: () => {
    this.opened += 1;
    return { ioctl: this.#ioctl, close: async () => { this.closed += 1; } } as unknown as NativeChannel;
  } });

  #ioctl = async ({ request, argument, pointers }: IoctlCall, wait?: WaitOptions): Promise<IoctlResult> => {
    const pointer = pointers?.[0]?.buffer;
    if (!(argument instanceof Uint8Array) || !(pointer instanceof Uint8Array)) throw new TypeError('not a request about an interface');
    expect([argument.length, pointers?.length, pointers?.[0]?.offsetBytes]).toEqual([40, 1, 16]);
    const command = Buffer.from(pointer);
    this.calls.push({ request, name: Buffer.from(argument.subarray(0, 16)).toString().replace(/\0+$/, ''), command: Buffer.from(command), timeoutMs: wait?.timeoutMs });
    if (this.failure !== undefined) throw this.failure;
    if (command.readUInt32LE(0) === 3) this.#driverInfo(command);
    else this.#registers(command);
    return { result: 0, argument, buffers: [Uint8Array.from(command)] };
  };

  #driverInfo(command: Buffer): void {
    expect(command.length).toBe(DRIVER_INFO_BYTES);
    for (const [text, at] of [['e1000e', 4], ['7.2.13', 36], ['1.8-0', 68], ['0000:00:02.0', 100], ['', 132]] as const) command.write(text, at);
    for (const [value, at] of [[1, 176], [47, 180], [5, 184], [128, 188], [this.registerBytes, 192]] as const) command.writeUInt32LE(value, at);
  }

  #registers(command: Buffer): void {
    expect([command.readUInt32LE(0), command.readUInt32LE(8)]).toEqual([4, command.length - 12]);
    command.writeUInt32LE(0x01020304, 4);
    command.writeUInt32LE(this.writtenBytes, 8);
    for (let at = 12; at < command.length; at += 1) command[at] = at;
  }
}

const failure = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'ioctl' });

test('the driver\'s own words and numbers', async () => {
  const kernel = new Kernel();
  await using ethtool = new Ethtool(kernel.native);
  expect(await ethtool.driverInfo('eth0')).toEqual({
    driver: 'e1000e', version: '7.2.13', firmwareVersion: '1.8-0', busInfo: '0000:00:02.0', expansionRomVersion: '', statisticsCount: 47, eepromBytes: 128, registerBytes: 24,
  });
  expect(kernel.calls).toMatchObject([{ request: 0x8946, name: 'eth0', timeoutMs: 30_000 }]);
});

test('registers: version and bytes, as many as the driver says it wrote', async () => {
  const kernel = new Kernel();
  await using ethtool = new Ethtool(kernel.native);
  expect(await ethtool.registers('eth0', { timeoutMs: 5 })).toEqual({ version: 0x01020304, data: Uint8Array.from({ length: 24 }, (_, index) => 12 + index) });
  expect(kernel.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([5, 5]);
  for (const [written, length] of [[8, 8], [0, 0], [1000, 24]] as const) {
    kernel.writtenBytes = written;
    expect((await ethtool.registers('eth0')).data).toHaveLength(length);
  }
  expect(kernel.opened).toBe(1);
});

test('a driver without registers has none, one with too many is refused before they are read', async () => {
  const kernel = new Kernel();
  await using ethtool = new Ethtool(kernel.native);
  kernel.registerBytes = kernel.writtenBytes = 0;
  expect((await ethtool.registers('eth0')).data).toHaveLength(0);
  kernel.registerBytes = 4096;
  const before = kernel.calls.length;
  await expect(ethtool.registers('eth0', { maxBytes: 4095 })).rejects.toMatchObject({ code: 'ERR_LIMIT' });
  kernel.registerBytes = 0xffff_ffff;
  await expect(ethtool.registers('eth0')).rejects.toMatchObject({ code: 'ERR_LIMIT' });
  expect(kernel.calls.length).toBe(before + 2);
});

test('refusals have their classes', async () => {
  const kernel = new Kernel();
  await using ethtool = new Ethtool(kernel.native);
  for (const [code, expected] of [['ENODEV', { code: 'ERR_DEVICE_GONE' }], ['EPERM', { code: 'ERR_PERMISSION' }], ['EOPNOTSUPP', { code: 'ERR_SYSTEM_CALL', errno: 'EOPNOTSUPP' }], ['ERR_NATIVE_TIMEOUT', { code: 'ERR_TRANSPORT_TIMEOUT' }]] as const) {
    kernel.failure = failure(code);
    await expect(ethtool.driverInfo('eth0')).rejects.toMatchObject({ ...expected, device: 'eth0' });
  }
});

test('a name that no interface can have is not sent, lest the kernel answer about another one', async () => {
  const kernel = new Kernel();
  await using ethtool = new Ethtool(kernel.native);
  for (const name of ['', 'sixteen-letters!', 'a b', 'a/b', 'a\0b', 'größere-namen-ü']) await expect(ethtool.driverInfo(name)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  expect(kernel.calls).toEqual([]);
  await ethtool.driverInfo('fifteen-letters');
  expect(kernel.calls).toHaveLength(1);
});

test('closing twice is harmless, also before anything was opened; afterwards it says so', async () => {
  const kernel = new Kernel();
  const ethtool = new Ethtool(kernel.native);
  await ethtool.driverInfo('eth0');
  for (const each of [ethtool, new Ethtool(kernel.native)]) {
    await each.close();
    await each.close();
    await expect(each.driverInfo('eth0')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  }
  expect([kernel.opened, kernel.closed]).toEqual([1, 1]);
});
