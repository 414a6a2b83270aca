import { EFFECT, FLAG, type FeatureProfile } from '../firmware/types.js';
import { pack } from '../wire.js';

/** The features that CXL 3.2 itself names. All of them are for the kernel alone, which lists them as unchangeable. */

const FLAGS = FLAG.changeable | FLAG.hasDefault | FLAG.hasSaved;
const VERSIONS = { getVersion: 1, setVersion: 1 } as const;

/** What the four kinds of sparing and the two of package repair begin with: class 2 is sparing, 1 package repair. */
function maintenance(latency: number, operationClass: number, subclass: number): Uint8Array {
  return pack([1, latency], [2, 0], [2, 0], [1, operationClass], [1, subclass], new Uint8Array(9));
}

function repair(uuid: string, subclass: number, restrictions: number): FeatureProfile {
  const value = pack(maintenance(0x21, 1, subclass), [1, 0x07], [2, restrictions], [1, 0x01]);
  return { uuid, value, setBytes: 3, flags: FLAGS, effects: EFFECT.valid | EFFECT.immediateConfig, ...VERSIONS };
}

function sparing(uuid: string, subclass: number, restrictions: number): FeatureProfile {
  const value = pack(maintenance(0x13, 2, subclass), [1, 0], [2, restrictions]);
  return { uuid, value, setBytes: 2, flags: FLAGS, effects: EFFECT.valid | EFFECT.immediateConfig, ...VERSIONS };
}

/** Patrol scrub: a cycle of 12 hours, of at least 1, switched on. */
export const PATROL_SCRUB: FeatureProfile = {
  uuid: '96dad7d6-fde8-482b-a733-75774e06db8a', value: pack([1, 0x03], [1, 12], [1, 1], [1, 1]), setBytes: 2, flags: FLAGS,
  effects: EFFECT.valid | EFFECT.immediateConfig, ...VERSIONS,
};

/** Error check and scrub of two parts that can be replaced: thresholds of 1024 and 4096, the second counts codewords. */
export const ECS: FeatureProfile = {
  uuid: 'e5b13f22-2328-4a14-b8ba-b9691e893386', value: pack([1, 0x01], [1, 1], [2, 0x04], [1, 0], [1, 1], [2, 0x0d], [1, 0]), setBytes: 5, flags: FLAGS,
  effects: EFFECT.valid | EFFECT.immediatePolicy, ...VERSIONS,
};

/** All of them. */
export const SPECIFIED: readonly FeatureProfile[] = [
  PATROL_SCRUB,
  ECS,
  repair('892ba475-fad8-474e-9d3e-692c917568bb', 0, 0x0001),
  repair('80ea4521-786f-4127-afb1-ec7459fb0e24', 1, 0x0005),
  sparing('96c33386-91dd-44c7-9ecb-fdaf6503bac4', 0, 0x0004),
  sparing('450ebf67-b135-4f97-a498-c2d57f279bed', 1, 0x0006),
  sparing('78b79636-90ac-4b64-a4ef-faac5d18a863', 2, 0x0006),
  sparing('34dbaff5-0552-4281-8f76-da0b5e7a76a7', 3, 0x0003),
];
