import { EFFECT, FLAG, type FeatureProfile } from '../firmware/types.js';
import { pack, text } from '../wire.js';

/** Features of the simulated vendor's own, one for each kind of effect and each rule of the driver. */

const ALL_FLAGS = FLAG.changeable | FLAG.persistsUpdate | FLAG.hasDefault | FLAG.hasSaved;

function own(uuid: string, value: Uint8Array, effects: number, more: Partial<FeatureProfile> = {}): FeatureProfile {
  return { uuid, value, setBytes: value.length, flags: ALL_FLAGS, effects: EFFECT.valid | effects, getVersion: 1, setVersion: 1, ...more };
}

/** What every simulated memory device of the kernel's own tests has (`tools/testing/cxl/test/mem.c`): it shows what is set at once. */
export const TEST_FEATURE = own('ffffffff-ffff-ffff-ffff-ffffffffffff', pack([4, 0xdeadbeef]), EFFECT.coldReset, { flags: FLAG.changeable | FLAG.hasDefault | FLAG.hasSaved, isAtOnce: true });

/** Temperatures at which the device slows down, in degrees; rising. As of the next conventional reset. */
export const THROTTLING = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee01', pack([1, 70], [1, 85], [1, 95], [1, 0]), EFFECT.conventionalReset, {
  accepts: ([slow = 0, slower = 0, off = 0]) => slow < slower && slower < off, setVersion: 2, getVersion: 2,
});

/** How many requests the device queues: at once. */
export const QUEUE_DEPTH = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee02', pack([2, 64], [2, 0]), EFFECT.immediateConfig, { flags: FLAG.changeable });

/** Who may see its telemetry: a policy, and a change of the security state. */
export const TELEMETRY_ACCESS = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee03', pack([1, 1], [3, 0]), EFFECT.immediatePolicy | EFFECT.security);

/** A table of 5000 bytes, more than a mailbox takes at once. As of the next CXL reset. */
export const ADDRESS_FILTER = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee04', Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) % 251), EFFECT.cxlReset);

/** A change that runs in the background, which the driver does not pass. */
export const MEDIA_TEST = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee05', pack([4, 0]), EFFECT.immediateData | EFFECT.background);

/** Effects that no specification names, which the driver does not pass. */
export const FUTURE = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee06', pack([4, 6]), EFFECT.immediateConfig | 0x1000);

/** Changeable without any effect, which the driver does not pass. */
export const EFFECTLESS = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee07', pack([4, 7]), 0);

/** A label that nobody can change. */
export const LABEL = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee08', text(16, 'SIMULATED'), 0, { flags: 0, setBytes: 0, setVersion: 0 });

/** Changed at once and, in part, at a cold reset: the driver wants the scope of the stronger of the two. */
export const REFRESH_RATE = own('1f6c2b04-8d3a-4c51-9e0b-7a55c0ffee09', pack([2, 7800]), EFFECT.immediateData | EFFECT.coldReset, { flags: FLAG.changeable | FLAG.hasSaved });

/** All of them. */
export const OWN: readonly FeatureProfile[] = [
  TEST_FEATURE, THROTTLING, QUEUE_DEPTH, TELEMETRY_ACCESS, ADDRESS_FILTER, MEDIA_TEST, FUTURE, EFFECTLESS, LABEL, REFRESH_RATE,
];
