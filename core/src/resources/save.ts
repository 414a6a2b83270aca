import type { DumpEntry, DumpFailure, LayoutDocument } from '@auxctl/schemas';
import { pathOf } from '@auxctl/schemas/model';
import { failureOf } from '../dump/failure.js';
import type { DumpReceiver } from '../dump/receiver.js';
import type { ResourceKind } from '../plugin/resources.js';
import type { LayoutStore } from '../store/store.js';
import type { ResourceDumpEvent } from './dump.js';
import { requestKey } from './request.js';

type Key = Readonly<Record<string, number>>;

/** Saves what comes of a dump of resources as entries of a dump, each a segment; the receiver's beginning and end are the caller's. */
export class ResourceRecorder {
  readonly #receiver: DumpReceiver;
  readonly #layouts: LayoutStore;
  readonly #kinds: readonly ResourceKind[];
  readonly #keyFields: readonly string[];
  readonly #requests = new Map<string, number>();
  readonly #subjects = new Map<string, number>();
  readonly #brought = new Set<LayoutDocument>();

  /** `keyFields`: the fields of a segment that tell it apart from others of its type. */
  constructor(receiver: DumpReceiver, layouts: LayoutStore, kinds: readonly ResourceKind[], keyFields: readonly string[]) {
    this.#receiver = receiver;
    this.#layouts = layouts;
    this.#kinds = kinds;
    this.#keyFields = keyFields;
  }

  /** Takes the next event. Rejects with what the receiver rejects with. */
  async record(event: ResourceDumpEvent): Promise<void> {
    if (event.type === 'limit') return;
    const entry = event.type === 'segment' ? await this.#segment(event) : this.#failure(event);
    await this.#receiver.entries([entry]);
  }

  async #segment({ segment, request }: Extract<ResourceDumpEvent, { type: 'segment' }>): Promise<DumpEntry> {
    const name = segment.typeName ?? this.#kindName(segment.type);
    const own = segment.role === 'content' ? this.#ownKey(segment.decoded?.fields) : undefined;
    const entry = { type: 'entry', subject: { kind: 'segment', name, key: this.#unique(name, own ?? { request: this.#requestNumber(requestKey(request)) }) }, bytes: Buffer.from(segment.raw).toString('hex') } as const;
    const { decoded } = segment;
    if (decoded === undefined) return segment.problem === undefined ? entry : { ...entry, failure: { code: 'ERR_REPLY', message: segment.problem } };
    const { document, structure } = decoded.codec;
    await this.#bring(document);
    return { ...entry, layout: pathOf(document), structure };
  }

  /** Brings a layout and all that it imports, once. */
  async #bring(document: LayoutDocument): Promise<void> {
    if (this.#brought.has(document)) return;
    this.#brought.add(document);
    await this.#receiver.layouts((await this.#layouts.withImports(document.kind, document.name)).map(([, each]) => each));
  }

  #failure({ request, error }: Extract<ResourceDumpEvent, { type: 'failure' }>): DumpEntry {
    const name = this.#kindName(request.kind);
    const failure: DumpFailure = failureOf(error);
    return { type: 'entry', subject: { kind: 'segment', name, key: this.#unique(name, { request: this.#requestNumber(requestKey(request)) }) }, failure };
  }

  #ownKey(fields: Readonly<Record<string, unknown>> | undefined): Key | undefined {
    const values = this.#keyFields.map((name) => [name, fields?.[name]] as const);
    return values.every((entry): entry is [string, number] => typeof entry[1] === 'number') ? Object.fromEntries(values) : undefined;
  }

  /** A second subject of the same name and key is told apart by a number. */
  #unique(name: string, key: Key): Key {
    const identity = JSON.stringify([name, key]);
    const count = (this.#subjects.get(identity) ?? 0) + 1;
    this.#subjects.set(identity, count);
    return count === 1 ? key : { ...key, repeat: count };
  }

  #requestNumber(key: string): number {
    const number = this.#requests.get(key) ?? this.#requests.size;
    this.#requests.set(key, number);
    return number;
  }

  #kindName(type: number): string {
    const name = this.#kinds.find(({ id }) => id === type)?.name ?? '';
    return name === '' ? `0x${type.toString(16)}` : name;
  }
}
