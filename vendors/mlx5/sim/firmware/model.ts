import { UsageError, type CommandLogEntry } from '@auxctl/core';
import { accessRegister } from './commands/access-register.js';
import { HEADER_BYTES, putStatus, uidOf, type Command } from './command.js';
import { COMMANDS } from './commands/index.js';
import { digestOf } from './digest.js';
import { pageRequestEvent } from './event-queues.js';
import { createIdentity } from './identity.js';
import { NvStore } from './nv/store.js';
import { PROFILES } from '../profiles/index.js';
import type { Profile } from '../profiles/types.js';
import { REFUSAL } from './refusal.js';
import type { Outcome } from './register.js';
import { FirmwareState } from './state.js';
import type { FirmwareControls, FirmwareFaults, FirmwareHealth, FirmwareHost, FirmwareModel, FirmwareOptions, DirectAccess, DirectReply } from './types.js';
import { TOOLS_RESOURCES } from './user-contexts.js';
import { bitsAt } from '../wire.js';

const LARGEST_REPLY_BYTES = 2 * 1024 * 1024;

class Firmware implements FirmwareModel {
  readonly profile: string;
  readonly identity;
  readonly health: FirmwareHealth = { syndrome: 0, extendedSyndrome: 0, severity: 0, resetFlowRequired: false };
  readonly faults: FirmwareFaults = { hang: false, refuse: new Map() };
  readonly controls: FirmwareControls;
  readonly #profile: Profile;
  readonly #options: FirmwareOptions;
  readonly #nv: NvStore;
  #state: FirmwareState;
  #host: FirmwareHost | undefined;
  #poweredAtMs: number;
  #pastGenerations = 0;
  #sequence = 0;

  constructor(options: FirmwareOptions, profile: Profile) {
    this.profile = profile.name;
    this.identity = createIdentity(profile, options.index);
    this.#profile = profile;
    this.#options = options;
    this.#poweredAtMs = options.now();
    this.#nv = new NvStore(profile.nvItems ?? []);
    this.#state = this.#powerOn();
    this.controls = this.#createControls();
  }

  get lifeCycle() {
    return this.#state.lifeCycle;
  }

  get armedResetLevel() {
    return this.#state.armedResetLevel;
  }

  get generation() {
    return this.#pastGenerations + this.#state.tearDowns;
  }

  get pages() {
    return this.#state.pages;
  }

  get uars() {
    return this.#state.uars;
  }

  get eventQueues() {
    return this.#state.queues.all;
  }

  uptimeMs(): number {
    return Math.max(0, Math.floor(this.#options.now() - this.#poweredAtMs));
  }

  digest(): string {
    return digestOf(this.#state);
  }

  attach(host: FirmwareHost | undefined): void {
    this.#host = host;
    this.#state.attach(host);
  }

  reset(): void {
    this.#state.queues.clear();
    Object.assign(this.health, { syndrome: 0, extendedSyndrome: 0, severity: 0, resetFlowRequired: false });
    this.#poweredAtMs = this.#options.now();
    this.#pastGenerations = this.generation + 1;
    this.#nv.boot();
    this.#state = this.#powerOn();
  }

  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array | undefined {
    const opcode = bitsAt(request, 0x0, 31, 16);
    const command = COMMANDS.get(opcode);
    if (this.faults.hang) {
      this.#log(command, opcode, request, undefined);
      return undefined;
    }
    const lengthBytes = Math.min(Math.max(0, Math.trunc(replyLengthBytes)), LARGEST_REPLY_BYTES);
    const reply = new Uint8Array(Math.max(lengthBytes, HEADER_BYTES));
    this.#state.sender = uidOf(request);
    const outcome = this.#refuse(command, opcode, request, lengthBytes) ?? command?.run(this.#state, request, reply);
    if (outcome !== undefined) this.#state.refusedCommands++;
    putStatus(reply, outcome);
    this.#log(command, opcode, request, outcome?.status ?? 0);
    return reply.length === lengthBytes ? reply : reply.slice(0, lengthBytes);
  }

  accessRegister(access: DirectAccess): DirectReply {
    const reply = accessRegister(this.#state, access, Infinity);
    const sequence = this.#sequence++;
    this.#options.onCommand?.({ sequence, command: 'ICMD_ACCESS_REG', request: access.data.slice(), status: reply.outcome?.status ?? 0 });
    return reply;
  }

  /** What can be said against a command before it runs, the most basic first. */
  #refuse(command: Command | undefined, opcode: number, request: Uint8Array, replyLengthBytes: number): Outcome {
    if (request.length < HEADER_BYTES) return REFUSAL.headerMissing;
    if (command === undefined) return REFUSAL.opcode;
    const refusal = this.faults.refuse.get(opcode) ?? this.#refuseSender(command, uidOf(request));
    if (refusal !== undefined) return refusal;
    const isRightLength = command.hasTail ? request.length >= command.requestBytes : request.length === command.requestBytes;
    if (!isRightLength) return REFUSAL.requestLength;
    if (replyLengthBytes < command.replyBytes) return REFUSAL.replyLength;
    return command.when.includes(this.#state.lifeCycle) ? undefined : REFUSAL.lifeCycle;
  }

  #refuseSender(command: Command, uid: number): Outcome {
    if (uid === 0) return undefined;
    const capabilities = this.#state.contexts.capabilitiesOf(uid);
    if (capabilities === undefined) return REFUSAL.userContextUnknown;
    if (command.sender === 'driver') return REFUSAL.driverOnly;
    return (capabilities & TOOLS_RESOURCES) === 0 ? REFUSAL.toolsOnly : undefined;
  }

  #log(command: Command | undefined, opcode: number, request: Uint8Array, status: CommandLogEntry['status']): void {
    const sequence = this.#sequence++;
    this.#options.onCommand?.({ sequence, command: command?.name ?? `0x${opcode.toString(16)}`, request: request.slice(), status });
  }

  #powerOn(): FirmwareState {
    this.#sequence = 0;
    const state = new FirmwareState({
      profile: this.#profile, identity: this.identity, deviceIndex: this.#options.index, nv: this.#nv, uarRange: this.#options.uars,
      nowMs: () => this.uptimeMs(),
      commands: COMMANDS,
    });
    state.attach(this.#host);
    return state;
  }

  #createControls(): FirmwareControls {
    return {
      setLinkPartner: (present) => {
        this.#state.reportLink(this.#state.port.setPartner(present, this.#state.nowMs()));
      },
      setHeating: (degrees) => {
        for (const sensor of this.#state.sensors) sensor.heat(degrees, this.#state.nowMs());
        this.#state.reportTemperatures();
      },
      requestPages: (pages) => this.#requestPages(pages),
    };
  }

  #requestPages(pages: number): boolean {
    const event = pageRequestEvent(pages);
    if (!this.#state.queues.hasListener(event.type)) return false;
    if (pages > 0) this.#state.pages.request(pages);
    else if (!this.#state.pages.offer(-pages)) return false;
    return this.#state.queues.post(event);
  }
}

/**
 * A model, freshly powered on.
 *
 * @throws ERR_UNKNOWN_NAME when there is no such profile.
 */
export function createFirmware(options: FirmwareOptions): FirmwareModel {
  const profile = PROFILES.get(options.profile);
  if (profile === undefined) throw new UsageError('ERR_UNKNOWN_NAME', `the mlx5 simulator has no profile '${options.profile}'; it has ${[...PROFILES.keys()].join(', ')}`);
  return new Firmware(options, profile);
}
