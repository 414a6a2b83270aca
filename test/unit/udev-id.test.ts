import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../packaging/udev/auxctl-id', import.meta.url));
const PLACE = 'devices/pci0000:3a';

/** Devices as sysfs has them. */
class Devices implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'auxctl-udev-'));

  add(address: string, files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [name, content] of Object.entries({ vendor: '0x15b3\n', config: configuration(), ...files })) this.write(`${address}/${name}`, content);
    return this;
  }

  write(file: string, content: string | Uint8Array): void {
    const path = join(this.path, PLACE, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** Makes one function a virtual one of another. */
  belong(own: string, physical: string, index: number): this {
    symlinkSync(`../${physical}`, join(this.path, PLACE, own, 'physfn'));
    symlinkSync(`../${own}`, join(this.path, PLACE, physical, `virtfn${index}`));
    return this;
  }

  /** What is said of a device below a function. */
  ask(below: string): { readonly status: number | null; readonly properties: Readonly<Record<string, string>>; readonly stderr: string } {
    mkdirSync(join(this.path, PLACE, below), { recursive: true });
    const { status, stdout, stderr } = spawnSync('sh', [PROGRAM, join(this.path, PLACE, below)], { encoding: 'utf8', timeout: 20_000 });
    return { status, stderr, properties: Object.fromEntries(stdout.split('\n').filter(Boolean).map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])) };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

/** Configuration space with extended capabilities: where each is, its number, where the next one is, and what it holds. */
function configuration(...capabilities: readonly (readonly [at: number, id: number, next: number, content?: readonly number[]])[]): Buffer {
  const space = Buffer.alloc(4096);
  for (const [at, id, next, content = []] of capabilities) {
    space.writeUInt32LE(id + 0x10000 + next * 0x100000, at);
    space.set(content, at + 4);
  }
  return space;
}

/** Vital product data: the product's name, then what can be read only. */
function product(...keywords: readonly (readonly [word: string, text: string])[]): Buffer {
  const fields = Buffer.concat(keywords.map(([word, text]) => Buffer.concat([Buffer.from(word), Buffer.of(text.length), Buffer.from(text)])));
  const tag = (type: number, content: Buffer): Buffer => Buffer.concat([Buffer.of(type, content.length & 0xff, content.length >> 8), content]);
  return Buffer.concat([tag(0x82, Buffer.from('ConnectX-6 Dx')), tag(0x90, fields), Buffer.of(0x78), Buffer.alloc(64)]);
}

const NUMBER = [8, 7, 6, 5, 4, 3, 2, 1];
const FUNCTION = '0000:3b:00.0';
const NODE = `${FUNCTION}/fwctl/fwctl0`;
const VPD = product(['PN', 'MCX623106AN'], ['EC', 'A1'], ['SN', 'MT2034X12345  '], ['V0', 'PCIe Gen4 x16'], ['RV', '\0']);

describe('who a device is', () => {
  it.each([
    ['by the kernel', { serial_number: 'b8-ce-f6-03-00-12-34-56\n' }, 'b8cef60300123456'],
    ['by configuration space', { config: configuration([0x100, 1, 0x150], [0x150, 0xe, 0x400], [0x400, 3, 0, NUMBER]) }, '0102030405060708'],
    ['by its product data', { vpd: VPD }, 'MT2034X12345'],
    ['by its product data, where it has a number that was never given', { vpd: VPD, config: configuration([0x100, 3, 0]) }, 'MT2034X12345'],
    ['by its product data, where all bits of the number are set', { vpd: VPD, serial_number: 'ff-ff-ff-ff-ff-ff-ff-ff\n' }, 'MT2034X12345'],
    ['by PCI Express before its product data', { vpd: VPD, serial_number: '00-00-5e-51-00-00-00-01\n' }, '00005e5100000001'],
    ['by what a file\'s name may have', { vpd: product(['SN', '../A;B\n$(C)']) }, '..ABC'],
  ])('is told %s', (_how, files, serial) => {
    using devices = new Devices().add(FUNCTION, files);
    expect(devices.ask(NODE)).toEqual({ status: 0, stderr: '', properties: { ID_BUS: 'pci', ID_VENDOR_ID: '15b3', ID_SERIAL_SHORT: serial, ID_SERIAL: `15b3-${serial}-f0` } });
  });

  it('is told of the function, however far below it the node is', () => {
    using devices = new Devices().add(FUNCTION, { serial_number: '00-00-00-00-00-00-00-01\n' });
    expect(devices.ask(`${FUNCTION}/mem0/fwctl/fwctl1`).properties['ID_SERIAL']).toBe('15b3-0000000000000001-f0');
  });

  it.each([['0000:3b:00.1', 'f1'], ['0000:3b:01.2', 'f10'], ['0000:3b:1f.7', 'f255']])('has the number of function %s', (address, number) => {
    using devices = new Devices().add(address, { vpd: VPD });
    expect(devices.ask(address).properties['ID_SERIAL']).toBe(`15b3-MT2034X12345-${number}`);
  });

  it('is that of the physical function and a number, for a virtual one', () => {
    using devices = new Devices().add(FUNCTION, { vpd: VPD });
    for (const [index, own] of ['0000:3b:00.2', '0000:3b:00.3', '0000:3b:01.0'].entries()) devices.add(own, { vendor: '0xffff\n' }).belong(own, FUNCTION, index);
    expect(devices.ask('0000:3b:01.0/fwctl/fwctl3').properties['ID_SERIAL']).toBe('15b3-MT2034X12345-f0-v2');
    expect(devices.ask(NODE).properties['ID_SERIAL']).toBe('15b3-MT2034X12345-f0');
  });
});

describe('a device that does not tell who it is', () => {
  it.each([
    ['that has nothing', {}],
    ['whose configuration space is short', { config: Buffer.alloc(64) }],
    ['whose capabilities go in a circle', { config: configuration([0x100, 1, 0x200], [0x200, 2, 0x100]) }],
    ['whose configuration space is all ones', { config: Buffer.alloc(4096, 0xff) }],
    ['whose number is behind the end', { config: configuration([0x100, 1, 0xffc]) }],
    ['whose product data is empty', { vpd: '' }],
    ['whose product data is all ones', { vpd: Buffer.alloc(512, 0xff) }],
    ['whose product data is cut off', { vpd: VPD.subarray(0, 30) }],
    ['whose product data has a number of no length', { vpd: product(['SN', '']) }],
    ['whose product data has a number of blanks', { vpd: product(['SN', '    ']) }],
    ['whose product data has a field that is too long', { vpd: Buffer.concat([product(['PN', 'x']).subarray(0, 21), Buffer.of(0xff, 1)]) }],
  ])('has no name: one %s', (_which, files) => {
    using devices = new Devices().add(FUNCTION, files);
    expect(devices.ask(NODE)).toEqual({ status: 1, stderr: '', properties: {} });
  });

  it('is what is below no function', () => {
    using devices = new Devices();
    expect(devices.ask('platform/fwctl/fwctl0')).toEqual({ status: 1, stderr: '', properties: {} });
  });
});
