import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { decodeEntry, DumpWriter, loadDump, objectsOf, present, type DeviceChannel } from '@auxctl/core';
import { plural, skipped, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import { ask, capabilitiesOf, commandsOf, objectInspections, registersOf, type Inspection } from './inspections.js';
import type { Subject } from './subject.js';

const UNKNOWN = 0xee;
const NOWHERE_BYTES = 64;

/** What is checked of an open channel; these also run on hardware. */
export function channelChecks(subject: Subject): ConformanceCheck[] {
  const { counts } = subject.fixture;
  const check = (name: string, run: (channel: DeviceChannel) => Promise<CheckOutcome>): ConformanceCheck => ({
    group: 'channel', name,
    run: async () => {
      const reason = await subject.withoutDevice();
      if (reason !== undefined) return reason;
      await using channel = await subject.channel();
      return await run(channel);
    },
  });
  const { store } = subject;
  return [
    check('the device says who it is', (channel) => checkIdentity(subject, channel)),
    check('every register is read, or refused by the firmware with a status', async (channel) => checkAll(channel, await registersOf(store), counts.registers)),
    check('every capability is read, or refused by the firmware with a status', (channel) => checkAll(channel, capabilitiesOf(store), counts.capabilities)),
    check('every object without a key is read, or refused by the firmware with a status', async (channel) => checkObjects(subject, channel)),
    check('every command that inspects is answered, or refused by the firmware with a status', async (channel) => checkAll(channel, await commandsOf(store), 0)),
    check('raw bytes get the bytes that a command by name decodes', (channel) => checkRaw(subject, channel)),
    check('a snapshot decodes by itself', (channel) => checkDump(channel)),
    check('a name that does not exist is refused', (channel) => checkUnknownNames(channel)),
    check('a raw request of an opcode that nobody knows is refused', (channel) => checkUnknownOpcode(channel)),
  ];
}

async function checkIdentity({ fixture: { entry, identity = 'firmware' } }: Subject, channel: DeviceChannel): Promise<CheckOutcome> {
  const info = await channel.info();
  assert.equal(info.plugin, entry.manifest.name);
  const [first] = info.identity;
  assert.equal(first?.name, identity, `the first line of the identity is called ${first?.name ?? 'nothing'}`);
  assert.match(first.value, /\w/);
  return told(`${first.name} ${first.value}`);
}

async function checkAll(channel: DeviceChannel, inspections: readonly Inspection[], expected: number): Promise<CheckOutcome> {
  const tally = { answered: 0, refused: 0, unsent: 0 };
  for (const inspection of inspections) {
    const asked = await ask(inspection, channel);
    tally['answer' in asked ? 'answered' : 'refusal' in asked ? 'refused' : 'unsent'] += 1;
  }
  if (inspections.length === 0 && expected === 0) return skipped('there is none');
  assert.ok(tally.answered > 0 || expected === 0, `none of ${inspections.length} was answered`);
  return told(`${tally.answered} answered, ${tally.refused} refused, ${tally.unsent} not sent`);
}

async function checkObjects({ store, fixture: { counts } }: Subject, channel: DeviceChannel): Promise<CheckOutcome> {
  const objects = await objectsOf(store);
  assert.ok(objects.length >= (counts.objects ?? 0), `there are only ${objects.length} kinds of object`);
  return checkAll(channel, await objectInspections(store), 0);
}

async function checkRaw({ store }: Subject, channel: DeviceChannel): Promise<CheckOutcome> {
  for (const inspection of await commandsOf(store)) {
    const asked = await ask(inspection, channel);
    if (!('answer' in asked)) continue;
    const { document } = asked.answer.codec;
    const { request } = await channel.prepare(document.name, {});
    const raw = await channel.rpc(request.request, { replyLengthBytes: request.replyLengthBytes });
    assert.ok(raw.length >= asked.answer.codec.sizeBytes, `${document.name}: the raw reply has ${raw.length} bytes`);
    assert.deepEqual(Object.keys(present(asked.answer.codec, raw)), Object.keys(present(asked.answer.codec, asked.answer.raw)));
    const [outcome] = await channel.rpcBatch([request]);
    assert.ok(outcome?.ok === true && outcome.reply.length === raw.length, `${document.name} is answered in another way in a batch`);
    return told(document.name);
  }
  return skipped('no command is answered without arguments');
}

async function checkDump(channel: DeviceChannel): Promise<CheckOutcome> {
  const lines: Uint8Array[] = [];
  await channel.dump(new DumpWriter((text) => { lines.push(Buffer.from(text)); }), { host: { tool: '1.0.0' } });
  const { entries, layouts } = await loadDump(Readable.from(lines));
  const answered = entries.filter((entry) => !('failure' in entry));
  for (const entry of answered) {
    const found = await decodeEntry(entry, layouts);
    assert.ok(found !== undefined && Object.keys(present(found.codec, found.raw)).length > 0, `${entry.subject.name} of the snapshot does not decode`);
  }
  if (entries.length === 0) return skipped('a snapshot of this device holds nothing');
  assert.ok(answered.length > 0, `none of ${entries.length} entries was answered`);
  return told(`${answered.length} of ${plural(entries.length, 'entry')}`);
}

async function checkUnknownNames(channel: DeviceChannel): Promise<CheckOutcome> {
  const unknown = { code: 'ERR_UNKNOWN_NAME', exitStatus: 2 };
  await assert.rejects(channel.registers.read('NO_SUCH_REGISTER'), unknown);
  await assert.rejects(channel.call('NO_SUCH_COMMAND'), unknown);
  await assert.rejects(channel.capability('NO_SUCH_CAPABILITY', 'current'), unknown);
  await assert.rejects(channel.objects.read('NO_SUCH_OBJECT'), unknown);
  return told('4 names');
}

async function checkUnknownOpcode(channel: DeviceChannel): Promise<CheckOutcome> {
  const request = new Uint8Array(NOWHERE_BYTES).fill(UNKNOWN);
  await assert.rejects(channel.rpc(request, { replyLengthBytes: NOWHERE_BYTES }), { code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
  return told('1 request');
}
