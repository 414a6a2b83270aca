import { InProcessTransport, type Transport } from '@auxctl/core';
import { createUserContext, destroyUserContext } from './driver.js';
import type { FirmwareModel } from './firmware/types.js';
import { dword } from './wire.js';

const MAX_RPC_BYTES = 2 * 1024 * 1024;
/** fwctl's number for mlx5. */
const DEVICE_TYPE = 1;

/**
 * Reaches a firmware model in this process, as the kernel's driver would: each transport makes a user context, whose number is put
 * into every request. The model must be operational; `device` is the address that errors name.
 *
 * @throws ERR_TRANSPORT_TIMEOUT when the firmware hangs; ERR_NO_TRANSPORT when it has no context left.
 */
export function openSimTransport(firmware: FirmwareModel, device: string): Transport {
  const { uid, capabilities } = createUserContext(firmware);
  const { generation } = firmware;
  return new InProcessTransport({
    device,
    limits: { maxRequestBytes: MAX_RPC_BYTES, maxReplyBytes: MAX_RPC_BYTES },
    info: { deviceType: DEVICE_TYPE, data: new Uint8Array(Uint32Array.of(uid, capabilities).buffer) },
    isPresent: () => firmware.generation === generation,
    execute: ({ request, replyLengthBytes }) => {
      const stamped = request.slice();
      dword(stamped, 0x0, [15, 0, uid]);
      return firmware.execute(stamped, replyLengthBytes);
    },
    release: () => { destroyUserContext(firmware, uid); },
  });
}
