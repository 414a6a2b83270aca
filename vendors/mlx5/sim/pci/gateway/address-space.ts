/** One of the places that the gateway leads to. Addresses are multiples of 4, below 2^30; values are unsigned dwords. */
export interface AddressSpace {
  /** What the gateway shows as the size when the space is selected; it shows none when absent. */
  readonly sizeBytes?: number;
  /** May change the state behind it. `undefined` where there is nothing. */
  read(address: number): number | undefined;
  /** False where there is nothing. */
  write(address: number, value: number): boolean;
  /** Where the next dword is that can be read, for spaces that are dumped from one end to the other. */
  next?(address: number): number;
}

/** Numbers of the address spaces that this device has. */
export const SPACE = { icmdExtended: 0x1, cr: 0x2, icmd: 0x3, crDump: 0x6, crScan: 0x7, semaphores: 0xa } as const;
