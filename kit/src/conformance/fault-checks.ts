import assert from 'node:assert/strict';
import { DumpWriter, openChannel, type DeviceChannel } from '@auxctl/core';
import { plural, skipped, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import { ask, codeOf, decodeAll, inspectionsOf, type Inspection } from './inspections.js';
import { randomSource } from './random.js';
import type { SimulatedChannel, Subject } from './subject.js';

const TIMEOUT_MS = 50;
const SEED = 20_261_129;
/** Every length up to here is cut to; beyond, each so many bytes. */
const EVERY_BYTE = 192;
const STRIDE_BYTES = 97;
const MUTATIONS = 12;
/** A small plugin gets as many odd replies as a large one. */
const LEAST_MUTATIONS = 2_000;
/** What a device's answer may lead to, whatever it says. */
const ANSWERS: ReadonlySet<string> = new Set(['ERR_REPLY', 'ERR_FIRMWARE_STATUS', 'ERR_UNSUPPORTED', 'ERR_VERIFY', 'ERR_DELIVERY']);

/** What is checked of a channel that goes wrong. */
export function faultChecks(subject: Subject): ConformanceCheck[] {
  const check = (name: string, run: (subject: Subject) => Promise<CheckOutcome>): ConformanceCheck => ({
    group: 'faults', name, run: async () => (await subject.withoutSimulator()) ?? run(subject),
  });
  return [
    check('a hanging firmware ends a call at its timeout, and another device answers meanwhile', checkTimeout),
    check('a caller can give up', checkAbort),
    check('closing twice is harmless, and a closed channel says so', checkClosing),
    check('a device that goes during a call is reported as gone, by whatever was under way', checkRemoval),
    check('a reply cut at any byte ends as an error of the firmware\'s layer', checkCuts),
    check('replies with random bytes decode, or end as errors of the firmware\'s layer', checkMutations),
    check('a function of another vendor is refused, whatever name led to it', checkStranger),
  ];
}

async function checkTimeout(subject: Subject): Promise<CheckOutcome> {
  await using broken = await subject.open({ timeoutMs: TIMEOUT_MS });
  await using healthy = await subject.open({ simulated: await subject.simulate({ index: 1 }) });
  broken.simulated.faults.hang = true;
  const stuck = assert.rejects(broken.channel.info(), { code: 'ERR_TRANSPORT_TIMEOUT', exitStatus: 6 });
  assert.equal((await healthy.channel.info()).plugin, subject.fixture.entry.manifest.name);
  await stuck;
  return told(`${TIMEOUT_MS} ms`);
}

async function checkAbort(subject: Subject): Promise<CheckOutcome> {
  await using hanging = await subject.open();
  hanging.simulated.faults.hang = true;
  const controller = new AbortController();
  const given = assert.rejects(hanging.channel.info({ signal: controller.signal }), { code: 'ERR_ABORTED' });
  controller.abort();
  await given;
  return told('1 call');
}

async function checkClosing(subject: Subject): Promise<CheckOutcome> {
  const { channel } = await subject.open();
  await channel.close();
  await channel.close();
  await assert.rejects(channel.info(), { code: 'ERR_CLOSED' });
  return told('2 times');
}

/** The device answers a few requests and is gone at the next one. */
async function checkRemoval(subject: Subject): Promise<CheckOutcome> {
  const ways = [
    (channel: DeviceChannel): Promise<unknown> => channel.info(),
    (channel: DeviceChannel): Promise<unknown> => channel.dump(new DumpWriter(() => undefined), { host: { tool: '1.0.0' } }),
    ...(await oneOfEach(subject)).map(({ ask: send }) => (channel: DeviceChannel): Promise<unknown> => send(channel)),
  ];
  let ended = 0;
  for (const way of ways) {
    for (let answered = 0; ; answered += 1) {
      await using opened = await subject.open();
      opened.spy.goneAfter = opened.spy.sent.length + answered;
      const code = await way(opened.channel).then(() => undefined, (error: unknown) => codeOf(error) ?? String(error));
      if (opened.spy.missed === 0) break;
      assert.equal(code, 'ERR_DEVICE_GONE', `a call ends as ${code ?? 'if nothing had happened'}, and the device is gone`);
      ended += 1;
      if (answered > 2) break;
    }
  }
  assert.ok(ended > 0, 'nothing noticed that the device had gone');
  return told(plural(ended, 'call'));
}

async function checkCuts(subject: Subject): Promise<CheckOutcome> {
  await using opened = await subject.open();
  let cuts = 0;
  for (const inspection of await oneOfEachName(subject)) {
    const recorded = await record(inspection, opened);
    if (recorded !== undefined) cuts += await cutReply(inspection, recorded, opened);
  }
  if (cuts === 0) return skipped('nothing is answered without arguments');
  return told(plural(cuts, 'reply'));
}

/** An answer as it came. */
interface Recorded {
  readonly reply: Uint8Array;
  /** What a reply must have to decode. */
  readonly leastBytes: number;
}

/** What the simulator answers, if it does. */
async function record(inspection: Inspection, { spy, channel }: SimulatedChannel): Promise<Recorded | undefined> {
  let reply = new Uint8Array();
  spy.standIn = undefined;
  spy.change = (whole) => {
    reply = whole.slice();
    return whole;
  };
  const asked = await ask(inspection, channel);
  return 'answer' in asked ? { reply, leastBytes: asked.answer.codec.sizeBytes } : undefined;
}

async function cutReply(inspection: Inspection, { reply, leastBytes }: Recorded, { spy, channel }: SimulatedChannel): Promise<number> {
  let cuts = 0;
  for (let lengthBytes = 0; lengthBytes < reply.length; lengthBytes += lengthBytes < EVERY_BYTE ? 1 : STRIDE_BYTES) {
    spy.standIn = () => reply.slice(0, lengthBytes);
    const code = await outcomeOf(inspection, channel);
    assert.ok(code === undefined || ANSWERS.has(code), `${inspection.what}, cut to ${lengthBytes} bytes, ends as ${code ?? ''}`);
    assert.ok(code !== undefined || lengthBytes >= leastBytes, `${inspection.what}, cut to ${lengthBytes} bytes, passes for whole`);
    cuts += 1;
  }
  return cuts;
}

async function checkMutations(subject: Subject): Promise<CheckOutcome> {
  const random = randomSource(SEED);
  const ends = { decoded: 0, refused: 0 };
  await using opened = await subject.open();
  const inspections = await oneOfEachName(subject);
  const rounds = Math.max(MUTATIONS, Math.ceil(LEAST_MUTATIONS / Math.max(1, inspections.length)));
  for (const inspection of inspections) {
    const recorded = await record(inspection, opened);
    for (let round = 0; recorded !== undefined && round < rounds; round += 1) {
      opened.spy.standIn = () => mutated(recorded.reply, random);
      const code = await outcomeOf(inspection, opened.channel);
      assert.ok(code === undefined || ANSWERS.has(code), `${inspection.what}, with random bytes, ends as ${code ?? ''}`);
      ends[code === undefined ? 'decoded' : 'refused'] += 1;
    }
  }
  if (ends.decoded + ends.refused === 0) return skipped('nothing is answered without arguments');
  return told(`${ends.decoded} decoded, ${ends.refused} refused`);
}

/** A reply with a few other bytes, sometimes cut and sometimes longer. */
function mutated(reply: Uint8Array, random: () => number): Uint8Array {
  const shape = random();
  const lengthBytes = shape < 0.2 ? Math.floor(random() * (reply.length + 1)) : shape < 0.3 ? reply.length + Math.floor(random() * 64) : reply.length;
  const changed = new Uint8Array(lengthBytes);
  changed.set(reply.subarray(0, lengthBytes));
  for (let change = Math.floor(random() * 8); change >= 0 && lengthBytes > 0; change -= 1) changed[Math.floor(random() * lengthBytes)] = Math.floor(random() * 256);
  return changed;
}

/** The code that asking and decoding ends with; `undefined` when it succeeds. Other exceptions are the plugin's fault and pass. */
async function outcomeOf({ ask: send, what }: Inspection, channel: DeviceChannel): Promise<string | undefined> {
  try {
    decodeAll(await send(channel));
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_NOT_ALLOWED' || code === 'ERR_FIELD_MISSING' || code === 'ERR_NOT_CARRIED') return undefined;
    assert.ok(code !== undefined, `${what} throws ${String(error)}`);
    return code;
  }
}

/** One reading of each register, and all else. */
async function oneOfEachName({ store }: Subject): Promise<Inspection[]> {
  return [...new Map((await inspectionsOf(store)).map((inspection) => [inspection.what, inspection])).values()];
}

/** The first of each kind that the simulator answers. */
async function oneOfEach(subject: Subject): Promise<Inspection[]> {
  await using opened = await subject.open();
  const found = new Map<string, Inspection>();
  for (const inspection of await inspectionsOf(subject.store)) {
    if (!found.has(inspection.kind) && 'answer' in (await ask(inspection, opened.channel))) found.set(inspection.kind, inspection);
  }
  return [...found.values()];
}

async function checkStranger(subject: Subject): Promise<CheckOutcome> {
  const { entry } = subject.fixture;
  const patterns = entry.manifest.match.filter((alias) => alias.startsWith('pci'));
  if (patterns.length === 0 || !patterns.every((alias) => /^pci:[0-9a-f]{4}:/.test(alias))) return skipped('the match table does not go by the vendor of a PCI function');
  const simulated = await subject.simulate();
  const stranger = { ...simulated.device, aliases: ['pci:fffe:fffe'] };
  await assert.rejects(openChannel(stranger, entry, { transport: await simulated.openTransport() }), { code: 'ERR_PLUGIN_MISMATCH', exitStatus: 3 });
  return told(patterns.join(' '));
}
