import { bytesField, integerField, type CommandCall, type RegisterAccess } from '@auxctl/core';
import { idValue } from '@auxctl/schemas/model';

/** The layouts number log pages, features and controller registers from these on. */
const PAGES = 0x1_0000n;
const FEATURES = 0x2_0000n;
const PROPERTIES = 0x3_0000n;

const IS_LITTLE_ENDIAN = true;
const BYTE_VALUES = 256;
const DWORD_BYTES = 4;
/** What selects a log page or feature stands after its bytes: a namespace, then eight bytes. A feature begins with dword 11 of its command. */
const SELECTOR_BYTES = 12;
const FEATURE_BYTES = DWORD_BYTES + SELECTOR_BYTES;

type Register = Parameters<RegisterAccess['read']>[0];

/** Log pages by Get Log Page, features by Get and Set Features, controller registers by Property Get. */
export const registers: RegisterAccess = {
  read(register, image) {
    const id = idValue(register.id);
    if (id >= PROPERTIES) return { command: 'PROPERTY_GET', fields: { ofst: id - PROPERTIES, attrib: image.length > DWORD_BYTES ? 1 : 0 } };
    return id >= FEATURES ? readFeature(id, image) : readPage(id, image);
  },
  write: writeFeature,
  image(reply, asked) {
    const value = reply['value'];
    if (value instanceof Uint8Array) return value.subarray(0, asked.length);
    const selectors = asked.subarray(asked.length - SELECTOR_BYTES);
    if (value === undefined) return joined(bytesField(reply, 'page'), selectors);
    const data = bytesField(reply, 'data').subarray(0, asked.length - FEATURE_BYTES);
    return joined(withSelectors(integerField(reply, 'value'), asked), data, selectors);
  },
  target(command, request) {
    return command === 'SET_FEATURES' ? { id: FEATURES + integerField(request, 'fid'), access: 'write', image: new Uint8Array() } : undefined;
  },
  readBack: true,
};

function readPage(id: bigint, image: Uint8Array): CommandCall {
  const { nsid, bytes: [lsiLow = 0, lsiHigh = 0, lsp, csi, clears = 0] } = selectorsOf(image);
  const pageBytes = image.length - SELECTOR_BYTES;
  const lsi = dword(Uint8Array.of(lsiLow, lsiHigh));
  return {
    command: 'GET_LOG_PAGE', replyTailBytes: pageBytes,
    fields: { lid: id - PAGES, nsid, lsi, lsp: lsp ?? 0, csi: csi ?? 0, rae: clears === 0, numd: pageBytes / DWORD_BYTES - 1 },
  };
}

/** The register of the capabilities of features names the feature itself. */
function readFeature(id: bigint, image: Uint8Array): CommandCall {
  const { nsid, bytes: [select = 0, , feature = 0] } = selectorsOf(image);
  const fid = id === FEATURES ? feature : id - FEATURES;
  return { command: 'GET_FEATURES', replyTailBytes: image.length - FEATURE_BYTES, fields: { fid, nsid, select, cdw11: dword(image) } };
}

function writeFeature(register: Register, image: Uint8Array): CommandCall {
  const { nsid, bytes: [, save = 0] } = selectorsOf(image);
  const data = image.slice(DWORD_BYTES, image.length - SELECTOR_BYTES);
  return { command: 'SET_FEATURES', fields: { fid: idValue(register.id) - FEATURES, nsid, save, cdw11: dword(image), data } };
}

function selectorsOf(image: Uint8Array): { readonly nsid: number; readonly bytes: readonly number[] } {
  const tail = image.subarray(image.length - SELECTOR_BYTES);
  return { nsid: dword(tail), bytes: [...tail.subarray(DWORD_BYTES)] };
}

/** The selectors of a feature's value, such as a vector, need not come back: they are as they were sent. */
function withSelectors(value: bigint, asked: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DWORD_BYTES);
  new DataView(bytes.buffer).setUint32(bytes.byteOffset, Number(value), IS_LITTLE_ENDIAN);
  return bytes.map((byte, index) => byte | (asked[index] ?? 0));
}

/** The first dword of some bytes, little-endian; what is missing is zero. */
function dword(bytes: Uint8Array): number {
  return bytes.subarray(0, DWORD_BYTES).reduceRight((value, byte) => value * BYTE_VALUES + byte, 0);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

