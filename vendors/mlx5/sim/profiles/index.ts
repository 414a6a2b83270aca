import { CONNECTX_6_DX } from './connectx-6-dx.js';
import { MINIMAL } from './minimal.js';
import type { Profile } from './types.js';

/** By name, the default first. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([CONNECTX_6_DX, MINIMAL].map((profile) => [profile.name, profile]));
