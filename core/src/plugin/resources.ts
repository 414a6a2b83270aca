import type { Fields, FieldInput } from '../layout/types.js';

/** How many resources from an index on: a number, all that there can be, or all that are in use. */
export type ResourceCount = number | 'all' | 'active';

/** One of the numbers that select a resource, and how many from it on; 0 stands for what is left out. */
export interface ResourceSelector {
  readonly index: number;
  readonly count: ResourceCount;
}

/** Resources of one kind, as they are asked for. */
export interface ResourceRequest {
  /** The kind's number. */
  readonly kind: number;
  /** As many as the kind has, in its order. */
  readonly selectors: readonly ResourceSelector[];
}

/** Must something be given, may it, or has it no meaning? */
export type ResourceUse = 'required' | 'optional' | 'none';

/** What one selector of a kind takes. */
export interface ResourceSelectorKind {
  /** What the device calls its index; absent where it has none. */
  readonly name?: string;
  readonly index: ResourceUse;
  readonly count: ResourceUse;
  readonly canBeAll: boolean;
  readonly canBeActive: boolean;
}

/** One kind of internal resource that a device can dump. */
export interface ResourceKind {
  readonly id: number;
  readonly name: string;
  readonly selectors: readonly ResourceSelectorKind[];
}

/** The device's list of what it can dump. */
export interface ResourceMenu {
  readonly kinds: readonly ResourceKind[];
  /** What is odd about it, such as fewer entries than it says. */
  readonly problem?: string;
}

/** The register that brings a piece of a dump, and the fields to ask it with. */
export interface ResourceQuery {
  readonly register: string;
  readonly fields: FieldInput;
}

/** What one reply brings. */
export interface ResourcePiece {
  /** All the room for data. */
  readonly room: Uint8Array;
  /** How much of `room` the device says that it filled; not checked. */
  readonly lengthBytes: number;
  /** Is there more to ask for? */
  readonly hasMore: boolean;
  /** Does the reply follow its request, as far as the protocol lets one tell? */
  readonly isInSequence: boolean;
  /** Where the device stands: two replies with the same text would be followed by the same. */
  readonly position: string;
}

/** What a segment is for. A resource's own state is `content`. */
export type SegmentRole = 'information' | 'request' | 'menu' | 'notice' | 'error' | 'reference' | 'end' | 'content';

/** How the segments of a dump show what they are: names in one of the plugin's documents of structures. */
export interface SegmentLayouts {
  readonly document: string;
  /** The structure at the start of every segment. */
  readonly header: string;
  /** The document's enum that names the types of segments. */
  readonly types: string;
  /** The length of the whole segment, by its header. */
  lengthBytes(header: Fields): number;
  type(header: Fields): number;
  /** The structures that may describe a segment, by its type's name (absent where the enum has none); the first that the document has does. */
  structures(typeName: string | undefined): readonly string[];
  /** The fields that tell the segments of one type apart, where a segment's layout has them. */
  readonly key: readonly string[];
  /** The role of the segments of a type; `content` for types that are not here. */
  readonly roles: Readonly<Record<string, SegmentRole>>;
}

/** What a notice or an error says. */
export interface SegmentMessage {
  readonly code: number;
  readonly text: string;
}

/** How a plugin's devices dump their internal resources: piece by piece, as a stream of segments. */
export interface ResourceAccess {
  readonly segments: SegmentLayouts;
  /** What asks for the menu. */
  readonly menu: ResourceRequest;
  /** Asks for the first piece, or for the one after the reply `previous`. */
  query(request: ResourceRequest, previous?: Fields): ResourceQuery;
  /** What a reply brings; `asked` is what it replies to. */
  piece(reply: Fields, asked: FieldInput): ResourcePiece;
  /** Reads a segment of the role `menu`. */
  readMenu(segment: Fields): ResourceMenu;
  /** Reads a segment of the role `notice` or `error`. */
  readMessage(segment: Fields): SegmentMessage;
  /** Reads a segment of the role `reference`. */
  readReference(segment: Fields): ResourceRequest;
}

/** What a plugin knows of its devices' core dumps, which no way to the firmware carries. */
export interface CoreDumpReach {
  /** The register that makes them. Its document's `kernelInterfaces` name what the system has instead. */
  readonly register: string;
  /** The capability whose fields say what the device could dump. */
  readonly capability: string;
  readonly fields: readonly string[];
  /** Why it cannot be had from here, in one sentence without its full stop. */
  readonly obstacle: string;
}
