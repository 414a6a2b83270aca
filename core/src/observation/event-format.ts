import { TransportError } from '../errors/classes.js';

/** Where a field of an event is. */
export interface EventField {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** How the kernel lays out an event, or the head of a buffer. */
export interface EventFormat {
  /** What the event begins with; absent for a head. */
  readonly id: number | undefined;
  readonly fields: ReadonlyMap<string, EventField>;
}

const FIELD = /^\s*field:\s*([^;]*?)(\w+)(?:\[[^\]]*\])?;\s*offset:(\d+);\s*size:(\d+);/gm;

/** Reads a `format` or `header_page` file (Linux, Documentation/trace/events.rst). */
export function parseEventFormat(text: string): EventFormat {
  const [, id] = /^ID: (\d+)$/m.exec(text) ?? [];
  const fields = new Map([...text.matchAll(FIELD)].map(([, , name = '', offset, size]) => [name, { offsetBytes: Number(offset), sizeBytes: Number(size) }] as const));
  return { id: id === undefined ? undefined : Number(id), fields };
}

/** A field that must be there. Throws `ERR_PROTOCOL` when the kernel's format lacks it. */
export function fieldOf({ fields }: EventFormat, name: string): EventField {
  const field = fields.get(name);
  if (field === undefined) throw new TransportError('ERR_PROTOCOL', `the kernel's format of its events has no field ${name}`);
  return field;
}
