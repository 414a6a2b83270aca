import { AuxctlError, type RpcRequest, type Transport } from '@auxctl/core';
import { simulator } from '../../../vendors/pds/sim/index.js';

/** Moments, in milliseconds since power-on, that tell what changes with time from what does not. */
const MOMENTS_MS = [7_000, 67_031, 3_661_117];

/** What the firmware model says to a request in this process, with the driver's checks in between and no kernel. */
export type PdsReply =
  /** In hexadecimal, and which bytes stay the same as time goes by. */
  | { readonly reply: string; readonly isSteady: readonly boolean[] }
  | { readonly code: string; readonly message: string };

type Request = Pick<RpcRequest, 'scope' | 'replyLengthBytes'> & { readonly request: string };

/** Puts requests (hexadecimal), one after the other, to models of a profile; `index` is the simulated device's. */
export async function pdsReplies(requests: readonly Request[], profile: string, index: number): Promise<PdsReply[]> {
  const all = await Promise.all(MOMENTS_MS.map(async (moment) => {
    let nowMs = 0;
    const transport = await simulator.create({ index, profile, now: () => nowMs }).openTransport();
    nowMs = moment;
    const answers: (Uint8Array | AuxctlError)[] = [];
    for (const request of requests) answers.push(await answerOf(transport, request));
    return answers;
  }));
  return requests.map((_, at): PdsReply => {
    const [first, ...others] = all.map((answers) => answers[at]);
    if (first instanceof AuxctlError) return { code: first.code, message: first.message };
    const bytes = [...(first ?? [])];
    return { reply: Buffer.from(bytes).toString('hex'), isSteady: bytes.map((byte, place) => others.every((other) => other instanceof Uint8Array && other[place] === byte)) };
  });
}

async function answerOf(transport: Transport, { request, scope, replyLengthBytes }: Request): Promise<Uint8Array | AuxctlError> {
  try {
    return await transport.rpc({ request: Buffer.from(request, 'hex'), scope, replyLengthBytes });
  } catch (error) {
    if (error instanceof AuxctlError) return error;
    throw error;
  }
}
