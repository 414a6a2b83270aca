import type { MsixLayout } from '@auxctl/core';

/** The registers' memory: device information and commands, interrupt control, and behind them the MSI-X structures. */
export const REGISTERS_BYTES = 0x1_0000;
/** Vectors that there are interrupt controls for. */
export const VECTORS = 4;
/** Where the registers are (Linux 7.2, include/linux/pds/pds_core_if.h). */
export const PLACE = { commands: 0x0800, interruptStatus: 0x1000, interruptControl: 0x2000, end: 0x8000 } as const;
/** Table and pending bits, clear of every register. */
export const MSIX: MsixLayout = { vectors: VECTORS, bar: 0, tableOffsetBytes: 0x8000, pendingOffsetBytes: 0x9000 };

/** The doorbells' memory, pages of 4096 bytes. */
export const DOORBELLS_BYTES = 0x4000;
/** A page of doorbells. */
export const DOORBELL_PAGE_BYTES = 0x1000;
/** Pages of each logical interface; the core's page is its index times this. */
export const DOORBELL_PAGES = 1;
/** What INIT answers: the core's page is the second one, and its admin queue's doorbell the third of that page. */
export const QUEUE_PLACE = { coreIndex: 1, adminIndex: 5, notifyIndex: 6, adminType: 2, notifyType: 3 } as const;
