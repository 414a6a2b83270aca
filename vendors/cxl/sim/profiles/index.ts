import { OPCODE, type Profile } from '../firmware/types.js';
import { pack } from '../wire.js';
import { LABEL, OWN, TEST_FEATURE } from './own-features.js';
import { ECS, PATROL_SCRUB, SPECIFIED } from './spec-features.js';

const READING = [OPCODE.setTimestamp, OPCODE.getSupportedLogs, OPCODE.getLog, OPCODE.getSupportedFeatures, OPCODE.getFeature, OPCODE.identify];

const EXPANDER: Profile = {
  name: 'expander', firmware: 'SIM.2.7.1', payloadBytes: 2048, opcodes: [...READING, OPCODE.setFeature], features: [...SPECIFIED, ...OWN],
};

/** Set Feature succeeds, and nothing changes. */
const FORGETFUL: Profile = { ...EXPANDER, name: 'forgetful', dropsWrites: true };

/**
 * The least that makes the kernel offer features, none of which can be set; one of the specification's is longer than it says, one shorter.
 */
const MINIMAL: Profile = {
  name: 'minimal', firmware: 'SIM.1.0.0', payloadBytes: 256, opcodes: [OPCODE.getSupportedFeatures, OPCODE.getFeature],
  features: [{ ...PATROL_SCRUB, value: pack(PATROL_SCRUB.value, [2, 0x5ca1]), getVersion: 3 }, { ...ECS, value: ECS.value.slice(0, 1) }, { ...TEST_FEATURE, flags: 0, setBytes: 0 }, LABEL],
};

/** By name, the default first. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([EXPANDER, FORGETFUL, MINIMAL].map((profile) => [profile.name, profile]));
