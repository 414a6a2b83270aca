import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellServiceIsReady } from './service-manager.js';

/** Prints who sent a datagram, as the service manager looks, and what. */
const MANAGER = `
import socket, struct, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
manager.bind(sys.argv[1])
print('listening', flush=True)
while True:
    data, ancillary, _, _ = manager.recvmsg(4096, 256)
    print('%d %s' % (struct.unpack('3i', ancillary[0][2])[0], data.decode()), flush=True)
`;

describe('a service that is ready', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auxctl-notify-'));
  const socket = join(folder, 'notify');
  const manager = spawn('python3', ['-c', MANAGER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = createInterface(manager.stdout);
  beforeAll(async () => { await once(told, 'line'); });
  afterAll(() => {
    manager.kill();
    rmSync(folder, { recursive: true });
  });

  it('is told to who started it, by the process that was started', async () => {
    const line = once(told, 'line');
    await tellServiceIsReady({ socket });
    expect(await line).toEqual([`${process.pid} READY=1`]);
  });

  it('is told to nobody where nobody asked', async () => {
    const native = (): never => expect.fail('the shim is not needed');
    await tellServiceIsReady({ socket: undefined, native });
    await tellServiceIsReady({ socket: '', native });
  });

  it('says why it cannot be told', async () => {
    await expect(tellServiceIsReady({ socket: join(folder, 'none') })).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'ENOENT', message: `connect on ${join(folder, 'none')} failed: ENOENT` });
  });
});
