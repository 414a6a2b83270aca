import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultNative } from '../native.js';
import { intent, observed, State, watchRecord } from './journal.fixture.js';
import { JournalObserver } from './observer.js';
import { journalRecorder } from './open.js';
import { verifyJournal } from './verify.js';

/** Takes native protocol datagrams apart, as journald does, and prints one JSON line each. */
const RECEIVER = `
import socket, sys, json, struct
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('ready', flush=True)
while True:
    data = receiver.recv(1 << 20)
    fields = {}
    while data:
        line, data = data.split(b'\\n', 1)
        if b'=' in line: name, value = line.split(b'=', 1)
        else:
            name = line
            (length,) = struct.unpack('<Q', data[:8])
            value, data = data[8:8 + length], data[8 + length + 1:]
        fields[name.decode()] = value.decode()
    print(json.dumps(fields), flush=True)
`;

describe('the journal with locks and sockets of the system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-journald-'));
  const path = join(folder, 'socket');
  const receiver = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const received: Record<string, string>[] = [];
  let rest = '';
  beforeAll(async () => {
    await once(receiver.stdout, 'data');
    receiver.stdout.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      received.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, string>));
    });
  });
  afterAll(() => {
    receiver.kill();
    rmSync(folder, { recursive: true });
  });

  it('sends copies to the system\'s journal', async () => {
    using state = new State();
    const recorder = journalRecorder({ state: state.path, systemJournal: path, reason: 'two\nlines', warn: (text) => state.warnings.push(text) });
    const record = await recorder.begin([intent()]);
    await record.end([{ ok: true, replyLengthBytes: 4 }]);
    await vi.waitFor(() => { expect(received).toHaveLength(2); }, { timeout: 5000 });
    const [sent, outcome] = received;
    expect(sent).toMatchObject({
      MESSAGE: 'small-0: LAMP (configure, configuration) is sent', PRIORITY: '5', SYSLOG_IDENTIFIER: 'auxctl', AUXCTL_TYPE: 'intent', AUXCTL_SEQUENCE: '2', AUXCTL_DEVICE: 'small-0', AUXCTL_PCI: '1af4:0001',
      AUXCTL_EFFECT: 'configure', AUXCTL_REASON: 'two\nlines',
    });
    expect(JSON.parse(sent?.['AUXCTL_RECORD'] ?? '')).toMatchObject({ sequence: 2, type: 'intent', fields: { state: '1' } });
    expect(outcome).toMatchObject({ MESSAGE: 'small-0: LAMP (configure, configuration): answered', AUXCTL_INTENT: '2', AUXCTL_SEQUENCE: '3', AUXCTL_RESULT: 'answered' });
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 3 });
  });

  it('gets what others sent, one observer at a time', async () => {
    using state = new State();
    const options = { state: state.path, native: defaultNative, systemJournal: path };
    const from = received.length;
    {
      await using observer = await JournalObserver.open(options);
      await expect(JournalObserver.open(options)).rejects.toMatchObject({ code: 'ERR_JOURNAL', exitStatus: 4 });
      const records = await observer.record([watchRecord(), observed({ process: { pid: 81, name: 'a\nb' } }), watchRecord({ event: 'lost', why: 'overrun', lost: 3 })]);
      expect(records.map(({ sequence, type }) => [sequence, type])).toEqual([[2, 'watch'], [3, 'observed'], [4, 'watch']]);
    }
    await (await JournalObserver.open(options)).close();
    await vi.waitFor(() => { expect(received).toHaveLength(from + 3); }, { timeout: 5000 });
    expect(received.slice(from)).toMatchObject([
      { MESSAGE: 'watching commands of other programs has begun', PRIORITY: '5', AUXCTL_TYPE: 'watch', AUXCTL_SEQUENCE: '2' },
      { MESSAGE: 'small-0: LAMP LAMP (configure, configuration) was sent by a program that has ended, process 81', PRIORITY: '4', AUXCTL_TYPE: 'observed', AUXCTL_PROCESS: '81', AUXCTL_PROCESS_NAME: 'a\nb', AUXCTL_DEVICE: 'small-0', AUXCTL_RESULT: 'passed' },
      { MESSAGE: 'commands of other programs were missed: 3 (overrun)', PRIORITY: '4', AUXCTL_EVENT: 'lost' },
    ]);
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 4 });
  });

  it('does without when nobody listens there', async () => {
    using state = new State();
    for (const systemJournal of [folder, join(folder, 'none')]) {
      const record = await journalRecorder({ state: state.path, systemJournal, warn: (text) => state.warnings.push(text) }).begin([intent()]);
      await record.end([{ ok: true, replyLengthBytes: 4 }]);
    }
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 5, unfinished: { count: 0 } });
    expect(state.warnings).toEqual([]);
  });

  it('takes turns with other writers', async () => {
    using state = new State();
    await Promise.all(Array.from({ length: 20 }, async () => {
      const recorder = journalRecorder({ state: state.path, systemJournal: join(folder, 'none'), warn: (text) => state.warnings.push(text) });
      for (let count = 0; count < 5; count++) await (await recorder.begin([intent()])).end([{ ok: true, replyLengthBytes: 1 }]);
    }));
    expect(await verifyJournal(state.path)).toMatchObject({ state: 'intact', records: 201, recoveries: 0, unfinished: { count: 0 } });
  });

  it('gives up waiting for its turn when the caller does', async () => {
    using state = new State();
    const recorder = journalRecorder({ state: state.path, systemJournal: join(folder, 'none'), warn: () => undefined });
    await recorder.begin([intent()]);
    await expect(recorder.begin([intent()], AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await verifyJournal(state.path)).toMatchObject({ records: 2 });
  });
});
