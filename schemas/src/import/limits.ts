/** The most bits that a structure may have, and the most elements of an array. */
export const LIMITS = { sizeBits: 2 ** 27, elements: 2 ** 20 } as const;
