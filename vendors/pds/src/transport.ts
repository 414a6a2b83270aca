import { compileLayout, integerField, MACHINE_BYTE_ORDER, openFwctl, requireNode, UsageError, type Codec, type Device, type FwctlEnvelope, type LayoutStore, type OpenContext, type RpcRequest, type Transport } from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };

const MESSAGE = 'fwctl_rpc_pds';
const BITS_PER_BYTE = 8;

/** The layouts that a message is made with. */
interface Layouts {
  /** The driver's structure, in this machine's byte order. */
  readonly message: Codec;
  readonly request: Codec;
  readonly reply: Codec;
}

/** Opens the kernel's fwctl node. Rejects as {@link openFwctl} does, and with `ERR_USAGE` for another transport. */
export async function open(device: Device, { native, wait, layouts, transport = 'fwctl' }: OpenContext): Promise<Transport> {
  if (transport !== 'fwctl') throw new UsageError('ERR_USAGE', `${manifest.name} has no transport ${transport}`, { device: device.address });
  return openFwctl({ native, node: requireNode(device), device: device.address, meanings: manifest, envelope: await driverEnvelope(layouts), ...wait });
}

/**
 * What the driver puts around a request and its reply (Linux 7.2, include/uapi/fwctl/pds.h): one structure both ways, with the addresses of the
 * payloads. It hands back the payload's room whole, with zeros behind what firmware gave, and does not say how much that was.
 */
export async function driverEnvelope(store: LayoutStore): Promise<FwctlEnvelope> {
  const layouts: Layouts = {
    message: compileLayout({ ...(await store.document('structures', 'driver')), byteOrder: MACHINE_BYTE_ORDER }, [], MESSAGE),
    request: await store.codec('structures', 'framing', 'request_words'),
    reply: await store.codec('structures', 'framing', 'reply_header'),
  };
  const [requestPlace, replyPlace] = [placeOf(layouts.message, 'in_payload'), placeOf(layouts.message, 'out_payload')];
  return {
    wrap({ request, replyLengthBytes }) {
      const { payload, roomBytes } = payloadsOf({ request, replyLengthBytes }, layouts);
      const { op, ep } = layouts.request.decode(request);
      const message = layouts.message.encode({ op: Number(op), ep: Number(ep), in_len: payload.length, out_len: roomBytes });
      const pointers = [{ offsetBytes: requestPlace, buffer: payload }, { offsetBytes: replyPlace, buffer: { lengthBytes: roomBytes } }];
      return { message, pointers, replyLengthBytes: message.length };
    },
    unwrap(answer, [, payload = new Uint8Array()]) {
      const header = layouts.reply.encode({ retval: integerField(layouts.message.decode(answer), 'retval') });
      const reply = new Uint8Array(header.length + payload.length);
      reply.set(header);
      reply.set(payload, header.length);
      return reply;
    },
  };
}

function payloadsOf({ request, replyLengthBytes }: Pick<RpcRequest, 'request' | 'replyLengthBytes'>, { request: header, reply }: Layouts): { readonly payload: Uint8Array; readonly roomBytes: number } {
  if (replyLengthBytes < reply.sizeBytes) throw new UsageError('ERR_USAGE', `a reply has at least ${reply.sizeBytes} bytes, not ${replyLengthBytes}`);
  return { payload: request.subarray(header.sizeBytes), roomBytes: replyLengthBytes - reply.sizeBytes };
}

function placeOf({ scope, structure }: Codec, name: string): number {
  return (scope.structures.get(structure)?.fields.find((field) => field.name === name)?.offsetBits ?? 0) / BITS_PER_BYTE;
}
