import type { MsixLayout } from '@auxctl/core';
import type { UarRange } from '../firmware/types.js';

/** Size of BAR0: the initialization segment, the MSI-X structures, and doorbell pages up to the end. */
export const BAR0_BYTES = 0x2000000;

/** A doorbell page, while the driver has not switched to another size. */
export const UAR_PAGE_BYTES = 0x1000;

/** The initialization segment ends here. */
export const SEGMENT_BYTES = 0x2010;

/** Table and pending bits, clear of the initialization segment and of every doorbell page. */
export const MSIX: MsixLayout = { vectors: 64, bar: 0, tableOffsetBytes: 0x3000, pendingOffsetBytes: 0x3800 };

/** The doorbell pages that a firmware model behind this BAR may hand out. */
export const UARS: UarRange = { first: 4, count: BAR0_BYTES / UAR_PAGE_BYTES - 4 };
