import { ReplyError, UsageError } from '../errors/classes.js';
import { compileLayout } from '../layout/compile.js';
import { integerField, textField } from '../layout/fields.js';
import type { IoctlResult, Native, NativeChannel } from '../native.js';
import { translateFailure } from '../transport/errno.js';
import { waitOf, type WaitOptions } from '../wait.js';
import { ETHTOOL_ABI, ETHTOOL_COMMANDS, MAX_INTERFACE_NAME_BYTES, POINTER_AT_BYTES, SIOCETHTOOL } from './abi.js';

/** Drivers of today dump at most some hundred kilobytes. */
const DEFAULT_MAX_REGISTER_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;

const request = compileLayout(ETHTOOL_ABI, [], 'ifreq');
const driverInfo = compileLayout(ETHTOOL_ABI, [], 'ethtool_drvinfo');
const registers = compileLayout(ETHTOOL_ABI, [], 'ethtool_regs');

/** What the driver of a network interface says of itself; texts are empty where it says nothing. */
export interface EthtoolDriverInfo {
  readonly driver: string;
  readonly version: string;
  readonly firmwareVersion: string;
  /** Mostly the PCI address of its function. */
  readonly busInfo: string;
  readonly expansionRomVersion: string;
  readonly statisticsCount: number;
  readonly eepromBytes: number;
  /** Length of a register dump; 0 where the driver makes none. */
  readonly registerBytes: number;
}

/** A dump of a driver's registers, which only that driver's documents explain. */
export interface EthtoolRegisters {
  /** Which shape the dump has, by the driver's own numbers. */
  readonly version: number;
  /** The caller's. */
  readonly data: Uint8Array;
}

/** What this client needs of the native shim. */
export type EthtoolSource = () => Promise<Pick<Native, 'openDatagramSocket'>>;

/**
 * The requests of `ethtool` about network interfaces of this network namespace (`net/ethtool/ioctl.c`). Every wait is limited: by the caller, else to 30
 * seconds. Methods reject with `ERR_DEVICE_GONE` for an interface that is not there, with `ERR_SYSTEM_CALL` (EOPNOTSUPP) for what its driver does not offer,
 * `ERR_PERMISSION`, `ERR_TRANSPORT_TIMEOUT`, `ERR_ABORTED`, and with `ERR_CLOSED` after `close`.
 */
export class Ethtool implements AsyncDisposable {
  readonly #native: EthtoolSource;
  #channel: Promise<NativeChannel> | undefined;

  constructor(native: EthtoolSource) {
    this.#native = native;
  }

  /** Asks the driver for its name, versions and sizes. Needs no privilege. */
  async driverInfo(netdev: string, wait: WaitOptions = {}): Promise<EthtoolDriverInfo> {
    const { reply } = await this.#send(netdev, driverInfo.encode({ cmd: BigInt(ETHTOOL_COMMANDS.driverInfo) }), wait);
    const fields = driverInfo.decode(reply);
    const number = (name: string): number => Number(integerField(fields, name));
    return {
      driver: textField(fields, 'driver'),
      version: textField(fields, 'version'),
      firmwareVersion: textField(fields, 'fw_version'),
      busInfo: textField(fields, 'bus_info'),
      expansionRomVersion: textField(fields, 'erom_version'),
      statisticsCount: number('n_stats'),
      eepromBytes: number('eedump_len'),
      registerBytes: number('regdump_len'),
    };
  }

  /**
   * The driver's register dump; needs CAP_NET_ADMIN. Rejects with `ERR_LIMIT` for one longer than `maxBytes` (4 MiB when left out), before it is made.
   */
  async registers(netdev: string, { maxBytes = DEFAULT_MAX_REGISTER_BYTES, ...wait }: WaitOptions & { readonly maxBytes?: number } = {}): Promise<EthtoolRegisters> {
    const { registerBytes } = await this.driverInfo(netdev, wait);
    if (registerBytes > maxBytes) throw new UsageError('ERR_LIMIT', `the register dump of ${netdev} has ${registerBytes} bytes, more than ${maxBytes}`);
    const command = new Uint8Array(registers.sizeBytes + registerBytes);
    command.set(registers.encode({ cmd: BigInt(ETHTOOL_COMMANDS.registers), len: BigInt(registerBytes) }));
    const { reply } = await this.#send(netdev, command, wait);
    const fields = registers.decode(reply);
    const lengthBytes = Math.min(Number(integerField(fields, 'len')), registerBytes);
    return { version: Number(integerField(fields, 'version')), data: reply.slice(registers.sizeBytes, registers.sizeBytes + lengthBytes) };
  }

  /** Closes the socket; harmless when repeated. */
  async close(): Promise<void> {
    const channel = this.#channel;
    this.#channel = Promise.reject(new UsageError('ERR_CLOSED', 'the socket for ethtool requests is closed'));
    this.#channel.catch(() => undefined);
    await (await channel?.catch(() => undefined))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #send(netdev: string, command: Uint8Array, wait: WaitOptions): Promise<{ readonly reply: Uint8Array }> {
    const name = interfaceName(netdev);
    try {
      const channel = await (this.#channel ??= this.#native().then((native) => native.openDatagramSocket()));
      const call = { ...SIOCETHTOOL, argument: request.encode({ ifr_name: name }), pointers: [{ offsetBytes: POINTER_AT_BYTES, buffer: command }] };
      return { reply: replyOf(await channel.ioctl(call, { timeoutMs: DEFAULT_TIMEOUT_MS, ...waitOf(wait) }), command.length) };
    } catch (error) {
      throw translateFailure(error, { refusals: [], deliveryFailures: [] }, { device: netdev });
    }
  }
}

function replyOf({ buffers: [reply] }: IoctlResult, lengthBytes: number): Uint8Array {
  if (reply?.length === lengthBytes) return reply;
  throw new ReplyError('ERR_REPLY', 'the answer to an ethtool request is not as long as the request');
}

/** Throws `ERR_USAGE` for a name that no interface can have: the kernel would cut it and answer about another one. */
function interfaceName(netdev: string): string {
  const lengthBytes = new TextEncoder().encode(netdev).length;
  if (lengthBytes > 0 && lengthBytes <= MAX_INTERFACE_NAME_BYTES && !/[\s/:\0]/.test(netdev)) return netdev;
  throw new UsageError('ERR_USAGE', `'${netdev}' cannot be the name of a network interface`);
}
