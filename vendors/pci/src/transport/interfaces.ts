import { Ethtool, integerField, type Fields, type NativeSource, type Remaining } from '@auxctl/core';
import type { Answer } from './answer.js';

/** Most bytes of a register dump in one reply. */
const MAX_DUMP_BYTES = 65_536;

/** The network interfaces of a device, by the requests of `ethtool`. */
export class Interfaces {
  readonly #ethtool: Ethtool;
  readonly #names: readonly string[];

  constructor(native: NativeSource, names: readonly string[]) {
    this.#ethtool = new Ethtool(native);
    this.#names = names;
  }

  async driverInfo(request: Fields, wait: Remaining): Promise<Answer> {
    const netdev = this.#name(request);
    if (netdev === undefined) return 'NOT_THERE';
    const info = await this.#ethtool.driverInfo(netdev, wait());
    return {
      netdev, driver: info.driver, version: info.version, firmware: info.firmwareVersion.trim(), bus_info: info.busInfo, expansion_rom: info.expansionRomVersion,
      statistics: BigInt(info.statisticsCount), eeprom_bytes: BigInt(info.eepromBytes), register_bytes: BigInt(info.registerBytes),
    };
  }

  async registers(request: Fields, wait: Remaining): Promise<Answer> {
    const netdev = this.#name(request);
    if (netdev === undefined) return 'NOT_THERE';
    const offset = Number(integerField(request, 'offset_bytes'));
    const { version, data } = await this.#ethtool.registers(netdev, wait());
    if (offset > data.length) return 'OUT_OF_RANGE';
    return { version: BigInt(version), total_bytes: BigInt(data.length), data: data.subarray(offset, offset + MAX_DUMP_BYTES) };
  }

  async close(): Promise<void> {
    await this.#ethtool.close();
  }

  #name(request: Fields): string | undefined {
    return this.#names[Number(integerField(request, 'interface'))];
  }
}
