import { config } from './firmware/endpoints/config.js';
import { diagnostics, empty, log } from './firmware/endpoints/diagnostics.js';
import { broken, fault } from './firmware/endpoints/faults.js';
import { port } from './firmware/endpoints/port.js';
import { system, versionOnly } from './firmware/endpoints/system.js';
import type { Endpoint } from './firmware/types.js';

/** One kind of simulated card. The firmware package is the simulator's own: that of real cards is not public. */
export interface Profile {
  readonly name: string;
  readonly firmware: string;
  readonly firmwarePackage: string;
  readonly build: number;
  readonly asicType: number;
  readonly asicRevision: number;
  readonly serial: (index: number) => string;
  readonly ports: number;
  readonly maxSpeedMbit: number;
  /** Degrees Celsius, on average. */
  readonly temperature: number;
  /** Bits as SYSTEM_CAPABILITIES gives them: in force, and what a license would add. */
  readonly features: number;
  readonly lockedFeatures: number;
  readonly maxRequestBytes: number;
  readonly maxReplyBytes: number;
  readonly endpoints: readonly Endpoint[];
}

const dsc: Profile = {
  name: 'dsc-sim',
  firmware: '1.120.0-SIM-7',
  firmwarePackage: 'auxctl-sim-1',
  build: 20_260_115,
  asicType: 0,
  asicRevision: 2,
  serial: (index) => `SIMDSC${index.toString().padStart(5, '0')}`,
  ports: 2,
  maxSpeedMbit: 200_000,
  temperature: 61,
  features: 0x1f,
  lockedFeatures: 0x20,
  maxRequestBytes: 4096,
  maxReplyBytes: 16_384,
  endpoints: [system, port, config, log, diagnostics, empty],
};

/** A firmware with one operation, and small messages. */
const minimal: Profile = { ...dsc, name: 'minimal', firmware: '1.0.0-SIM-1', ports: 1, features: 0, lockedFeatures: 0, maxRequestBytes: 64, maxReplyBytes: 256, endpoints: [versionOnly] };

/** With endpoints that answer as a test tells them to. */
const faulty: Profile = { ...dsc, name: 'faulty', endpoints: [...dsc.endpoints, fault, broken] };

/** The default first. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([dsc, minimal, faulty].map((profile) => [profile.name, profile]));
