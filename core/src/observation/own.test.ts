import { expect, it } from 'vitest';
import { State, intent, observed } from '../journal/journal.fixture.js';
import { JournalFollower } from '../journal/follow.js';
import { CallPairs } from './call-pairs.js';
import { OwnCommands, type ObservedSend } from './own.js';
import type { RpcCall } from './rpc-events.js';

const call = (thread: number, timeNs: bigint): RpcCall => ({ type: 'call', thread, timeNs, name: 'x', node: 'fwctl0', scope: 0, requestBytes: 4, replyRoomBytes: 4, head: new Uint8Array() });

it('a journal is followed as it grows: lines that are written meanwhile, files that follow, and no further back than its last file', async () => {
  using state = new State();
  await state.fill(3);
  const follower = new JournalFollower(state.path);
  await follower.update();
  expect([...follower.commands].map(({ endedMs }) => endedMs !== undefined)).toEqual([true, true, true]);
  const record = await state.recorder().begin([intent()]);
  await state.observe(observed());
  const whole = state.read('000001.jsonl');
  state.write('000001.jsonl', whole.subarray(0, -20));
  await follower.update();
  expect([...follower.commands]).toHaveLength(4);
  state.write('000001.jsonl', whole);
  await record.end([{ ok: true, replyLengthBytes: 1 }]);
  await state.fill(20, { fileBytes: 4000 });
  await follower.update();
  expect([...follower.commands].map(({ endedMs }) => endedMs !== undefined)).toEqual(Array.from({ length: 24 }, () => true));
  expect(state.files.length).toBeGreaterThan(2);
  const late = new JournalFollower(state.path);
  await late.update();
  expect([...late.commands].length).toBeLessThan(24);
  await new JournalFollower(`${state.path}/none`).update();
});

it('a command is this tool\'s own when its process had one like it under way', async () => {
  using state = new State();
  const record = await state.recorder().begin([intent()]);
  const follower = new JournalFollower(state.path);
  await follower.update();
  const [{ beganMs } = { beganMs: 0 }] = follower.commands;
  const own = new OwnCommands();
  const send = (more: Partial<ObservedSend> = {}): ObservedSend => ({ bootId: 'b', processes: [77, 5], address: 'small-0', requestBytes: 4, timeMs: beganMs + 1, ...more });
  const isOwn = (more: Partial<ObservedSend> = {}): boolean => own.includes(send(more), follower.commands);
  expect([isOwn(), isOwn({ processes: [5, 1] }), isOwn()]).toEqual([true, true, true]);
  expect([isOwn({ processes: [6, 1] }), isOwn({ bootId: 'c' }), isOwn({ address: 'other' }), isOwn({ address: undefined }), isOwn({ requestBytes: 5 }), isOwn({ timeMs: beganMs - 1 })]).toEqual(Array.from({ length: 6 }, () => false));
  expect(isOwn({ processes: undefined })).toBe(false);
  await record.end([{ ok: true, replyLengthBytes: 1 }]);
  await follower.update();
  expect([isOwn({ timeMs: beganMs }), isOwn({ timeMs: beganMs + 1000 })]).toEqual([true, false]);
});

it('one of a process that has gone is accounted for by one command that nothing else accounts for', async () => {
  using state = new State();
  await state.begin(2);
  const follower = new JournalFollower(state.path);
  await follower.update();
  const own = new OwnCommands();
  const gone: ObservedSend = { bootId: 'b', processes: undefined, address: 'small-0', requestBytes: 4, timeMs: 1000 };
  expect([1, 2, 3].map(() => own.includes(gone, follower.commands))).toEqual([true, true, false]);
});

it('calls and their returns are put together, and those that nothing ends are given too', () => {
  const pairs = new CallPairs<number>();
  expect(pairs.begin(call(1, 10n), 1)).toEqual([]);
  expect(pairs.begin(call(2, 20n), 2)).toEqual([]);
  pairs.see({ type: 'seen', thread: 2, timeNs: 21n, isReadable: true });
  expect(pairs.end({ type: 'return', thread: 2, timeNs: 30n, result: -5 })).toMatchObject([{ found: 2, result: -5, isSeen: true }]);
  expect(pairs.end({ type: 'return', thread: 2, timeNs: 30n, result: 0 })).toEqual([]);
  expect(pairs.begin(call(1, 40n), 3)).toMatchObject([{ found: 1, result: undefined }]);
  expect([pairs.overdue(40n), pairs.isWaiting]).toEqual([[], true]);
  expect([pairs.overdue(41n).length, pairs.isWaiting]).toEqual([1, false]);
  const given = Array.from({ length: 5000 }, (_, thread) => pairs.begin(call(thread, 50n), thread).length).reduce((sum, each) => sum + each);
  expect(given).toBe(5000 - 4096);
});
