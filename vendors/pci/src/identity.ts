import { integerField, refusedToUndefined, textField, type Fields, type IdentityEntry, type IdentityQueries } from '@auxctl/core';

/** Versions of devlink that name the firmware as a whole, the most general first. */
const FIRMWARE = ['running.fw', 'running.fw.version', 'running.fw.mgmt'];

/** Firmware and driver by ethtool, else by devlink; the serial number from configuration space. What there is not is left out. */
export async function identify({ call, readRegister, wanted }: IdentityQueries): Promise<IdentityEntry[]> {
  const driver = await refusedToUndefined(call('GET_DRIVER_INFO', {}));
  const text = (name: string): string => (driver === undefined ? '' : textField(driver, name));
  if (wanted === 'firmware' && text('firmware') !== '') return [{ name: 'firmware', value: text('firmware') }];
  const devlink = properties(await refusedToUndefined(call('DEVLINK_INFO', {})));
  const firmware = [text('firmware'), ...FIRMWARE.map((name) => devlink.get(name))].find((value) => value !== undefined && value !== '');
  if (wanted === 'firmware') return firmware === undefined ? [] : [{ name: 'firmware', value: firmware }];
  const serial = await refusedToUndefined(readRegister('DSN', {}));
  const lines = [
    ['firmware', firmware],
    ['driver', devlink.get('driver') ?? text('driver')],
    ['driver version', text('version')],
    ['serial', devlink.get('serial_number') ?? serialNumber(serial)],
    ['board serial', devlink.get('board.serial_number')],
    ...[...devlink].filter(([name]) => /^(fixed|running|stored)\./.test(name)),
  ] as const;
  return lines.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
}

/** As sysfs writes it: the upper half first, pairs of digits joined by dashes. */
function serialNumber(fields: Fields | undefined): string | undefined {
  if (fields === undefined) return undefined;
  const digits = ['serial_number_upper', 'serial_number_lower'].map((name) => integerField(fields, name).toString(16).padStart(8, '0')).join('');
  return digits.match(/../g)?.join('-');
}

function properties(fields: Fields | undefined): Map<string, string> {
  const list = fields?.['properties'];
  return new Map(Array.isArray(list) ? (list as readonly Fields[]).map((each) => [textField(each, 'name'), textField(each, 'value')]) : []);
}
