import { describe, expect, it } from 'vitest';
import { smallPlugin } from '../channel/small-device.fixture.js';
import { PolicyError } from '../errors/classes.js';
import { intent, State } from '../journal/journal.fixture.js';
import { journalEntries } from '../journal/read.js';
import { verifyJournal } from '../journal/verify.js';
import { JournalWriter } from '../journal/writer.js';
import { LayoutStore } from '../store/store.js';
import { CommandNamer } from './name-command.js';
import type { ProcessFacts } from './process.js';
import type { RpcCall, RpcReturn, RpcSeen } from './rpc-events.js';
import { Watcher, type WatcherParts } from './watcher.js';

const FACTS: ProcessFacts = { pid: 81, parent: 1, executable: '/bin/foreign', commandLine: ['foreign'], user: { uid: 7 } };
const NOTHING = { events: [], overrun: 0, isUnreadable: false };

/** A watcher of a kernel that says what a test says. */
class Bench implements Disposable {
  readonly state = new State();
  readonly warnings: string[] = [];
  readonly #small = smallPlugin();
  facts: ProcessFacts | undefined = FACTS;
  isBroken = false;

  async watcher(from: WatcherParts['from'] = 'configure'): Promise<Watcher> {
    const namer = await CommandNamer.load(this.#small.entry, new LayoutStore(this.#small.entry.layoutsPath));
    const writer = new JournalWriter(this.state.writing);
    return new Watcher({
      state: this.state.path, from, pid: 80, around: { bootId: 'b', host: 'h' }, warn: (text) => this.warnings.push(text),
      observer: {
        get times() { return writer.times; },
        record: async (bodies) => {
          if (this.isBroken) throw new PolicyError('ERR_JOURNAL', 'the disk is full');
          const first = await writer.append(bodies);
          return bodies.map((body, index) => ({ sequence: first + index, ...body }));
        },
      },
      processes: { facts: () => this.facts, openNodes: () => [], uptimeMs: () => 1e6 },
      devices: { look: () => ({ named: undefined, open: [] }), meant: () => Promise.resolve({ device: { address: 'small-0', node: 'fwctl0', source: 'kernel' }, plugin: 'small', namer }) },
    });
  }

  call(head: readonly number[], more: Partial<RpcCall> = {}): RpcCall {
    return { type: 'call', thread: 81, timeNs: 2_000_000n, name: 'foreign', node: 'fwctl0', scope: 0, requestBytes: 4, replyRoomBytes: 16, head: Uint8Array.from(head), ...more };
  }

  seen(more: Partial<RpcSeen> = {}): RpcSeen {
    return { type: 'seen', thread: 81, timeNs: 2_000_000n, isReadable: true, ...more };
  }

  back(result = 0, thread = 81): RpcReturn {
    return { type: 'return', thread, timeNs: 3_000_000n, result };
  }

  [Symbol.dispose](): void {
    this.#small.release();
    this.state[Symbol.dispose]();
  }
}

describe('a watcher', () => {
  it('records who sent what to which device, and what the kernel made of it', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    expect(await watcher.begin()).toMatchObject([{ type: 'watch', event: 'began', from: 'configure', pid: 80 }]);
    expect(await watcher.take({ ...NOTHING, events: [bench.call([2, 7, 1, 50]), bench.seen(), bench.back()] }, 0)).toMatchObject([{
      type: 'observed', monotonicMs: 2, process: { pid: 81, name: 'foreign', executable: '/bin/foreign', commandLine: ['foreign'] }, user: { uid: 7 }, device: { address: 'small-0' }, plugin: 'small', command: 'WRITE', register: 'LAMP',
      effect: 'configure', scope: 'configuration', scopeNumber: 0, request: { bytes: 4, head: '02070132' }, replyRoomBytes: 16, result: 'passed',
    }]);
    expect(await watcher.take({ ...NOTHING, events: [bench.seen({ thread: 82 }), bench.call([9, 0], { thread: 82, scope: 9 }), bench.back(-13, 82)] }, 0)).toMatchObject([{ process: { pid: 81, thread: 82 }, command: '0x9', effect: 'invasive', scopeNumber: 9, result: 'not-passed', errno: 'EACCES' }]);
    bench.facts = undefined;
    const [gone] = await watcher.take({ ...NOTHING, events: [bench.call([2]), bench.back(-517)] }, 0);
    expect(gone).toMatchObject({ process: { pid: 81, name: 'foreign' }, effect: 'invasive', errno: 'errno 517' });
    expect(gone).not.toHaveProperty('user');
    expect(gone).not.toHaveProperty('command');
    expect(await watcher.end()).toMatchObject([{ event: 'ended' }]);
    expect(await verifyJournal(bench.state.path)).toMatchObject({ state: 'intact', records: 6 });
    expect((await journalEntries(bench.state.path, {}, 9)).entries.filter(({ type }) => type === 'observed')).toHaveLength(3);
  });

  it('leaves out what only inspects, unless all is asked for', async () => {
    using bench = new Bench();
    const events = [bench.call([1, 7]), bench.seen(), bench.back(), bench.call([2, 7]), bench.seen(), bench.back()];
    expect(await (await bench.watcher()).take({ ...NOTHING, events }, 0)).toHaveLength(1);
    expect(await (await bench.watcher('inspect')).take({ ...NOTHING, events }, 0)).toMatchObject([{ effect: 'inspect' }, { effect: 'configure' }]);
  });

  it('leaves out what this tool has recorded, and nothing else', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    await watcher.begin();
    const record = await bench.state.recorder().begin([intent()]);
    const timeNs = BigInt(bench.state.writing.clock.monotonicMs()) * 1_000_000n;
    bench.facts = { ...FACTS, pid: 900, parent: 5 };
    const own = { ...NOTHING, events: [bench.call([2, 7, 1, 50], { timeNs }), bench.back()] };
    expect(await watcher.take(own, 0)).toEqual([]);
    bench.facts = { ...FACTS, pid: 900, parent: 6 };
    expect(await watcher.take(own, 0)).toHaveLength(1);
    await record.end([{ ok: true, replyLengthBytes: 4 }]);
    bench.facts = { ...FACTS, pid: 5 };
    expect(await watcher.take({ ...own, events: [bench.call([2, 7, 1, 50], { timeNs: timeNs + 10_000_000_000n }), bench.back()] }, 0)).toHaveLength(1);
  });

  it('does not go by bytes that may not be those of the request', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    for (const seen of [[], [bench.seen({ isReadable: false })], [bench.seen({ thread: 82 })], [bench.seen({ timeNs: 2_000_000_000n })]]) {
      expect(await watcher.take({ ...NOTHING, events: [bench.call([1, 7, 1, 50]), ...seen, bench.back()] }, 0)).toMatchObject([{ effect: 'invasive', request: { bytes: 4, head: '' } }]);
    }
    expect(await watcher.take({ ...NOTHING, events: [bench.seen({ timeNs: 1n }), bench.call([1, 7], { timeNs: 1_100_000_000n }), bench.back()] }, 0)).toMatchObject([{ effect: 'invasive' }]);
  });

  it('does not go by bytes among which something was lost', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    expect(await watcher.take({ events: [bench.seen(), bench.call([1, 7]), bench.back()], overrun: 1, isUnreadable: false }, 0)).toMatchObject([{ event: 'lost' }, { effect: 'invasive' }]);
    expect(await watcher.take({ ...NOTHING, events: [bench.seen(), bench.back(), bench.call([1, 7]), bench.back()] }, 0)).toMatchObject([{ effect: 'invasive' }]);
  });

  it('does not wait for a return for ever', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    expect([await watcher.take({ ...NOTHING, events: [bench.call([2, 7])] }, 0), watcher.isWaiting]).toEqual([[], true]);
    for (let count = 0; count < 1100; count++) bench.state.writing.clock.monotonicMs();
    expect([await watcher.take(NOTHING, 0), watcher.isWaiting]).toMatchObject([[{ result: 'unknown' }], false]);
    await watcher.take({ ...NOTHING, events: [bench.call([2, 7], { timeNs: 9_000_000_000n })] }, 0);
    expect(await watcher.end()).toMatchObject([{ type: 'observed', result: 'unknown' }, { event: 'ended' }]);
  });

  it('says what it missed, and why', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    expect(await watcher.take({ events: [], overrun: 94, isUnreadable: true }, 3)).toMatchObject([{ event: 'lost', why: 'overrun', lost: 94 }, { event: 'lost', why: 'unreadable' }, { event: 'lost', why: 'unprobed', lost: 3 }]);
    const [unknown, ...more] = await watcher.take({ events: [], overrun: -1, isUnreadable: false }, 3);
    expect([unknown, more]).toMatchObject([{ event: 'lost', why: 'overrun' }, []]);
    expect(unknown).not.toHaveProperty('lost');
  });

  it('goes on when the journal cannot be written, and says afterwards what is not in it', async () => {
    using bench = new Bench();
    const watcher = await bench.watcher();
    const events = [bench.call([2, 7]), bench.back(), bench.call([2, 7]), bench.back()];
    bench.isBroken = true;
    expect(await watcher.take({ ...NOTHING, events }, 0)).toEqual([]);
    expect(bench.warnings).toEqual(['what was observed could not be recorded: the disk is full']);
    expect(await watcher.take(NOTHING, 0)).toEqual([]);
    expect(bench.warnings).toHaveLength(1);
    bench.isBroken = false;
    expect(await watcher.take({ ...NOTHING, events }, 0)).toMatchObject([{ event: 'lost', why: 'unwritten', lost: 2 }, { type: 'observed' }, { type: 'observed' }]);
    expect(await watcher.take(NOTHING, 0)).toEqual([]);
  });
});
