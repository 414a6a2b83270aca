import { ETHERNET_MODES, INFINIBAND_MODES, maskOfModes, olderMaskOfModes, preferredMode, type LinkMode } from './link-modes.js';

/** `admin_status` of PAOS. */
export const ADMIN = { up: 1, down: 2, upOnce: 3, disabledBySystem: 4 } as const;
/** One of {@link ADMIN}. */
export type AdminStatus = (typeof ADMIN)[keyof typeof ADMIN];

/** What a profile says of a port. */
export interface PortProfile {
  readonly protocol: 'ethernet' | 'infiniband';
  /** Electrical lanes of the cage, 1 to 8. */
  readonly lanes: number;
  /** The fastest rate, in units of 100 Mb/s. */
  readonly maxRate: number;
}

/** One network port: what the driver wants, what the far end allows, and how long it has carried traffic. */
export class Port {
  readonly profile: PortProfile;
  readonly modes: readonly LinkMode[];
  /** Protocol mask that the driver allows, in the bits of {@link LinkMode}; takes effect when the link next comes up. */
  adminMask: number;
  autoNegotiationDisabled = false;
  /** `e` of PAOS: 0 no events, 1 every change, 2 the next change only. */
  eventMode: 0 | 1 | 2 = 1;
  /** The largest frame, in bytes on the wire. */
  mtu = 1522;
  /** What PPLM forces, by the name of the field that does. */
  readonly forcedFec = new Map<string, number>();
  linkDownEvents = 0;
  intentionalDownEvents = 0;
  /** Was it this side that last took the link down? */
  lastDownWasIntended = false;
  #admin: AdminStatus = ADMIN.up;
  #hasPartner = true;
  #mode: LinkMode | undefined;
  #carriedMs = 0;
  #changedAtMs = 0;

  constructor(profile: PortProfile, nowMs: number) {
    this.profile = profile;
    const all = profile.protocol === 'ethernet' ? ETHERNET_MODES : INFINIBAND_MODES;
    this.modes = all.filter(({ rate, lanes }) => rate <= profile.maxRate && lanes <= profile.lanes);
    this.adminMask = this.capabilityMask;
    this.#changedAtMs = nowMs;
    this.#mode = preferredMode(this.modes, this.adminMask);
  }

  get capabilityMask(): number {
    return maskOfModes(this.modes);
  }

  get olderCapabilityMask(): number {
    return olderMaskOfModes(this.modes);
  }

  get admin(): AdminStatus {
    return this.#admin;
  }

  get hasPartner(): boolean {
    return this.#hasPartner;
  }

  /** The mode in use; `undefined` while the link is down. */
  get mode(): LinkMode | undefined {
    return this.#mode;
  }

  get isUp(): boolean {
    return this.#mode !== undefined;
  }

  /** Sets what the driver wants. Returns whether the link went up or down by it. */
  setAdmin(admin: AdminStatus, nowMs: number): boolean {
    this.#admin = admin;
    return this.#settle(nowMs, true);
  }

  /** The far end appears or goes. Returns whether the link went up or down by it. */
  setPartner(present: boolean, nowMs: number): boolean {
    this.#hasPartner = present;
    return this.#settle(nowMs, false);
  }

  /** Milliseconds for which the link has been up since power-on. */
  carriedMs(nowMs: number): number {
    return this.#carriedMs + (this.isUp ? nowMs - this.#changedAtMs : 0);
  }

  /** Milliseconds since the link last came up; 0 while it is down. */
  upForMs(nowMs: number): number {
    return this.isUp ? nowMs - this.#changedAtMs : 0;
  }

  #settle(nowMs: number, isIntended: boolean): boolean {
    const mode = this.#wantsUp() ? preferredMode(this.modes, this.adminMask) : undefined;
    if ((mode !== undefined) === this.isUp) return false;
    this.#carriedMs = this.carriedMs(nowMs);
    this.#changedAtMs = nowMs;
    this.#mode = mode;
    if (mode === undefined) this.#countDown(isIntended);
    return true;
  }

  #wantsUp(): boolean {
    return this.#hasPartner && (this.#admin === ADMIN.up || this.#admin === ADMIN.upOnce);
  }

  #countDown(isIntended: boolean): void {
    this.linkDownEvents++;
    this.lastDownWasIntended = isIntended;
    if (isIntended) this.intentionalDownEvents++;
    else if (this.#admin === ADMIN.upOnce) this.#admin = ADMIN.down;
  }
}
