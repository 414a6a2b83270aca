/** The limits of a dump that hold when a caller gives none. */
export const RESOURCE_DUMP_DEFAULTS = { depth: 0, mostBytes: 16 * 1024 * 1024, inFlight: 8 } as const;
