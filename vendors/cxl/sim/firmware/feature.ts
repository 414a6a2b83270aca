import { CODE, EFFECT, FLAG, type Code, type FeatureProfile } from './types.js';

const SELECTION = { current: 0, default: 1, saved: 2 } as const;
const IMMEDIATE = EFFECT.immediateConfig | EFFECT.immediateData | EFFECT.immediatePolicy | EFFECT.immediateLog;

/** One feature and its three values. */
export class Feature {
  readonly profile: FeatureProfile;
  #current: Uint8Array;
  #saved: Uint8Array;

  constructor(profile: FeatureProfile) {
    this.profile = profile;
    this.#current = profile.value;
    this.#saved = profile.value;
  }

  /** All that a command can change. */
  get state(): string {
    return [this.#current, this.#saved].map((value) => Buffer.from(value).toString('hex')).join('/');
  }

  /** The value that a selection means; undefined for one that the feature does not offer. */
  read(selection: number): Uint8Array | undefined {
    const { flags, value } = this.profile;
    if (selection === SELECTION.current) return this.#current;
    if (selection === SELECTION.default && (flags & FLAG.hasDefault) !== 0) return value;
    return selection === SELECTION.saved && (flags & FLAG.hasSaved) !== 0 ? this.#saved : undefined;
  }

  /** Could these bytes be set? */
  check(offset: number, data: Uint8Array, version: number): Code {
    const { flags, setBytes, setVersion, accepts } = this.profile;
    if ((flags & FLAG.changeable) === 0 || data.length === 0 || offset + data.length > setBytes) return CODE.invalidInput;
    if (version !== setVersion) return CODE.featureVersion;
    return accepts === undefined || accepts(this.#with(this.#saved, offset, data)) ? CODE.success : CODE.invalidInput;
  }

  /** Sets bytes that have been checked: for now where the effect is immediate, else as of the next reset. */
  write(offset: number, data: Uint8Array): void {
    this.#saved = this.#with(this.#saved, offset, data);
    if (this.profile.isAtOnce === true || (this.profile.effects & IMMEDIATE) !== 0) this.#current = this.#with(this.#current, offset, data);
  }

  /** The function was reset: what was saved is in force. */
  reset(): void {
    this.#current = this.#saved;
  }

  #with(value: Uint8Array, offset: number, data: Uint8Array): Uint8Array {
    const changed = value.slice();
    changed.set(data, offset);
    return changed;
  }
}
