import assert from 'node:assert/strict';
import type { DeviceChannel } from '@auxctl/core';
import { skipped, told, type CheckOutcome, type ConformanceCheck } from './check.js';
import type { ConformanceWrite } from './fixture.js';
import type { SimulatedChannel, Subject } from './subject.js';

/** What is checked of writing a register. */
export function writeChecks(subject: Subject): ConformanceCheck[] {
  const { write } = subject.fixture;
  const check = (name: string, run: (opened: SimulatedChannel, write: ConformanceWrite) => Promise<CheckOutcome>): ConformanceCheck => ({
    group: 'writing', name,
    run: async () => {
      const reason = await subject.withoutSimulator();
      if (reason !== undefined) return reason;
      if (write === undefined) return skipped('no register is said to be writable');
      await using opened = await subject.open();
      return await run(opened, write);
    },
  });
  return [
    check('a write that is not allowed sends nothing at all', checkRefused),
    check('a write that is allowed changes the field, and only it', checkWritten),
  ];
}

async function checkRefused({ channel, spy, simulated }: SimulatedChannel, write: ConformanceWrite): Promise<CheckOutcome> {
  const digest = simulated.digest();
  spy.sent.length = 0;
  await assert.rejects(channel.registers.prepareWrite(write.register, wish(write, write.values[0])), { code: 'ERR_NOT_ALLOWED', exitStatus: 4 });
  assert.equal(spy.sent.length, 0, 'something was sent');
  assert.equal(simulated.digest(), digest);
  return told(write.register);
}

async function checkWritten({ channel, simulated }: SimulatedChannel, write: ConformanceWrite): Promise<CheckOutcome> {
  const digests = new Set<string>();
  const { register, field, index = {}, values } = write;
  for (const value of values) {
    const prepared = await channel.registers.prepareWrite(register, wish(write, value), { allow: 'invasive' });
    assert.notEqual(prepared.plan.effect, 'inspect', `writing ${register} is said to change nothing`);
    await channel.registers.write(prepared, { allow: prepared.plan.effect });
    const { fields } = await channel.registers.read(register, index);
    assert.deepEqual(fields[field], prepared.after.fields[field]);
    assert.deepEqual(await others(channel, write), withoutField(prepared.before.fields, write), 'another field changed too');
    digests.add(simulated.digest());
  }
  assert.equal(digests.size, values.length, 'the simulator\'s digest does not show the writes');
  return told(`${register}, ${values.length} times`);
}

function wish({ index, field, beside }: ConformanceWrite, value: string | number): Record<string, string | number> {
  return { ...index, ...beside, [field]: value };
}

async function others(channel: DeviceChannel, write: ConformanceWrite): Promise<Record<string, unknown>> {
  return withoutField((await channel.registers.read(write.register, write.index ?? {})).fields, write);
}

function withoutField(fields: Readonly<Record<string, unknown>>, { field, beside = {} }: ConformanceWrite): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field && !Object.hasOwn(beside, name)));
}
