import { AuxctlError, type ErrorContext } from './base.js';
import type { ErrorCode } from './catalogue.js';

/** A failed system call: the request was not delivered. */
export class SystemCallError extends AuxctlError {
  static override readonly className = 'SystemCallError';
  override readonly name: string = 'SystemCallError';
  /** The errno's name, such as `ENODEV`. */
  readonly errno: string;
  readonly syscall: string | undefined;

  constructor(code: ErrorCode, message: string, errno: string, context: ErrorContext & { readonly syscall?: string } = {}) {
    super(code, message, context);
    this.errno = errno;
    this.syscall = context.syscall;
  }
}

/** The way to the device failed: timed out, closed, or the device is gone. */
export class TransportError extends AuxctlError {
  static override readonly className = 'TransportError';
  override readonly name: string = 'TransportError';
}

/** The firmware's own answer was a refusal. */
export class FirmwareError extends AuxctlError {
  static override readonly className = 'FirmwareError';
  override readonly name: string = 'FirmwareError';
  /** The device's status, raw. */
  readonly status: bigint;
  /** The status by name, when its layout has one. */
  readonly statusName: string | undefined;
  /** The device's finer reason, opaque to the outside. */
  readonly syndrome: bigint | undefined;

  constructor(message: string, status: { readonly status: bigint; readonly statusName?: string | undefined; readonly syndrome?: bigint | undefined }, context: ErrorContext = {}) {
    super('ERR_FIRMWARE_STATUS', message, context);
    this.status = status.status;
    this.statusName = status.statusName;
    this.syndrome = status.syndrome;
  }
}

/** A reply or a decoded structure does not have the shape that its layout demands. */
export class ReplyError extends AuxctlError {
  static override readonly className = 'ReplyError';
  override readonly name: string = 'ReplyError';
}

/** The device answered, and what it says of itself rules out what was asked. */
export class DeviceError extends AuxctlError {
  static override readonly className = 'DeviceError';
  override readonly name: string = 'DeviceError';
}

/** A plugin, its manifest or one of its layouts is at fault. */
export class PluginError extends AuxctlError {
  static override readonly className = 'PluginError';
  override readonly name: string = 'PluginError';
}

/** The rules of effects and scopes forbid it; nothing was sent. */
export class PolicyError extends AuxctlError {
  static override readonly className = 'PolicyError';
  override readonly name: string = 'PolicyError';
}

/** The caller's words are off; nothing was sent. */
export class UsageError extends AuxctlError {
  static override readonly className = 'UsageError';
  override readonly name: string = 'UsageError';
}
