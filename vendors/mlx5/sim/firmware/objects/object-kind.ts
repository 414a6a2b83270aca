/** A field of a request or reply. */
export type Place = readonly [offsetBytes: number, highBit: number, lowBit: number];

/** A command that does something to an object. */
export interface ObjectCommand {
  readonly opcode: number;
  readonly name: string;
  /** The length of the request, or the least where a list follows. */
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Where the object's context begins, in the request that makes it or the reply that shows it. */
  readonly contextOffsetBytes: number;
}

/** A kind of object: how it is made, named, shown and destroyed. */
export interface ObjectKind {
  readonly name: string;
  /** What names an object besides its own number, such as the table that it belongs to; in every request the same place. */
  readonly within?: readonly Place[];
  /** Where requests name it. */
  readonly number: Place;
  /** Where the reply to its creation has its number; absent where the creator chooses it, at `number`. */
  readonly made?: Place;
  /** The lowest number that is given. */
  readonly first: number;
  readonly limit: number;
  readonly create: ObjectCommand;
  readonly destroy: Omit<ObjectCommand, 'contextOffsetBytes'>;
  /** Absent where nothing can be asked, or where another file answers. */
  readonly query?: ObjectCommand & {
    /** The length of the context; between it and the list, requests have what replies do not. */
    readonly contextBytes: number;
  };
  /** Another kind, and where the creating request names one of its objects that must exist. */
  readonly parent?: readonly [kind: string, place: Place];
  /** Does a list follow the request that makes it? */
  readonly hasList?: true;
}
