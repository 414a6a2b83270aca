import { InProcessTransport, UsageError, type ErrnoMeanings, type RpcRequest, type Transport } from '@auxctl/core';
import type { DriverResult, KernelDriver } from './driver.js';
import { packed, u32 } from './wire.js';

const MOST_BYTES = 2 * 1024 * 1024;
/** fwctl's number for this driver. */
const DEVICE_TYPE = 4;
/** Operation and endpoint before a request's payload; the operation's result before a reply's. */
const REQUEST_HEADER_BYTES = 8;
const REPLY_HEADER_BYTES = 4;
const SCOPES = ['configuration', 'debug-read-only', 'debug-write', 'debug-write-full'] as const;

/** Reaches the driver in this process. What it says of an open node is nothing, as of Linux 7.2. */
export function openSimTransport(driver: KernelDriver, device: string, meanings: ErrnoMeanings): Transport {
  return new InProcessTransport({
    device,
    limits: { maxRequestBytes: MOST_BYTES, maxReplyBytes: MOST_BYTES },
    info: { deviceType: DEVICE_TYPE, data: new Uint8Array() },
    meanings,
    isPresent: () => true,
    execute: ({ request, replyLengthBytes, scope }) => {
      if (replyLengthBytes < REPLY_HEADER_BYTES) throw new UsageError('ERR_USAGE', `a reply has at least ${REPLY_HEADER_BYTES} bytes, not ${replyLengthBytes}`, { device });
      const result = call(driver, { request, replyLengthBytes, scope });
      if (result === undefined || 'errno' in result) return result;
      return new Uint8Array(Buffer.concat([packed(REPLY_HEADER_BYTES, [0, 4, result.result]), result.data]));
    },
  });
}

function call(driver: KernelDriver, { request, replyLengthBytes, scope }: RpcRequest): DriverResult {
  return driver.call({
    operation: u32(request, 0),
    endpoint: u32(request, 4),
    payload: request.subarray(REQUEST_HEADER_BYTES),
    roomBytes: replyLengthBytes - REPLY_HEADER_BYTES,
    scope: SCOPES.indexOf(scope),
  });
}
