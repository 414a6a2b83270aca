import assert from 'node:assert/strict';
import { AuxctlError, type CommandPlan } from '@auxctl/core';
import { integerValue, SCOPES } from '@auxctl/schemas/model';
import { plural, skipped, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import { ask, inspectionsOf } from './inspections.js';
import type { SimulatedChannel, Subject } from './subject.js';

/** What is checked of the effects and scopes that a plugin states, against what its simulator sees. */
export function effectChecks(subject: Subject): ConformanceCheck[] {
  const check = (name: string, run: (opened: SimulatedChannel) => Promise<CheckOutcome>): ConformanceCheck => ({
    group: 'effects', name,
    run: async () => {
      const reason = await subject.withoutSimulator();
      if (reason !== undefined) return reason;
      await using opened = await subject.open();
      return await run(opened);
    },
  });
  return [
    check('what inspects leaves the device as it was', (opened) => checkDigest(subject, opened)),
    check('what is refused for its name or its effect sends nothing', (opened) => checkSilence(opened)),
    check('a scope below the least one is refused, and sends nothing', (opened) => checkLowScopes(subject, opened)),
    check('what is sent carries exactly the least scope', (opened) => checkLeastScope(subject, opened)),
  ];
}

async function checkDigest({ store }: Subject, { channel, simulated }: SimulatedChannel): Promise<CheckOutcome> {
  const before = simulated.digest();
  assert.equal(typeof before, 'string');
  const found = { answered: 0, refused: 0 };
  await channel.info();
  assert.equal(simulated.digest(), before, 'asking who the device is changes it');
  for (const inspection of await inspectionsOf(store)) {
    const asked = await ask(inspection, channel);
    assert.equal(simulated.digest(), before, `${inspection.what} inspects, and changes the device`);
    if (!('unsent' in asked)) found['answer' in asked ? 'answered' : 'refused'] += 1;
  }
  return told(`${found.answered} answered, ${found.refused} refused`);
}

async function checkSilence({ channel, spy }: SimulatedChannel): Promise<CheckOutcome> {
  const before = spy.sent.length;
  await assert.rejects(channel.registers.read('NO_SUCH_REGISTER'));
  await assert.rejects(channel.call('NO_SUCH_COMMAND'));
  await assert.rejects(channel.capability('NO_SUCH_CAPABILITY', 'current'));
  await assert.rejects(channel.rpc(new Uint8Array(64).fill(0xee), { replyLengthBytes: 64 }), { code: 'ERR_NOT_ALLOWED' });
  assert.equal(spy.sent.length, before, 'something was sent');
  return told('4 requests');
}

/** Commands that the table puts above the lowest scope, each asked for with every scope below its own. */
async function checkLowScopes({ store }: Subject, { channel, spy }: SimulatedChannel): Promise<CheckOutcome> {
  const before = spy.sent.length;
  let refused = 0;
  for (const { name, document } of await rowsWithLayouts(store)) {
    const codec = await store.codec('command', document, (await store.document('command', document)).request);
    const request = codec.encode({});
    const plan = await planOf(channel, request);
    if (plan === undefined) continue;
    const { leastScope, effect } = plan;
    assert.ok(leastScope !== undefined, `${name} has no least scope`);
    const sent = spy.sent.length;
    for (const scope of SCOPES.slice(0, SCOPES.indexOf(leastScope))) {
      await assert.rejects(channel.rpc(request, { replyLengthBytes: codec.sizeBytes, scope, allow: effect }), { code: 'ERR_SCOPE', exitStatus: 4 }, `${name} with scope ${scope}`);
      refused += 1;
    }
    assert.equal(spy.sent.length - sent, 0, `${name} was sent with a scope below its own`);
  }
  if (refused === 0) return skipped('every command needs the lowest scope only');
  return told(`${plural(refused, 'request')}, ${spy.sent.length - before} sent to find their scope`);
}

/** Undefined where the device itself says that it takes no such request, with whatever scope. */
async function planOf(channel: SimulatedChannel['channel'], request: Uint8Array): Promise<CommandPlan | undefined> {
  try {
    return await channel.plan(request);
  } catch (error) {
    if (error instanceof AuxctlError && (error.code === 'ERR_UNSUPPORTED' || error.code === 'ERR_OUT_OF_REACH')) return undefined;
    throw error;
  }
}

async function checkLeastScope(subject: Subject, { channel, spy }: SimulatedChannel): Promise<CheckOutcome> {
  const isRefined = (await subject.plugin()).refinePlan !== undefined;
  const { opcodes } = await subject.store.opcodes();
  let requests = 0;
  for (const inspection of await inspectionsOf(subject.store)) {
    spy.sent.length = 0;
    await ask(inspection, channel);
    for (const { request, scope } of [...spy.sent]) {
      const plan = await channel.plan(request);
      assert.equal(scope, plan.leastScope, `${inspection.what} is sent with ${scope}`);
      if (!isRefined) assert.ok(rowsOf(opcodes, plan).some((row) => row.scope === scope), `${inspection.what}: no row of the table says ${scope}`);
      requests += 1;
    }
  }
  assert.ok(requests > 0, 'nothing was sent');
  return told(plural(requests, 'request'));
}

function rowsOf<T extends { readonly name: string }>(rows: readonly T[], { command }: CommandPlan): readonly T[] {
  return rows.filter(({ name }) => name === command);
}

/** Rows of the table that have a layout, so that a request can be made. */
async function rowsWithLayouts(store: Subject['store']): Promise<{ readonly name: string; readonly document: string }[]> {
  const { opcodes } = await store.opcodes();
  const commands = await store.all('command');
  return opcodes.flatMap(({ name, opcode }) => commands.filter((document) => document.name === name && integerValue(document.opcode) === integerValue(opcode)).map((document) => ({ name, document: document.name })));
}
