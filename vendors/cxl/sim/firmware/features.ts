import { joined, pack, uintAt, uuidAt, uuidBytes } from '../wire.js';
import { Feature } from './feature.js';
import { CODE, refusal, success, type Answer, type Faults, type FeatureProfile } from './types.js';

const LIST_REQUEST_BYTES = 8;
const GET_REQUEST_BYTES = 21;
const SET_HEADER_BYTES = 32;
const LIST_HEADER_BYTES = 8;
const ENTRY_BYTES = 48;
const ACTION = { full: 0, initiate: 1, continue: 2, finish: 3, abort: 4 } as const;
const ACTION_MASK = 0x7;

/** A Set Feature that comes in parts. */
interface Transfer {
  readonly uuid: string;
  readonly start: number;
  readonly parts: Uint8Array[];
}

/** The device's features, and the commands that reach them (CXL 3.2, section 8.2.9.6). */
export class Features {
  readonly #features: ReadonlyMap<string, Feature>;
  readonly #payloadBytes: number;
  readonly #faults: Faults;
  #transfer: Transfer | undefined;

  constructor(profiles: readonly FeatureProfile[], payloadBytes: number, faults: Faults) {
    this.#features = new Map(profiles.map((profile) => [profile.uuid, new Feature(profile)]));
    this.#payloadBytes = payloadBytes;
    this.#faults = faults;
  }

  /** All that a command can change. */
  get state(): string {
    return [...this.#features].map(([uuid, { state }]) => `${uuid} ${state}`).join('\n');
  }

  /** The function was reset. */
  reset(): void {
    this.#transfer = undefined;
    for (const feature of this.#features.values()) feature.reset();
  }

  /** Get Supported Features: as many entries as fit into the room that the request names, header included. */
  list(request: Uint8Array): Answer {
    if (request.length !== LIST_REQUEST_BYTES) return refusal(CODE.payloadLength);
    const [count, start] = [uintAt(request, 0, 4), uintAt(request, 4, 2)];
    const all = [...this.#features.values()];
    const room = Math.min(count, this.#payloadBytes) - LIST_HEADER_BYTES;
    if (room < 0 || (start > 0 && start >= all.length)) return refusal(CODE.invalidInput);
    const shown = all.slice(start, start + Math.floor(room / ENTRY_BYTES));
    return success(pack([2, shown.length], [2, all.length], [4, 0], ...shown.map(({ profile }, at) => entry(profile, start + at))));
  }

  /** Get Feature: exactly the bytes asked for. */
  get(request: Uint8Array): Answer {
    if (request.length !== GET_REQUEST_BYTES) return refusal(CODE.payloadLength);
    const feature = this.#features.get(uuidAt(request, 0));
    if (feature === undefined) return refusal(CODE.unsupported);
    const [offset, count] = [uintAt(request, 16, 2), uintAt(request, 18, 2)];
    const value = feature.read(uintAt(request, 20, 1));
    if (value === undefined) return refusal(CODE.featureSelection);
    return count > this.#payloadBytes || offset + count > value.length ? refusal(CODE.invalidInput) : success(value.slice(offset, offset + count));
  }

  /** Set Feature, whole or in parts. What comes in parts is set with the last of them. */
  set(request: Uint8Array): Answer {
    if (request.length < SET_HEADER_BYTES) return refusal(CODE.payloadLength);
    const uuid = uuidAt(request, 0);
    const [action, offset, version] = [uintAt(request, 16, 4) & ACTION_MASK, uintAt(request, 20, 2), uintAt(request, 22, 1)];
    const feature = this.#features.get(uuid);
    if (feature === undefined) return refusal(CODE.unsupported);
    const data = request.slice(SET_HEADER_BYTES);
    switch (action) {
      case ACTION.full:
        this.#transfer = undefined;
        return this.#write(feature, offset, data, version);
      case ACTION.initiate:
        this.#transfer = { uuid, start: offset, parts: [data] };
        return success();
      case ACTION.continue:
      case ACTION.finish:
        return this.#continue(feature, { uuid, offset, data, version }, action === ACTION.finish);
      case ACTION.abort:
        this.#transfer = undefined;
        return success();
      default:
        return refusal(CODE.invalidInput);
    }
  }

  #continue(feature: Feature, part: { readonly uuid: string; readonly offset: number; readonly data: Uint8Array; readonly version: number }, isLast: boolean): Answer {
    const transfer = this.#transfer;
    if (transfer === undefined) return refusal(CODE.transferOutOfOrder);
    if (transfer.uuid !== part.uuid) return refusal(CODE.transferInProgress);
    const received = transfer.parts.reduce((sum, { length }) => sum + length, 0);
    if (part.offset !== transfer.start + received) return refusal(CODE.transferOutOfOrder);
    transfer.parts.push(part.data);
    if (!isLast) return success();
    this.#transfer = undefined;
    return this.#write(feature, transfer.start, joined(transfer.parts), part.version);
  }

  #write(feature: Feature, offset: number, data: Uint8Array, version: number): Answer {
    const code = feature.check(offset, data, version);
    if (code !== CODE.success) return refusal(code);
    if (!this.#faults.dropWrites) feature.write(offset, data);
    return success();
  }
}

function entry({ uuid, value, setBytes, flags, getVersion, setVersion, effects }: FeatureProfile, id: number): Uint8Array {
  return pack(uuidBytes(uuid), [2, id], [2, value.length], [2, setBytes], [4, flags], [1, getVersion], [1, setVersion], [2, effects], new Uint8Array(18));
}
