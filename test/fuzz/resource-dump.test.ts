import { join } from 'node:path';
import { AuxctlError, CATALOGUE, LayoutStore, openChannel, type Fields, type ResourceRequest, type RpcRequest, type Transport } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { expect, test } from 'vitest';
import { dumpResources, type ResourceDumpEvent, type ResourceSource } from '../../core/src/resources/dump.js';
import { SegmentDecoder } from '../../core/src/resources/segment-decoder.js';
import manifest from '../../vendors/mlx5/manifest.json' with { type: 'json' };
import { simulator } from '../../vendors/mlx5/sim/index.js';
import { plugin } from '../../vendors/mlx5/src/index.js';
import { resources } from '../../vendors/mlx5/src/resources.js';

const STREAMS = 100_000;
const CHANNEL_DUMPS = 2000;
const ROOM_BYTES = 208;
const MOST_BYTES = 4096;
/** A piece counts as 64 bytes at least; several are under way when the limit is reached. */
const MOST_CALLS = MOST_BYTES / 64 + 8;
const MOST_MS = 2000;

const layoutsPath = join(import.meta.dirname, '../../vendors/mlx5/layouts');
const layouts = new LayoutStore(layoutsPath, { isTrusted: true });

/** Numbers that look random and are the same for the same seed (xorshift). */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) >>> 0) || 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick<T>(values: readonly T[], other: T): T {
    return values[this.below(values.length)] ?? other;
  }

  oneIn(number: number): boolean {
    return this.below(number) === 0;
  }
}

const request = (kind: number, index = 0): ResourceRequest => ({ kind, selectors: [{ index, count: 0 }, { index: 0, count: 0 }] });
const SEEDS = [request(0xffff), request(0x4000, 0x40), request(0x1000, 0x40), request(0x1200, 1), request(0x1001, 0x40), request(0x1040, 1), request(0x4000, 1), request(0x1053), request(0x1030)];
const WORDS = [0, 1, 3, 0xffff, 0xfffe, 0x7fff, 0xfffd, 0xfffc, 0xfffb, 0xfff9, 0x1000, 0x4000, 0x00010000, 0xffff0000, 0x0005fffd, 0x0001fffb, 0x0000fffe, 0x80000000];

async function openSimulated(spoil: (reply: Uint8Array) => Uint8Array = (reply) => reply) {
  const simulated = simulator.create({ index: 0 });
  const transport = await simulated.openTransport();
  const spoiled: Transport = Object.assign(Object.create(transport) as Transport, {
    rpcBatch: async (requests: readonly RpcRequest[]) => (await transport.rpcBatch(requests)).map((outcome) => (outcome.ok ? { ok: true, reply: spoil(outcome.reply) } : outcome)),
    close: async () => transport.close(),
    info: async () => transport.info(),
    rpc: async (one: RpcRequest) => transport.rpc(one),
    kind: transport.kind, limits: transport.limits,
  });
  const entry = { manifest: manifestSchema.parse(manifest), layoutsPath, load: () => Promise.resolve(plugin) };
  return openChannel(simulated.device, entry, { transport: spoiled, layouts });
}

/** What the simulator dumps, to begin with. */
async function cleanStreams(): Promise<Uint8Array[]> {
  await using channel = await openSimulated();
  return await Promise.all(SEEDS.map(async (seed) => {
    const parts: Uint8Array[] = [];
    for await (const event of channel.resources.dump([seed])) if (event.type === 'segment') parts.push(event.segment.raw);
    return new Uint8Array(Buffer.concat(parts));
  }));
}

/** Cuts, repeats and overwrites a stream at dwords: lengths, types, counts, targets of references. */
function mutate(clean: Uint8Array, chance: Chance): Uint8Array {
  let stream = Buffer.from(clean);
  for (let step = chance.below(4); step >= 0; step--) {
    const at = chance.below(Math.floor(stream.length / 4)) * 4;
    if (chance.oneIn(6)) stream = stream.subarray(0, at + chance.below(5));
    else if (chance.oneIn(6)) stream = Buffer.concat([stream.subarray(0, at), stream.subarray(chance.below(stream.length))]);
    else if (at + 4 <= stream.length) stream.writeUInt32BE(chance.oneIn(3) ? chance.below(2 ** 32) : chance.pick(WORDS, 0), at);
    if (stream.length < 4) return stream;
  }
  return stream;
}

/** A device that dumps mutated streams, and whose replies may lie about length, sequence, position and end. */
class HostileDevice {
  calls = 0;
  readonly #streams: readonly Uint8Array[];
  readonly #chance: Chance;
  readonly #lies: number;

  constructor(clean: readonly Uint8Array[], chance: Chance) {
    this.#streams = clean.map((stream) => mutate(stream, chance));
    this.#chance = chance;
    this.#lies = chance.pick([0, 0, 0, 40, 8, 2], 0);
  }

  read: ResourceSource['read'] = async (queries) => {
    this.calls += queries.length;
    return Promise.resolve(queries.map(({ fields }) => this.#answer(fields)));
  };

  #answer(fields: Record<string, unknown> | object): Fields {
    const asked = fields as Record<string, number | bigint | undefined>;
    const stream = this.#streams[Number(asked['segment_type']) % this.#streams.length] ?? new Uint8Array();
    const at = Number(BigInt(asked['device_opaque'] ?? 0) & 0xffffffn);
    const piece = stream.subarray(at, at + ROOM_BYTES);
    const room = new Uint8Array(ROOM_BYTES);
    room.set(piece);
    const end = at + piece.length;
    const reply = {
      more_dump: end < stream.length ? 1 : 0, seq_num: (Number(asked['seq_num'] ?? 0) + 1) % 16, index1: Number(asked['index1'] ?? 0), index2: 0, num_of_obj1: 0, num_of_obj2: 0,
      device_opaque: BigInt(end), size: piece.length, inline_data: room,
    };
    return this.#lies > 0 && this.#chance.oneIn(this.#lies) ? { ...reply, ...this.#lie(reply) } : reply;
  }

  #lie(reply: Fields): Fields {
    const chance = this.#chance;
    const lies: readonly (() => Fields)[] = [
      () => ({ more_dump: 1 - Number(reply['more_dump']) }), () => ({ more_dump: 1 }), () => ({ seq_num: chance.below(16) }), () => ({ size: 0 }),
      () => ({ size: chance.pick([ROOM_BYTES + 1, 0xffffffff, 4, 3, ROOM_BYTES], 0) }), () => ({ device_opaque: BigInt(chance.below(4)) * 208n }), () => ({ device_opaque: 0n, more_dump: 1 }), () => ({ index1: chance.below(3) }),
    ];
    return chance.pick(lies, () => ({}))();
  }
}

function check(event: ResourceDumpEvent): number {
  if (event.type === 'limit') return 0;
  if (event.type === 'segment') return event.segment.raw.length;
  expect(event.error).toBeInstanceOf(AuxctlError);
  expect(['ERR_REPLY', 'ERR_FIRMWARE_STATUS', 'ERR_KERNEL_REFUSED']).toContain(event.error.code);
  expect(CATALOGUE[event.error.code].exitStatus).toBeGreaterThan(0);
  return 0;
}

test(`${STREAMS} mutated dumps end soon, in segments and documented errors`, { timeout: 600_000 }, async () => {
  const clean = await cleanStreams();
  const decoder = await SegmentDecoder.load(resources, layouts, simulator.create({ index: 0 }).device);
  const seen = { segment: 0, failure: 0, limit: 0 };
  for (let run = 0; run < STREAMS; run++) {
    const chance = new Chance(run);
    const device = new HostileDevice(clean, chance);
    const first = chance.below(SEEDS.length);
    const requests = Array.from({ length: 1 + chance.below(3) }, (_, index) => request((first + index) % SEEDS.length, index));
    const startedMs = performance.now();
    let lengthBytes = 0;
    for await (const event of dumpResources({ access: resources, decoder, read: device.read }, requests, { depth: chance.below(4), mostBytes: MOST_BYTES, inFlight: 1 + chance.below(8) })) {
      lengthBytes += check(event);
      seen[event.type]++;
    }
    const spent = { run, isLong: performance.now() - startedMs > MOST_MS, isMuch: lengthBytes > MOST_BYTES + 8 * ROOM_BYTES, areMany: device.calls > MOST_CALLS };
    if (spent.isLong || spent.isMuch || spent.areMany) expect(spent).toEqual({ run, isLong: false, isMuch: false, areMany: false });
  }
  console.log(`resource dumps: ${STREAMS} mutated, ${JSON.stringify(seen)}`);
  expect(Math.min(seen.segment, seen.failure, seen.limit)).toBeGreaterThan(100);
});

test(`${CHANNEL_DUMPS} dumps whose replies are spoiled on the way end so through the whole channel`, { timeout: 600_000 }, async () => {
  const chance = new Chance(7);
  const spoil = (reply: Uint8Array): Uint8Array => {
    if (!chance.oneIn(8)) return reply;
    const spoiled = Buffer.from(chance.oneIn(4) ? reply.subarray(0, chance.below(reply.length + 1)) : reply);
    if (spoiled.length >= 4) spoiled.writeUInt32BE(chance.pick(WORDS, 0), chance.below(Math.floor(spoiled.length / 4)) * 4);
    return spoiled;
  };
  await using channel = await openSimulated(spoil);
  const codes = new Set<string>();
  for (let run = 0; run < CHANNEL_DUMPS; run++) {
    for await (const event of channel.resources.dump([chance.pick(SEEDS, request(0xffff))], { depth: chance.below(2), mostBytes: MOST_BYTES })) {
      check(event);
      if (event.type === 'failure') codes.add(event.error.code);
    }
    await channel.resources.menu().catch((error: unknown) => {
      expect(error).toBeInstanceOf(AuxctlError);
    });
  }
  expect([...codes].sort()).toEqual(['ERR_FIRMWARE_STATUS', 'ERR_REPLY']);
});
