import { AuxctlError, FirmwareError, UsageError, type ResourceDumpEvent } from '@auxctl/core';

/** Notes, while a dump goes on, whether anything of what was asked for came of it. */
export class Verdict {
  readonly #device: string;
  #contents = 0;
  #failures = 0;
  #first: AuxctlError | undefined;
  #limit: AuxctlError | undefined;

  constructor(device: string) {
    this.#device = device;
  }

  /** How many requests came to nothing. */
  get failures(): number {
    return this.#failures;
  }

  note(event: ResourceDumpEvent): void {
    if (event.type === 'limit') this.#limit = this.#limitError(event);
    else if (event.type === 'failure') this.#fail(event.error);
    else if (event.segment.role === 'content' || event.segment.role === 'menu' || event.segment.role === 'notice') this.#contents++;
    else if (event.segment.role === 'error') this.#fail(this.#refusal(event.segment.message));
  }

  /** Throws what stood in the way, where nothing came of the dump or not all; `ERR_LIMIT`, or the first refusal. */
  conclude(): void {
    if (this.#limit !== undefined) throw this.#limit;
    if (this.#contents === 0 && this.#first !== undefined) throw this.#first;
  }

  #fail(error: AuxctlError): void {
    this.#failures++;
    this.#first ??= error;
  }

  #refusal(message: { readonly code: number; readonly text: string } | undefined): AuxctlError {
    const { code = 0, text = '' } = message ?? {};
    return new FirmwareError(`the device does not dump this: ${text} (0x${code.toString(16)})`, { status: BigInt(code) }, { device: this.#device });
  }

  #limitError({ reason, lengthBytes }: Extract<ResourceDumpEvent, { type: 'limit' }>): AuxctlError {
    const what = reason === 'bytes' ? `the dump was ended after ${lengthBytes} bytes: the limit is reached` : 'the dump refers to more resources than are followed';
    return new UsageError('ERR_LIMIT', what, { device: this.#device, ...(reason === 'bytes' ? { hint: 'A greater --limit lets more through.' } : {}) });
  }
}
