import { expect, test } from 'vitest';
import { InProcessTransport, type InProcessModel } from './in-process.js';

const meanings = {
  refusals: [{ errno: 'EPERM', meaning: 'The scope is too low.' }],
  deliveryFailures: [{ errno: 'EIO', meaning: 'The queue took it badly.' }],
};

/** Answers a request with the errno that it spells, and with its own bytes when it spells none. */
function transport(more: Partial<InProcessModel> = {}): InProcessTransport {
  return new InProcessTransport({
    device: 'sim-0', limits: { maxRequestBytes: 16, maxReplyBytes: 16 }, info: { data: new Uint8Array() }, meanings, isPresent: () => true,
    execute: ({ request }) => {
      const errno = Buffer.from(request).toString('latin1');
      return errno.startsWith('E') ? { errno } : request;
    },
    ...more,
  });
}

const asking = (text: string) => ({ request: Buffer.from(text, 'latin1'), replyLengthBytes: 8, scope: 'configuration' as const });

test.each([
  ['EPERM', 'ERR_KERNEL_REFUSED', /The scope is too low/], ['EIO', 'ERR_DELIVERY', /The queue took it badly/],
  ['ENODEV', 'ERR_DEVICE_GONE', /gone/], ['ETIMEDOUT', 'ERR_TRANSPORT_TIMEOUT', /in time/], ['ENOSPC', 'ERR_SYSTEM_CALL', /ioctl failed: ENOSPC/],
])('an errno of the driver, %s, is what it would be from a node: %s', async (errno, code, message) => {
  await expect(transport().rpc(asking(errno))).rejects.toMatchObject({ code, device: 'sim-0', message: expect.stringMatching(message) as string });
});

test('without meanings an errno is a system call that failed', async () => {
  await expect(new InProcessTransport({ device: 'sim-0', limits: { maxRequestBytes: 4, maxReplyBytes: 4 }, info: { data: new Uint8Array() }, isPresent: () => true, execute: () => ({ errno: 'EIO' }) })
    .rpc({ ...asking('x'), replyLengthBytes: 4 })).rejects.toMatchObject({ code: 'ERR_SYSTEM_CALL', errno: 'EIO' });
});

test('what the driver says against one request of a batch is the outcome of that request alone', async () => {
  const outcomes = await transport().rpcBatch(['ok', 'EPERM', 'fine'].map(asking));
  expect(outcomes).toMatchObject([{ ok: true, reply: Buffer.from('ok') }, { ok: false, error: { code: 'ERR_KERNEL_REFUSED' } }, { ok: true, reply: Buffer.from('fine') }]);
});
