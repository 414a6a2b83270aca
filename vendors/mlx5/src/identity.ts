import { integerField, refusedToUndefined, structureField, textField, type Fields, type IdentityEntry, type IdentityQueries } from '@auxctl/core';

/** Who the device is. Each question may be refused by a device that does not know it; what is left is shown. */
export async function identify({ call, readRegister, wanted }: IdentityQueries): Promise<readonly IdentityEntry[]> {
  const general = await refusedToUndefined(readRegister('MGIR', {}));
  const firmware = entry('firmware', general && firmwareVersion(structureField(general, 'fw_info')));
  if (wanted === 'firmware') return firmware;
  const adapter = await refusedToUndefined(call('QUERY_ADAPTER', {}));
  const board = await refusedToUndefined(readRegister('MSGI', {}));
  const node = await refusedToUndefined(readRegister('NODE_DESC', {}));
  return [
    firmware,
    entry('psid', adapter ? textField(structureField(adapter, 'query_adapter_struct'), 'vsd_contd_psid') : general && textField(structureField(general, 'fw_info'), 'psid')),
    entry('serial', board && textField(board, 'serial_number')),
    entry('part number', board && textField(board, 'part_number')),
    entry('node', node && textField(node, 'node_description')),
  ].flat();
}

/** Firmware before the extended fields existed leaves them zero. */
function firmwareVersion(info: Fields): string {
  const part = (name: string): bigint => integerField(info, name);
  const extended = [part('extended_major'), part('extended_minor'), part('extended_sub_minor')];
  const numbers = extended.some((number) => number !== 0n) ? extended : [part('major'), part('minor'), part('sub_minor')];
  const [major, minor, subMinor] = numbers.map(String);
  return `${major}.${minor}.${subMinor?.padStart(4, '0')}`;
}

function entry(name: string, value: string | undefined): IdentityEntry[] {
  return value === undefined || value === '' ? [] : [{ name, value }];
}
