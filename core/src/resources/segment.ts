import type { Decoded } from '../channel/types.js';
import type { ResourceMenu, ResourceRequest, SegmentMessage, SegmentRole } from '../plugin/resources.js';

/** One segment of a dump, whole. */
export interface ResourceSegment {
  readonly type: number;
  /** What the plugin's layouts call the type; a device's menu may have a name for others. */
  readonly typeName?: string;
  readonly role: SegmentRole;
  /** The whole segment, header included. */
  readonly raw: Uint8Array;
  /** Absent when no layout fits. */
  readonly decoded?: Decoded;
  /** Of a notice or an error. */
  readonly message?: SegmentMessage;
  /** Of a reference. */
  readonly reference?: ResourceRequest;
  /** Of a menu. */
  readonly menu?: ResourceMenu;
  /** What is wrong with it. */
  readonly problem?: string;
}
