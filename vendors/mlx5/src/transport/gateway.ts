import { readCapabilities, SystemCallError, TransportError, VENDOR_SPECIFIC, type ConfigSequence, type ConfigSequenceResult, type ConfigSpaceAccess, type LayoutStore, type WaitOptions } from '@auxctl/core';
import { loadGatewayLayout, type GatewayLayout } from './gateway-layout.js';
import { GatewayScript, type Reading, type ScriptFailure } from './gateway-script.js';
import type { Patience } from './patience.js';

const DWORD_BYTES = 4;
const BYTE_MAX = 0xff;
/** Others hold the semaphore for microseconds to milliseconds; the pauses of several waiters must not keep step. */
const PAUSE_MS = 1;

/** What a script has come to: its readings, or a condition of its own that is not met. */
export type ScriptOutcome =
  | { readonly isDone: true; readonly of: (reading: Reading) => number }
  | { readonly isDone: false; readonly isTransient: boolean; readonly word: number };

/** The gateway in a function's configuration space. */
export class Gateway {
  readonly #config: ConfigSpaceAccess;
  readonly #layout: GatewayLayout;
  readonly #base: number;
  readonly #device: string;

  private constructor(config: ConfigSpaceAccess, layout: GatewayLayout, base: number, device: string) {
    this.#config = config;
    this.#layout = layout;
    this.#base = base;
    this.#device = device;
  }

  /**
   * Finds the gateway. Rejects with `ERR_NO_TRANSPORT` when the function has none, or one behind which no firmware runs, with `ERR_PERMISSION` when
   * the system does not show it, and with `ERR_DEVICE_GONE`.
   */
  static async find(config: ConfigSpaceAccess, layouts: LayoutStore, device: string, wait: WaitOptions): Promise<Gateway> {
    const layout = await loadGatewayLayout(layouts);
    await refuseGone(config, device, wait);
    const list = await readCapabilities((offsetBytes, lengthBytes) => config.read(offsetBytes, lengthBytes, wait));
    if (!list.isVisible) throw hidden(device);
    const place = list.capabilities.find(({ id }) => id === VENDOR_SPECIFIC);
    if (place === undefined) throw new TransportError('ERR_NO_TRANSPORT', `${device} has neither a control node nor a vendor-specific capability in configuration space`, { device, hint: 'A virtual function has none; use its physical function, or load the driver.' });
    const { words: [header = 0] } = await config.sequence({ words: new Uint32Array(1), steps: [{ type: 'read', offsetBytes: place.offsetBytes, word: 0 }] }, wait);
    if (layout.type.of(header) !== layout.functional) throw new TransportError('ERR_NO_TRANSPORT', `the firmware of ${device} does not run: its gateway is of type ${layout.type.of(header)}, for recovery`, { device });
    return new Gateway(config, layout, place.offsetBytes, device);
  }

  /** An empty script. */
  script(): GatewayScript {
    return new GatewayScript(this.#layout, this.#base);
  }

  /**
   * Runs a script, waiting while others hold the semaphore. Resolves unless one of its accesses fails; then rejects with `ERR_DEVICE_GONE`,
   * `ERR_PROTOCOL`, or as the wait ends.
   */
  async run(script: GatewayScript, patience: Patience): Promise<ScriptOutcome> {
    const sequence = script.finish();
    for (;;) {
      const result = await this.#config.sequence(sequence, patience.wait);
      const failure = script.failureOf(result);
      if (failure === undefined) return this.#done(result, sequence);
      if (failure.purpose === 'expectation') return { isDone: false, isTransient: failure.isTransient, word: failure.word };
      await refuseGone(this.#config, this.#device, patience.wait);
      if (!failure.isTransient) throw this.#broken(failure);
      await patience.pause(PAUSE_MS * (1 + Math.random()), () => `another program holds the gateway of ${this.#device} with ticket ${failure.word}`);
    }
  }

  /** Leaves a script to be run should this program die. */
  async bequeath(script: GatewayScript, wait: WaitOptions): Promise<void> {
    await this.#config.setLastWill(script.finish(), wait);
  }

  /** The script has run; an access that the device marked as failed counts as failed all the same. */
  #done({ words }: ConfigSequenceResult, { steps }: ConfigSequence): ScriptOutcome {
    const { address, syndrome } = this.#layout;
    for (const step of steps) {
      const isAnswer = step.type === 'await' && step.offsetBytes === this.#base + address.offsetBytes;
      const word = words[step.word] ?? 0;
      if (isAnswer && syndrome.of(word) !== 0) throw this.#error(`does not know address 0x${address.of(word).toString(16)}`);
    }
    return { isDone: true, of: (reading) => words[reading] ?? 0 };
  }

  #broken({ purpose, word }: ScriptFailure): TransportError {
    switch (purpose) {
      case 'ticket': return this.#error('gives no ticket');
      case 'space': return this.#error(`does not offer the address space that was selected (control register 0x${word.toString(16)})`);
      case 'release': return this.#error('was taken away by another program while it was in use');
      case 'semaphore': case 'expectation': case 'access': return this.#error('does not answer');
    }
  }

  #error(what: string): TransportError {
    return new TransportError('ERR_PROTOCOL', `the gateway of ${this.#device} ${what}`, { device: this.#device });
  }
}

/** A function that is not there reads as all ones everywhere. */
async function refuseGone(config: ConfigSpaceAccess, device: string, wait: WaitOptions): Promise<void> {
  const identity = await config.read(0, DWORD_BYTES, wait);
  if (identity.length === DWORD_BYTES && identity.some((byte) => byte !== BYTE_MAX)) return;
  throw new TransportError('ERR_DEVICE_GONE', `${device} does not answer on the PCI bus any more`, { device });
}

function hidden(device: string): SystemCallError {
  return new SystemCallError('ERR_PERMISSION', `the system shows only the first 64 bytes of the PCI configuration space of ${device}`, 'EPERM', { device, hint: 'Run as root, with CAP_SYS_ADMIN in the first user namespace.' });
}
