import type { PciCapability } from '@auxctl/core';
import type { FirmwareIdentity } from '../firmware/types.js';

const FLAG = 2 ** 31;
const ADDRESS_UNIT = 2 ** 16;
const ADDRESSES = 2 ** 15;
const LARGE_TAG = { name: 0x82, readOnly: 0x90 } as const;
const END_TAG = 0x78;

/** The vital product data behind a capability of its own (PCI Local Bus 3.0, appendix I): one address, one dword. */
export class VitalProductData implements PciCapability {
  readonly id = 0x03;
  readonly lengthBytes = 0x08;
  readonly #contents: Uint8Array;
  #address = 0;
  #isDone = false;
  #data = 0;

  constructor(identity: FirmwareIdentity, product: string) {
    this.#contents = contentsOf(identity, product);
  }

  read(offsetBytes: number): number {
    return offsetBytes === 0 ? this.#address * ADDRESS_UNIT + (this.#isDone ? FLAG : 0) : this.#data;
  }

  /** Storing an address with the flag clear asks for its dword; stores of data are ignored. */
  write(offsetBytes: number, value: number, mask: number): void {
    if (offsetBytes !== 0 || mask < ADDRESS_UNIT) return;
    this.#address = Math.floor(value / ADDRESS_UNIT) % ADDRESSES;
    this.#isDone = value < FLAG;
    this.#data = [0, 1, 2, 3].reduce((sum, byte) => sum + (this.#contents[this.#address + byte] ?? 0) * 2 ** (8 * byte), 0);
  }

  reset(): void {
    this.#address = 0;
    this.#isDone = false;
    this.#data = 0;
  }
}

function contentsOf({ serialNumber, psid }: FirmwareIdentity, product: string): Uint8Array {
  const name = Buffer.from(product, 'ascii');
  const keywords = [keyword('PN', psid.slice(0, 3) + psid.slice(-4)), keyword('EC', 'A1'), keyword('SN', serialNumber), keyword('V0', 'PCIeGen4 x16')];
  const readOnly = Buffer.concat([...keywords, Buffer.from('RV\x01\x00', 'latin1')]);
  const contents = Buffer.concat([tag(LARGE_TAG.name, name), tag(LARGE_TAG.readOnly, readOnly), Buffer.of(END_TAG)]);
  // The checksum ends the read-only part: with it all bytes so far sum up to zero.
  const checksumAt = contents.length - 2;
  contents[checksumAt] = 0x100 - (contents.subarray(0, checksumAt).reduce((sum, byte) => sum + byte, 0) % 0x100);
  return contents;
}

function tag(kind: number, contents: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(kind, contents.length % 0x100, Math.floor(contents.length / 0x100)), contents]);
}

function keyword(name: string, text: string): Buffer {
  return Buffer.concat([Buffer.from(name, 'ascii'), Buffer.of(text.length), Buffer.from(text, 'ascii')]);
}
