import type { Register } from '../register.js';
import { dword, putDword, putText } from '../../wire.js';

/** What the device is and what runs on it. */
export const MGIR: Register = {
  id: 0x9020,
  name: 'MGIR',
  sizeBytes: 160,
  read: (state, _data, out) => {
    const { pci, hardwareId, version, psid, baseMac } = state.identity;
    const mac = Number(baseMac);
    dword(out, 0x0, [31, 16, pci.revision], [15, 0, pci.deviceId]);
    dword(out, 0x4, [27, 16, 1]);
    dword(out, 0x8, [15, 0, hardwareId]);
    dword(out, 0x10, [15, 0, Math.floor(mac / 2 ** 32)]);
    putDword(out, 0x14, mac % 2 ** 32);
    putDword(out, 0x1c, Math.floor(state.nowMs() / 1000));
    // signed_fw, secured; the version's eight-bit parts are cut, the extended ones below are whole
    dword(out, 0x20, [25, 25, 1], [24, 24, 1], [23, 16, version.major], [15, 8, version.minor], [7, 0, version.subMinor]);
    dword(out, 0x28, [31, 24, 0x03], [23, 16, 0x14], [15, 0, 0x2026]); // built on 20 March 2026, in binary-coded decimals
    dword(out, 0x2c, [15, 0, 0x1830]);
    putText(out, 0x30, 16, psid);
    putDword(out, 0x44, version.major);
    putDword(out, 0x48, version.minor);
    putDword(out, 0x4c, version.subMinor);
    dword(out, 0x54, [2, 2, 1], [1, 0, 1]); // sec_boot; life_cycle
    return undefined;
  },
};
