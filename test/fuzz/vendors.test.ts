import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuxctlError, openChannel, type Plugin, type PluginEntry, type RpcOutcome, type RpcRequest, type Transport } from '@auxctl/core';
import { decodeAll, inspectionsOf } from '@auxctl/kit';
import { manifestSchema } from '@auxctl/schemas';
import { LayoutStore } from '@auxctl/core';
import { expect, test } from 'vitest';
import { randomSource } from './support/random.js';
import { fuzzRuns } from './support/runs.js';

const SEED = 20_261_130;
const REPLIES = fuzzRuns(3_000);
const root = join(import.meta.dirname, '../../vendors');
const vendors = readdirSync(root).filter((name) => existsSync(join(root, name, 'src/index.ts')) && existsSync(join(root, name, 'sim/index.ts')));

/** What a device's word may lead to, whatever it is. */
const FAIR: ReadonlySet<string> = new Set(['ERR_REPLY', 'ERR_FIRMWARE_STATUS', 'ERR_UNSUPPORTED', 'ERR_VERIFY', 'ERR_DELIVERY', 'ERR_KERNEL_REFUSED', 'ERR_PERMISSION', 'ERR_SYSTEM_CALL']);
/** What is said before anything is sent. */
const UNSENT: ReadonlySet<string> = new Set(['ERR_NOT_ALLOWED', 'ERR_FIELD_MISSING', 'ERR_FIELD_ACCESS', 'ERR_NOT_CARRIED', 'ERR_USAGE']);

/** Gives what a simulator answers, spoiled in one of six ways. */
class Hostile implements Transport {
  readonly kind;
  readonly limits;
  replies = 0;
  readonly #inner: Transport;
  readonly #random: () => number;

  constructor(inner: Transport, random: () => number) {
    this.#inner = inner;
    this.#random = random;
    this.kind = inner.kind;
    this.limits = inner.limits;
  }

  info: Transport['info'] = async (wait) => this.#inner.info(wait);
  rpc = async (request: RpcRequest): Promise<Uint8Array> => this.#spoiled(await this.#inner.rpc(request));
  close = async (): Promise<void> => this.#inner.close();

  async rpcBatch(requests: readonly RpcRequest[]): Promise<RpcOutcome[]> {
    return (await this.#inner.rpcBatch(requests)).map((outcome) => (outcome.ok ? { ok: true, reply: this.#spoiled(outcome.reply) } : outcome));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #spoiled(reply: Uint8Array): Uint8Array {
    this.replies += 1;
    const shape = Math.floor(this.#random() * 6);
    const byte = (): number => Math.floor(this.#random() * 256);
    if (shape === 0) return reply.slice(0, Math.floor(this.#random() * (reply.length + 1)));
    if (shape === 1) return Uint8Array.from({ length: reply.length + Math.floor(this.#random() * 64) }, byte);
    if (shape === 2) return new Uint8Array(reply.length).fill(0xff);
    if (shape === 3) return new Uint8Array(reply.length);
    const changed = reply.slice();
    const changes = shape === 4 ? 3 : reply.length / 2;
    for (let count = 0; count < changes && reply.length > 0; count += 1) changed[Math.floor(this.#random() * reply.length)] = byte();
    return changed;
  }
}

test('every vendor in the tree is among them', () => {
  expect(vendors.length).toBeGreaterThanOrEqual(6);
});

test.each(vendors)(`${REPLIES} hostile replies to %s: no exception outside the error classes`, { timeout: 60_000 + REPLIES * 20 }, async (name) => {
  const random = randomSource(SEED);
  const { plugin } = await import(join(root, name, 'src/index.ts')) as { readonly plugin: Plugin };
  const entry: PluginEntry = { manifest: manifestSchema.parse(JSON.parse(readFileSync(join(root, name, 'manifest.json'), 'utf8'))), layoutsPath: join(root, name, 'layouts'), load: async () => plugin };
  const simulated = (await plugin.simulator?.())?.create({ index: 0 }) ?? expect.unreachable();
  const transport = new Hostile(await simulated.openTransport(), random);
  const layouts = new LayoutStore(entry.layoutsPath);
  await using channel = await openChannel(simulated.device, entry, { transport, layouts });
  const inspections = await inspectionsOf(layouts);
  const ends = { decoded: 0, refused: 0 };
  for (let round = 0; transport.replies < REPLIES && round < 10 * REPLIES; round += 1) {
    const inspection = inspections[Math.floor(random() * (inspections.length + 1))];
    try {
      if (inspection === undefined) await channel.info();
      else decodeAll(await inspection.ask(channel));
      ends.decoded += 1;
    } catch (error) {
      expect(error, `${inspection?.what ?? 'info'}: ${String(error)}`).toBeInstanceOf(AuxctlError);
      const { code } = error as AuxctlError;
      if (!UNSENT.has(code)) expect([...FAIR], inspection?.what ?? 'info').toContain(code);
      ends.refused += 1;
    }
  }
  expect(transport.replies).toBeGreaterThanOrEqual(REPLIES);
  expect(ends.decoded).toBeGreaterThan(REPLIES / 100);
  expect(ends.refused).toBeGreaterThan(REPLIES / 100);
});
