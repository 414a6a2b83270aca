import type { Field, LayoutDocument, Structure } from '@auxctl/schemas';
import { MACHINE_BYTE_ORDER, packed } from '../layout/machine.js';

/** The kernel's requests on a fwctl node (`include/uapi/fwctl/fwctl.h`); `_IO(0x9a, n)`. */
export const FWCTL_INFO = { name: 'FWCTL_INFO', request: 0x9a00 } as const;
/** As {@link FWCTL_INFO}: one firmware command. */
export const FWCTL_RPC = { name: 'FWCTL_RPC', request: 0x9a01 } as const;

/** Largest request and largest reply that the kernel takes, in bytes (`drivers/fwctl/main.c`, MAX_RPC_LEN). */
export const FWCTL_MAX_RPC_BYTES = 2 * 1024 * 1024;

const source = { document: 'include/uapi/fwctl/fwctl.h', revision: 'Linux 7.2' };

/** The two structures of the interface, in this machine's byte order. Their pointers are 64 bits on every machine. */
export const FWCTL_ABI: LayoutDocument = {
  format: 'auxctl.layout/1',
  kind: 'structures',
  name: 'fwctl',
  title: 'Requests on a fwctl node',
  byteOrder: MACHINE_BYTE_ORDER,
  source: [{ ...source, section: 'struct fwctl_info' }, { ...source, section: 'struct fwctl_rpc' }],
  structures: {
    fwctl_info: structure(['size', 32], ['flags', 32], ['out_device_type', 32], ['device_data_len', 32], ['out_device_data', 64]),
    fwctl_rpc: structure(['size', 32], ['scope', 32], ['in_len', 32], ['out_len', 32], ['in', 64], ['out', 64]),
  },
};

/** Byte offset of each member of one of the structures, by name. */
export function memberOffsets(name: string): ReadonlyMap<string, number> {
  return new Map(FWCTL_ABI.structures[name]?.fields.map((field) => [field.name, field.offsetBits / 8]));
}

function structure(...members: readonly (readonly [name: string, sizeBits: number])[]): Structure {
  return packed(members.map(([name, sizeBits]): Field => ({ name, type: 'uint', offsetBits: 0, sizeBits })));
}
