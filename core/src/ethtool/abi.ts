import type { Field, LayoutDocument, Structure } from '@auxctl/schemas';
import { MACHINE_BYTE_ORDER, packed } from '../layout/machine.js';

/** The ioctl request that carries every command about a network interface (`include/uapi/linux/sockios.h`). */
export const SIOCETHTOOL = { name: 'SIOCETHTOOL', request: 0x8946 } as const;

/** Commands by number (`include/uapi/linux/ethtool.h`). */
export const ETHTOOL_COMMANDS = { driverInfo: 0x03, registers: 0x04 } as const;

/** The longest name of an interface, in bytes, without its NUL (`IFNAMSIZ`). */
export const MAX_INTERFACE_NAME_BYTES = 15;

const source = { document: 'include/uapi/linux/ethtool.h', revision: 'Linux 7.2' };

/** The structures of the interface, in this machine's byte order. */
export const ETHTOOL_ABI: LayoutDocument = {
  format: 'auxctl.layout/1',
  kind: 'structures',
  name: 'ethtool',
  title: 'Requests about a network interface',
  byteOrder: MACHINE_BYTE_ORDER,
  source: [{ document: 'include/uapi/linux/if.h', revision: 'Linux 7.2', section: 'struct ifreq' }, { ...source, section: 'struct ethtool_drvinfo' }, { ...source, section: 'struct ethtool_regs' }],
  structures: {
    ifreq: structure(['ifr_name', 'string', 16], ['ifr_data', 'uint', 8], ['padding', 'bytes', 16]),
    ethtool_drvinfo: structure(
      ['cmd', 'uint', 4], ['driver', 'string', 32], ['version', 'string', 32], ['fw_version', 'string', 32], ['bus_info', 'string', 32],
      ['erom_version', 'string', 32], ['reserved2', 'bytes', 12], ['n_priv_flags', 'uint', 4], ['n_stats', 'uint', 4], ['testinfo_len', 'uint', 4],
      ['eedump_len', 'uint', 4], ['regdump_len', 'uint', 4],
    ),
    ethtool_regs: structure(['cmd', 'uint', 4], ['version', 'uint', 4], ['len', 'uint', 4]),
  },
};

/** Where the pointer to the command stands in the request. */
export const POINTER_AT_BYTES = (ETHTOOL_ABI.structures['ifreq']?.fields.find(({ name }) => name === 'ifr_data')?.offsetBits ?? 0) / 8;

function structure(...members: readonly (readonly [name: string, type: 'uint' | 'string' | 'bytes', sizeBytes: number])[]): Structure {
  return packed(members.map(([name, type, sizeBytes]): Field => ({ name, type, offsetBits: 0, sizeBits: sizeBytes * 8 })));
}
