import { bringUp } from '../../../vendors/mlx5/sim/driver.js';
import { createFirmware } from '../../../vendors/mlx5/sim/firmware/model.js';

/** Moments, in milliseconds since power-on, that tell what changes with time from what does not. */
const MOMENTS_MS = [7_000, 67_031, 3_661_117];

/** What the firmware model says to a request in this process, where no kernel, no bus and no layout is between. */
export interface ModelReply {
  /** In hexadecimal. */
  readonly reply: string;
  /** Which of its bytes stay the same as time goes by. */
  readonly isSteady: readonly boolean[];
}

/**
 * Puts requests (hexadecimal) to models that a stand-in driver has brought up, each as the driver itself, with room for a reply of so many
 * bytes. `index` is the simulated device's.
 */
export function modelReplies(requests: readonly { readonly request: string; readonly replyBytes: number }[], index: number): ModelReply[] {
  const replies = MOMENTS_MS.map((moment) => {
    let nowMs = 0;
    const model = createFirmware({ profile: 'connectx-6-dx', index, uars: { first: 4, count: 64 }, now: () => nowMs });
    bringUp(model);
    nowMs = moment;
    return requests.map(({ request, replyBytes }) => model.execute(asDriver(request), replyBytes) ?? new Uint8Array());
  });
  return requests.map((_, at) => {
    const [first = new Uint8Array(), ...others] = replies.map((all) => all[at] ?? new Uint8Array());
    return { reply: Buffer.from(first).toString('hex'), isSteady: [...first].map((byte, place) => others.every((other) => other[place] === byte)) };
  });
}

/** The kernel stamps its own user context into requests; a model that it does not drive has none. */
function asDriver(request: string): Uint8Array {
  const bytes = Buffer.from(request, 'hex');
  bytes.fill(0, 2, 4);
  return bytes;
}
