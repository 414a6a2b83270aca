import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attribute, type AttributeInput, Attributes, encodeAttributes } from '../netlink/attributes.js';
import { ack, type Answerer, datagram, done, ScriptedKernel } from '../netlink/netlink.fixture.js';
import { Devlink, paramSetAttributes, parseDevlinkHandle } from './devlink.js';
import { decodeFmsg, fmsgLeaves, type FmsgValue } from './fmsg.js';

const FAMILY = 0x1c;
const HANDLE = { bus: 'netdevsim', name: 'netdevsim1' };
const handle = (name = HANDLE.name): AttributeInput[] => [attribute.text(1, HANDLE.bus), attribute.text(2, name), attribute.bytes(184, Uint8Array.of(4, 0, 0, 0))];

/** A kernel that knows devlink and answers each of its commands with messages, then the end that fits. */
function kernel(answers: Readonly<Record<number, readonly (readonly AttributeInput[])[] | number>>): ScriptedKernel {
  const answer: Answerer = ({ family, command, sequence, flags }) => {
    if (family === 0x10) return [datagram({ type: 0x10, flags: 0, generic: { command: 1, version: 2, attributes: [attribute.text(2, 'devlink'), attribute.u16(1, FAMILY), attribute.u32(3, 1)] } }, sequence), datagram(ack(0), sequence)];
    const given = answers[command] ?? 95;
    const isDump = (flags & 0x300) !== 0;
    if (typeof given === 'number') return [datagram(ack(given), sequence)];
    return [...given.map((attributes) => datagram({ type: FAMILY, flags: isDump ? 2 : 0, generic: { command: command + 2, version: 1, attributes } }, sequence)), datagram(isDump ? done(0) : ack(0), sequence)];
  };
  return new ScriptedKernel(answer);
}

/** What the last request had in it, without its headers. */
function lastRequest({ requests }: ScriptedKernel): Attributes {
  return new Attributes((requests.at(-1) ?? expect.unreachable()).subarray(20));
}

describe('devlink', () => {
  test('devices, with the kernel\'s number in four bytes or in eight', async () => {
    const scripted = kernel({ 1: [[...handle(), attribute.u8(136, 0)], [attribute.text(1, 'pci'), attribute.text(2, '0000:03:00.0'), attribute.u64(184, 7n), attribute.u8(136, 1)], [attribute.text(1, 'pci'), attribute.text(2, '0000:04:00.0')]] });
    await using devlink = new Devlink(scripted.native);
    expect(await devlink.devices()).toEqual([
      { ...HANDLE, index: 4n, hasReloadFailed: false }, { bus: 'pci', name: '0000:03:00.0', index: 7n, hasReloadFailed: true }, { bus: 'pci', name: '0000:04:00.0', hasReloadFailed: false },
    ]);
  });

  test('information: driver, serial numbers, versions by kind', async () => {
    const version = (type: number, name: string, value: string): AttributeInput => attribute.nest(type, [attribute.text(103, name), attribute.text(104, value)]);
    const scripted = kernel({ 51: [[...handle(), attribute.text(98, 'netdevsim'), attribute.text(99, 'S1'), attribute.text(146, 'B1'), version(102, 'fw.mgmt', '10.20.30'), version(101, 'fw.mgmt', '10.20.29'), version(100, 'board.id', 'x')]] });
    await using devlink = new Devlink(scripted.native);
    expect(await devlink.info(HANDLE)).toEqual({
      driver: 'netdevsim', serialNumber: 'S1', boardSerialNumber: 'B1',
      versions: [{ type: 'fixed', name: 'board.id', value: 'x' }, { type: 'running', name: 'fw.mgmt', value: '10.20.29' }, { type: 'stored', name: 'fw.mgmt', value: '10.20.30' }],
    });
    expect([lastRequest(scripted).text(1), lastRequest(scripted).text(2)]).toEqual(['netdevsim', 'netdevsim1']);
  });

  test('parameters of every kind; what belongs to another device is left out', async () => {
    const param = (name: string, type: number, ...values: AttributeInput[][]): AttributeInput => attribute.nest(80, [attribute.text(81, name), ...(name === 'a' ? [attribute.flag(82)] : []), attribute.u8(83, type), attribute.nest(84, values.map((value) => attribute.nest(85, value)))]);
    const mode = (number: number): AttributeInput => attribute.u8(87, number);
    const scripted = kernel({ 38: [
      [...handle(), param('a', 3, [attribute.u32(86, 32), attribute.u32(182, 16), mode(1)])],
      [...handle(), param('flag', 6, [mode(1), attribute.u8(182, 1)], [attribute.flag(86), mode(2), attribute.u8(182, 0)])],
      [...handle(), param('text', 5, [attribute.text(86, 'word'), mode(0)])],
      [...handle(), param('wide', 4, [attribute.u64(86, 2n ** 63n), mode(0)]), attribute.bytes(61, new Uint8Array())],
      [...handle(), param('list', 129, [attribute.u32(86, 1), attribute.u64(86, 2n), mode(9)])],
      [...handle(), param('new', 200, [attribute.bytes(86, Uint8Array.of(1, 2)), mode(0)])],
      [...handle('netdevsim2'), param('other', 1, [attribute.u8(86, 1), mode(0)])],
    ] });
    await using devlink = new Devlink(scripted.native);
    const expected = [
      { name: 'a', isGeneric: true, type: 'u32', values: [{ mode: 'driverinit', value: 32, default: 16 }] },
      { name: 'flag', isGeneric: false, type: 'flag', values: [{ mode: 'driverinit', value: false, default: true }, { mode: 'permanent', value: true, default: false }] },
      { name: 'text', isGeneric: false, type: 'string', values: [{ mode: 'runtime', value: 'word' }] },
      { name: 'wide', isGeneric: false, type: 'u64', values: [{ mode: 'runtime', value: 2n ** 63n }] },
      { name: 'list', isGeneric: false, type: 'u64 array', values: [{ mode: 'mode 9', value: [1n, 2n] }] },
      { name: 'new', isGeneric: false, type: 'type 200', values: [{ mode: 'runtime', value: Uint8Array.of(1, 2) }] },
    ];
    expect(await devlink.params(HANDLE)).toEqual(expected);
    expect(await devlink.params({ bus: 'devlink_index', name: '4' })).toHaveLength(7);
    expect(await devlink.params({ bus: 'devlink_index', name: '5' })).toEqual([]);
  });

  test('a change of a parameter, as the kernel wants it: flat, a flag by being there', async () => {
    const scripted = kernel({ 39: [] });
    await using devlink = new Devlink(scripted.native);
    await devlink.setParam(HANDLE, { name: 'max_macs', type: 'u32', mode: 'driverinit', value: 64 });
    const sent = lastRequest(scripted);
    expect([sent.text(81), sent.u8(83), sent.u32(86), sent.u8(87), sent.has(80)]).toEqual(['max_macs', 3, 64, 1, false]);
    const types = (change: Parameters<typeof paramSetAttributes>[0]): number[] => paramSetAttributes(change).map(({ type }) => type);
    expect(types({ name: 'b', type: 'flag', mode: 'runtime', value: true })).toEqual([81, 83, 86, 87]);
    expect(types({ name: 'b', type: 'flag', mode: 'runtime', value: false })).toEqual([81, 83, 87]);
    expect(types({ name: 'b', type: 'flag', mode: 'permanent' })).toEqual([81, 83, 183, 87]);
    expect(types({ name: 'l', type: 'u64 array', mode: 'permanent', value: [1n, 2n] })).toEqual([81, 83, 86, 86, 87]);
    for (const [type, value] of [['u8', 256], ['u8', 'x'], ['u32', 1.5], ['u64', -1n], ['flag', 1], ['string', 5], ['u64 array', [1]], ['type 99', 1]] as const) {
      await expect(devlink.setParam(HANDLE, { name: 'x', type, mode: 'runtime', value: value as never })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    }
    expect(scripted.requests).toHaveLength(2);
  });

  test('ports, regions, reporters and resources', async () => {
    const scripted = kernel({
      5: [[...handle(), attribute.u32(3, 0), attribute.u16(4, 2), attribute.u32(6, 9), attribute.text(7, 'eth1'), attribute.u16(77, 0), attribute.u32(78, 1)], [...handle(), attribute.u32(3, 1), attribute.u16(4, 77), attribute.u16(77, 99)]],
      42: [[...handle(), attribute.text(88, 'dummy'), attribute.u64(89, 32_768n), attribute.u32(170, 16), attribute.nest(90, [3, 1].map((id) => attribute.nest(91, [attribute.u32(92, id)])))], [...handle(), attribute.u32(3, 0), attribute.text(88, 'of-port'), attribute.u64(89, 4n)]],
      52: [[...handle(), attribute.nest(114, [attribute.text(115, 'dummy'), attribute.u8(116, 1), attribute.u64(117, 2n), attribute.u64(118, 1n), attribute.u64(119, 12n), attribute.u64(137, 1_700_000_000_000_000_000n), attribute.u64(120, 0n), attribute.u8(121, 1), attribute.u8(141, 0), attribute.u64(181, 5n)])], [...handle(), attribute.u32(3, 1), attribute.nest(114, [attribute.text(115, 'empty'), attribute.u8(116, 0)])]],
      36: [[...handle(), attribute.nest(63, [attribute.nest(64, [attribute.text(65, 'IPv4'), attribute.u64(66, 1n), attribute.u64(67, 2n ** 64n - 1n), attribute.u8(69, 1), attribute.nest(63, [attribute.nest(64, [attribute.text(65, 'fib'), attribute.u64(66, 2n), attribute.u64(67, 8n), attribute.u64(74, 5n)])])])])]],
    });
    await using devlink = new Devlink(scripted.native);
    expect(await devlink.ports(HANDLE)).toEqual([{ index: 0, type: 'eth', flavour: 'physical', number: 1, netdev: 'eth1', interfaceIndex: 9 }, { index: 1, type: 'type 77', flavour: 'flavour 99' }]);
    expect(await devlink.regions(HANDLE)).toEqual([{ name: 'dummy', sizeBytes: 32_768n, maxSnapshots: 16, snapshots: [1, 3] }, { name: 'of-port', portIndex: 0, sizeBytes: 4n, snapshots: [] }]);
    expect(await devlink.reporters(HANDLE)).toEqual([
      { name: 'dummy', state: 'error', errorCount: 2n, recoverCount: 1n, dumpTimeMs: 12n, dumpTimeNs: 1_700_000_000_000_000_000n, gracefulPeriodMs: 0n, burstPeriodMs: 5n, recoversItself: true, dumpsItself: false },
      { name: 'empty', portIndex: 1, state: 'healthy' },
    ]);
    expect(await devlink.resources(HANDLE)).toEqual([{ name: 'IPv4', id: 1n, size: 2n ** 64n - 1n, isSizeValid: true, resources: [{ name: 'fib', id: 2n, size: 8n, occupied: 5n, resources: [] }] }]);
  });

  test('a region is read in pieces; a hole, an overlap and a surplus are refused', async () => {
    const pieces = (...chunks: [data: string, address: bigint][]): AttributeInput[][] => chunks.map(([data, address]) => [...handle(), attribute.nest(93, [attribute.nest(94, [attribute.bytes(95, Buffer.from(data)), attribute.u64(96, address)])])]);
    const read = async (chunks: AttributeInput[][], lengthBytes = 8): Promise<string> => {
      await using devlink = new Devlink(kernel({ 46: chunks }).native);
      return Buffer.from(await devlink.readRegion(HANDLE, { region: 'dummy', snapshot: 1, offsetBytes: 16n, lengthBytes })).toString();
    };
    expect(await read(pieces(['abcd', 16n], ['efgh', 20n]))).toBe('abcdefgh');
    expect(await read(pieces(['abcd', 16n]))).toBe('abcd');
    for (const wrong of [pieces(['abcd', 17n]), pieces(['abcd', 16n], ['efgh', 19n]), pieces(['abcdefghi', 16n]), [[attribute.nest(93, [attribute.nest(94, [attribute.u64(96, 16n)])])]]]) await expect(read(wrong)).rejects.toMatchObject({ code: 'ERR_REPLY' });
    for (const length of [0, -1, 1.5, 2 ** 30]) await expect(read([], length)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  test('snapshots are taken under a number of the kernel\'s or of the caller\'s, and deleted', async () => {
    const scripted = kernel({ 44: [[...handle(), attribute.text(88, 'dummy'), attribute.u32(92, 17)]], 45: [] });
    await using devlink = new Devlink(scripted.native);
    expect(await devlink.createSnapshot(HANDLE, { region: 'dummy' })).toBe(17);
    expect(await devlink.createSnapshot(HANDLE, { region: 'dummy', snapshot: 4 })).toBe(4);
    expect(lastRequest(scripted).u32(92)).toBe(4);
    await devlink.deleteSnapshot(HANDLE, { region: 'dummy', snapshot: 4 });
    expect([lastRequest(scripted).text(88), lastRequest(scripted).u32(92)]).toEqual(['dummy', 4]);
  });

  test('refusals keep their errno, answers that lack what they must have are malformed', async () => {
    await using devlink = new Devlink(kernel({ 51: 95, 56: 1, 38: [handle()], 52: [[...handle(), attribute.nest(114, [attribute.text(115, 'x')])]], 42: [[attribute.text(1, 'netdevsim')]], 1: [[attribute.u32(2, 1)]] }).native);
    await expect(devlink.info(HANDLE)).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EOPNOTSUPP', device: 'netdevsim1' });
    await expect(devlink.reporterDump(HANDLE, { reporter: 'dummy' })).rejects.toMatchObject({ code: 'ERR_PERMISSION', errno: 'EPERM' });
    for (const ask of [async () => devlink.params(HANDLE), async () => devlink.reporters(HANDLE), async () => devlink.devices()]) await expect(ask()).rejects.toMatchObject({ code: 'ERR_PROTOCOL' });
    expect(await devlink.regions(HANDLE)).toEqual([]);
  });

  test('handles', () => {
    expect(parseDevlinkHandle('pci/0000:03:00.0')).toEqual({ bus: 'pci', name: '0000:03:00.0' });
    expect(parseDevlinkHandle('devlink_index/3')).toEqual({ bus: 'devlink_index', name: '3' });
    for (const text of ['', 'pci', 'pci/', '/x', 'a/b/c']) expect(() => parseDevlinkHandle(text)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

const mark = { object: attribute.flag(107), pair: attribute.flag(108), array: attribute.flag(109), end: attribute.flag(110) };
const named = (name: string, ...inside: AttributeInput[]): AttributeInput[] => [mark.pair, attribute.text(111, name), ...inside, mark.end];
const u8 = (value: number): AttributeInput[] => [attribute.u8(112, 1), attribute.u8(113, value)];
const binary = (...bytes: number[]): AttributeInput[] => [attribute.u8(112, 11), attribute.bytes(113, Uint8Array.from(bytes))];
const report = (...tokens: AttributeInput[]): Attributes => new Attributes(encodeAttributes(tokens));
const leaf = (type: string, value: unknown): unknown => ({ kind: 'value', type, value });

describe('reports', () => {
  test('a tree of objects, arrays and values, from several messages', () => {
    const first = report(mark.object, ...named('flag', attribute.u8(112, 6), attribute.u8(113, 1)), ...named('text', attribute.u8(112, 10), attribute.text(113, 'somestring')), mark.pair, attribute.text(111, 'list'), mark.array);
    const second = report(...u8(1), mark.object, ...named('inner', ...u8(2)), mark.end, mark.end, mark.end, ...named('wide', attribute.u8(112, 4), attribute.u64(113, 2n ** 64n - 1n)), mark.end);
    const tree = decodeFmsg([first, second]);
    expect(tree).toEqual({ kind: 'object', members: [
      { name: 'flag', value: leaf('flag', true) },
      { name: 'text', value: leaf('text', 'somestring') },
      { name: 'list', value: { kind: 'array', elements: [leaf('u8', 1), { kind: 'object', members: [{ name: 'inner', value: leaf('u8', 2) }] }] } },
      { name: 'wide', value: leaf('u64', 2n ** 64n - 1n) },
    ] });
    expect(fmsgLeaves(tree).map(({ path }) => path)).toEqual(['flag', 'text', 'list[0]', 'list[1].inner', 'wide']);
  });

  test('marks too many change nothing, marks too few are made good', () => {
    const members = [{ name: 'a', value: leaf('u8', 1) }, { name: 'b', value: leaf('u8', 2) }];
    expect(decodeFmsg([report(mark.object, ...named('a', ...u8(1)), mark.end, mark.end, mark.end, ...named('b', ...u8(2)), mark.end)])).toEqual({ kind: 'object', members });
    expect(decodeFmsg([report(mark.object, ...named('a', ...u8(1)), mark.pair, attribute.text(111, 'b'), ...u8(2))])).toEqual({ kind: 'object', members });
    expect(decodeFmsg([])).toEqual({ kind: 'object', members: [] });
    expect(decodeFmsg([report(mark.object, mark.end)])).toEqual({ kind: 'object', members: [] });
  });

  test('binary values come in pieces', () => {
    const tree = decodeFmsg([report(mark.object, ...named('b', mark.array, ...binary(1, 2), ...binary(3), mark.end), ...named('c', ...binary(4)), ...named('d', ...binary(5), ...binary(6)), mark.end)]);
    expect(fmsgLeaves(tree)).toEqual([['b', [1, 2, 3]], ['c', [4]], ['d', [5, 6]]].map(([path, bytes]) => ({ path, type: 'binary', value: Uint8Array.from(bytes as number[]) })));
  });

  test('values without a kind, of another length, and depth without end are refused', () => {
    const protocol = expect.objectContaining({ code: 'ERR_PROTOCOL' }) as unknown;
    for (const tokens of [[attribute.u8(113, 1)], [attribute.u8(112, 3), attribute.u8(113, 1)], Array.from({ length: 100 }, () => mark.object), [attribute.bytes(112, Uint8Array.of(1, 2, 3))]]) {
      expect(() => decodeFmsg([report(...tokens)])).toThrow(protocol);
    }
  });

  test('any stream of tokens is a tree or malformed, with as many values as it has data', () => {
    const token = fc.oneof(fc.constantFrom(...Object.values(mark)), fc.string({ maxLength: 5 }).map((name) => attribute.text(111, name)), fc.nat({ max: 255 }).map((value) => u8(value)), fc.uint8Array({ maxLength: 3 }).map((bytes) => binary(...bytes)));
    let checked = 0;
    fc.assert(fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
      const flat = tokens.flat();
      const tree = decodeFmsg([report(...flat)]);
      const values = flat.filter(({ type }) => type === 113).length;
      expect(countOf(tree)).toBeLessThanOrEqual(values);
      if (!flat.some(({ value }) => value instanceof Uint8Array && value[0] === 11)) expect(countOf(tree)).toBe(values);
      checked += values;
    }), { numRuns: 500 });
    expect(checked).toBeGreaterThan(1000);
  });
});

function countOf(tree: FmsgValue): number {
  return fmsgLeaves(tree).length;
}
