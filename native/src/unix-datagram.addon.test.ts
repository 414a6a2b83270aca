import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native } from '../test/support.js';

const code = (name: string): unknown => expect.objectContaining({ name: 'NativeError', code: name });
const RECEIVER = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('ready', flush=True)
while True: print(receiver.recv(1 << 20).hex(), flush=True)
`;

describe('a UNIX datagram socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-datagram-'));
  const path = join(folder, 'socket');
  const receiver = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  beforeAll(async () => { await once(receiver.stdout, 'data'); });
  afterAll(() => {
    receiver.kill();
    rmSync(folder, { recursive: true });
  });

  it('sends each datagram whole', async () => {
    using socket = native().connectDatagram(path);
    for (const bytes of [[1, 2, 3], [255], Array.from({ length: 5000 }, (_, index) => index % 256)]) {
      socket.send(Uint8Array.from(bytes));
      let received = '';
      while (!/[0-9a-f]\n$/.test(received)) received += String((await once(receiver.stdout, 'data') as [Buffer])[0]);
      expect(received.trim()).toBe(Buffer.from(bytes).toString('hex'));
    }
  });

  it('says why it cannot', () => {
    using socket = native().connectDatagram(path);
    expect(() => { socket.send(new Uint8Array(8 << 20)); }).toThrow(code('EMSGSIZE'));
    socket.close();
    expect(() => { socket.send(Uint8Array.of(1)); }).toThrow(code('ERR_NATIVE_CLOSED'));
    expect(() => native().connectDatagram(join(folder, 'none'))).toThrow(code('ENOENT'));
    expect(() => native().connectDatagram('x'.repeat(200))).toThrow(code('ENAMETOOLONG'));
    expect(() => native().connectDatagram(5 as never)).toThrow(code('ERR_NATIVE_ARGUMENT'));
  });
});
