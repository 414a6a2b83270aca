import { expect, it } from 'vitest';
import { isIdentifying } from './identifying.js';

it.each([
  'serial', 'Serial', 'board serial', 'serial number', 'board.serial_number', 'serial_number', 'R.SN', 'base mac', 'mac address', 'node', 'node guid', 'system_image_guid', 'uuid', 'wwn', 'WWPN',
  'subsystem', 'subnqn', 'hostnqn', 'host id', 'name', 'asset tag', 'R.V3', 'W.YA', 'port.hw_addr',
])('%s identifies', (name) => { expect(isIdentifying(name)).toBe(true); });

it.each([
  'firmware', 'package', 'model', 'psid', 'part number', 'driver', 'driver version', 'interface', 'version', 'features', 'security state', 'fixed.board.id', 'running.fw', 'machine', 'macsec', 'R.PN', 'R.EC', 'R.RV',
  'product name',
])('%s does not', (name) => { expect(isIdentifying(name)).toBe(false); });
