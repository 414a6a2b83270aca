import { createHash } from 'node:crypto';
import type { CommandLogEntry } from '@auxctl/core';
import { pack, text, uintAt, uuidAt, uuidBytes } from '../wire.js';
import { Features } from './features.js';
import { CODE, OPCODE, refusal, success, type Answer, type Faults, type Profile } from './types.js';

/** The command effects log, which lists the commands that there are (CXL 3.2, section 8.2.9.5.2.1). */
const CEL_UUID = '0da9c0b5-bf41-4b78-8f79-96b1623b3f17';
/** Effects in it: setting a feature changes configuration, at once or at a reset. */
const CEL_EFFECTS: Readonly<Record<number, number>> = { [OPCODE.setFeature]: 0x0203 };
const NAMES = new Map<number, string>(Object.entries(OPCODE).map(([name, opcode]) => [opcode, name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()]));

/** The firmware of a memory device: the commands of its primary mailbox. */
export class Firmware {
  readonly profile: Profile;
  readonly faults: Faults;
  readonly #features: Features;
  readonly #onCommand: ((entry: CommandLogEntry) => void) | undefined;
  readonly #celBytes: Uint8Array;
  #sequence = 0;

  constructor(profile: Profile, onCommand?: (entry: CommandLogEntry) => void) {
    this.profile = profile;
    this.faults = { hang: false, isDeaf: false, dropWrites: profile.dropsWrites ?? false };
    this.#features = new Features(profile.features, profile.payloadBytes, this.faults);
    this.#onCommand = onCommand;
    this.#celBytes = pack(...profile.opcodes.flatMap((opcode) => [[2, opcode], [2, CEL_EFFECTS[opcode] ?? 0]] as const));
  }

  /** Executes one command; undefined when the firmware hangs and does not answer. */
  execute(opcode: number, payload: Uint8Array): Answer | undefined {
    const answer = this.faults.hang ? undefined : this.#run(opcode, payload);
    this.#onCommand?.({ sequence: this.#sequence++, command: NAMES.get(opcode) ?? `0x${opcode.toString(16)}`, request: payload.slice(), status: answer?.code });
    return answer;
  }

  /** The function was reset: what was saved is in force. */
  reset(): void {
    this.#features.reset();
  }

  /** A hash of all that a command can change. */
  digest(): string {
    return createHash('sha256').update(this.#features.state).digest('hex');
  }

  #run(opcode: number, payload: Uint8Array): Answer {
    if (!this.profile.opcodes.includes(opcode) && !this.#isAlwaysThere(opcode)) return refusal(CODE.unsupported);
    switch (opcode) {
      case OPCODE.setTimestamp: return payload.length === 8 ? success() : refusal(CODE.payloadLength);
      case OPCODE.getSupportedLogs: return success(pack([2, 1], [6, 0], uuidBytes(CEL_UUID), [4, this.#celBytes.length]));
      case OPCODE.getLog: return this.#log(payload);
      case OPCODE.identify: return success(this.#identity());
      case OPCODE.getSupportedFeatures: return this.#features.list(payload);
      case OPCODE.getFeature: return this.#features.get(payload);
      case OPCODE.setFeature: return this.#features.set(payload);
      default: return refusal(CODE.unsupported);
    }
  }

  #isAlwaysThere(opcode: number): boolean {
    return opcode === OPCODE.getSupportedLogs || opcode === OPCODE.getLog || opcode === OPCODE.identify;
  }

  #log(payload: Uint8Array): Answer {
    if (payload.length !== 24) return refusal(CODE.payloadLength);
    if (uuidAt(payload, 0) !== CEL_UUID) return refusal(CODE.log);
    const [offset, length] = [uintAt(payload, 16, 4), uintAt(payload, 20, 4)];
    return length > this.profile.payloadBytes || offset + length > this.#celBytes.length ? refusal(CODE.invalidInput) : success(this.#celBytes.slice(offset, offset + length));
  }

  /** Identify Memory Device (CXL 3.2, section 8.2.9.9.1.1): 256 MiB, all of it volatile. */
  #identity(): Uint8Array {
    return pack(text(16, this.profile.firmware), [6, 1], [2, 0], [6, 1], [2, 0], [6, 0], [2, 0], [6, 0], [2, 0], new Uint8Array(8), [4, 0], [3, 0], [2, 0], [1, 0], [1, 0]);
  }
}
