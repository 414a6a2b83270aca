import { describe, expect, test } from 'vitest';
import { attribute, Attributes } from './attributes.js';
import { GenericNetlink, type GenericFamily } from './generic.js';
import { ack, datagram, done, ScriptedKernel, type Answerer } from './netlink.fixture.js';

const FAMILY: GenericFamily = { name: 'devlink', id: 0x1c, version: 1, groups: new Map([['config', 5]]) };
const multi = 2;
const answered = (sequence: number, value: number): Buffer => datagram({ type: FAMILY.id, flags: multi, generic: { command: 3, version: 1, attributes: [attribute.u8(9, value)] } }, sequence);
const question = { family: FAMILY, command: 1, attributes: [], what: 'a question' };

const controller: Answerer = ({ family, command, sequence, attributes, flags }) => {
  expect({ family, command, flags }).toEqual({ family: 0x10, command: 3, flags: 5 });
  if (new Attributes(attributes).text(2) !== 'devlink') return [datagram(ack(2), sequence)];
  const groups = [attribute.nest(1, [attribute.text(1, 'config'), attribute.u32(2, 5)]), attribute.nest(2, [attribute.text(1, 'broken')])];
  return [datagram({ type: 0x10, flags: 0, generic: { command: 1, version: 2, attributes: [attribute.text(2, 'devlink'), attribute.u16(1, 0x1c), attribute.u32(3, 1), attribute.nest(7, groups)] } }, sequence), datagram(ack(0), sequence)];
};

describe('generic netlink', () => {
  test('a family is asked for by name, once; an unknown one every time', async () => {
    const kernel = new ScriptedKernel(controller);
    await using netlink = new GenericNetlink(kernel.native);
    expect(await Promise.all([netlink.family('devlink'), netlink.family('devlink')])).toEqual([FAMILY, FAMILY]);
    expect(kernel.requests).toHaveLength(1);
    for (let round = 0; round < 2; round += 1) await expect(netlink.family('nothing')).rejects.toMatchObject({ code: 'ERR_NO_TRANSPORT' });
    expect(kernel.requests).toHaveLength(3);
    expect(kernel.opened).toBe(1);
  });

  test('questions have their turn one after the other, and each gets its own answer', async () => {
    let value = 0;
    const kernel = new ScriptedKernel(({ sequence }) => [answered(sequence, value++), datagram(ack(0), sequence)]);
    await using netlink = new GenericNetlink(kernel.native);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => netlink.ask(question)));
    expect(answers.map(([message]) => message?.attributes.u8(9))).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('a refusal leaves the socket, and the next question is answered', async () => {
    let refused = 0;
    const kernel = new ScriptedKernel(({ sequence }) => (refused++ === 0 ? [datagram(ack(22, [attribute.text(1, 'no such')]), sequence)] : [datagram(ack(0), sequence)]));
    await using netlink = new GenericNetlink(kernel.native);
    await expect(netlink.ask(question)).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EINVAL', message: expect.stringContaining('no such') as string });
    expect(await netlink.ask(question)).toEqual([]);
    expect(kernel.opened).toBe(1);
  });

  test('a question that nobody answers ends at its limit; what comes late meets nobody', async () => {
    let isSilent = true;
    const kernel = new ScriptedKernel(({ sequence }) => (isSilent ? [] : [datagram(ack(0), sequence)]));
    await using netlink = new GenericNetlink(kernel.native);
    await expect(netlink.ask(question, { timeoutMs: 10 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
    const abort = new AbortController();
    const given = expect(netlink.ask(question, { signal: abort.signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    setImmediate(() => { abort.abort(); });
    await given;
    isSilent = false;
    expect(await netlink.ask(question)).toEqual([]);
    expect([kernel.opened, kernel.closed]).toEqual([3, 2]);
  });

  test('a question given up before its turn is not sent', async () => {
    const kernel = new ScriptedKernel(({ sequence }) => [datagram(ack(0), sequence)]);
    await using netlink = new GenericNetlink(kernel.native);
    await expect(netlink.ask(question, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(kernel.requests).toHaveLength(0);
  });

  test('a malformed answer costs the socket and nothing else', async () => {
    let rounds = 0;
    const kernel = new ScriptedKernel(({ sequence }) => (rounds++ === 0 ? [Uint8Array.of(1, 2, 3)] : [datagram(ack(0), sequence)]));
    await using netlink = new GenericNetlink(kernel.native);
    await expect(netlink.ask(question)).rejects.toMatchObject({ code: 'ERR_PROTOCOL' });
    expect(await netlink.ask(question)).toEqual([]);
    expect(kernel.opened).toBe(2);
  });

  test('a dump that changes is read again, but not for ever', async () => {
    let changes = 2;
    const kernel = new ScriptedKernel(({ sequence, flags }) => {
      expect(flags).toBe(0x301);
      const part = datagram({ type: FAMILY.id, flags: multi | (changes-- > 0 ? 0x10 : 0), generic: { command: 3, version: 1, attributes: [] } }, sequence);
      return [part, datagram(done(0), sequence)];
    });
    await using netlink = new GenericNetlink(kernel.native);
    expect(await netlink.ask({ ...question, isDump: true })).toHaveLength(1);
    expect(kernel.requests).toHaveLength(3);
    changes = 1000;
    await expect(netlink.ask({ ...question, isDump: true })).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EINTR' });
    expect(kernel.requests).toHaveLength(7);
  });

  test('closing ends what waits and all that follows, and is harmless when repeated', async () => {
    const kernel = new ScriptedKernel(() => []);
    const netlink = new GenericNetlink(kernel.native);
    const waiting = expect(netlink.ask(question)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    await new Promise((resolve) => setImmediate(resolve));
    await netlink.close();
    await netlink.close();
    await waiting;
    await expect(netlink.ask(question)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    expect([kernel.opened, kernel.closed]).toEqual([1, 1]);
  });
});
