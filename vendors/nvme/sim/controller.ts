import type { CommandLogEntry } from '@auxctl/core';
import { Features } from './features.js';
import { FirmwareSlots } from './firmware-slots.js';
import { commandSetPage, commandSetsPage, controllerPage, descriptorPage, FORMATS, independentPage, namespacePage, type Namespace } from './identify.js';
import { effectsPage, errorPage, featuresPage, sanitizePage, selfTestPage, smartPage, supportedPage, telemetryPage, type LoggedError } from './logs.js';
import { readRegister } from './registers.js';
import { Page, PAGE_BYTES, readEntry, STATUS, writeAnswer, type Answer, type Entry } from './wire.js';

const ALL = 0xffff_ffff;
const KEPT_ERRORS = 63;
const MS_AN_HOUR = 3_600_000;
/** To ask for what is not there is nothing that the error log keeps, as on many controllers. */
const QUERIES = new Set([0x02, 0x06, 0x0a]);

/** The model's own choices. */
export interface ControllerOptions {
  readonly index: number;
  readonly now: () => number;
  readonly onCommand: ((entry: CommandLogEntry) => void) | undefined;
}

/** An NVMe controller: submission queue entries in, completion queue entries out. Written from the specification, without auxctl's layouts. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #features: Features;
  readonly #slots = new FirmwareSlots('1.2.0');
  readonly #errors: LoggedError[] = [];
  readonly #tests: { code: number; hours: number }[] = [];
  /** Events that are reported again once their page is read in the way that says so. */
  readonly #silenced = new Set([0x01, 0x02, 0x03]);
  #namespace: Namespace = { nsid: 1, sizeBytes: 64 * 1024 ** 2, format: 0 };
  /** How often all content has been lost. */
  #erasures = 0;
  #sanitized: number | undefined;
  #telemetry = 0;
  #errorCount = 0;
  #sequence = 0;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#features = new Features(options.now);
  }

  execute(request: Uint8Array, replyLengthBytes: number): Uint8Array {
    const entry = readEntry(request);
    const answer = entry === undefined ? { status: STATUS.invalidField } : this.#run(entry);
    if (entry !== undefined && answer.status !== STATUS.success && !QUERIES.has(entry.opcode)) this.#note(entry, answer.status);
    this.log(request, entry?.opcode ?? 0, answer.status);
    return writeAnswer(answer, replyLengthBytes);
  }

  /** Tells whoever listens that a command has come. */
  log(request: Uint8Array, opcode: number, status: number | undefined): void {
    this.#options.onCommand?.({ sequence: this.#sequence++, command: `0x${opcode.toString(16).padStart(2, '0')}`, request: request.slice(), status });
  }

  /** All that commands have changed on purpose. */
  state(): unknown {
    return [this.#features.state(), this.#slots.state(), this.#tests, [...this.#silenced], this.#namespace, this.#erasures, this.#sanitized ?? null, this.#telemetry];
  }

  #run(entry: Entry): Answer {
    if (entry.mark === 1) return readRegister(entry);
    if (entry.mark !== 0) return { status: STATUS.invalidField };
    switch (entry.opcode) {
      case 0x02: return this.#logPage(entry);
      case 0x06: return this.#identify(entry);
      case 0x09: return this.#features.set(entry);
      case 0x0a: return this.#features.get(entry);
      case 0x10: return this.#slots.commit(entry);
      case 0x11: return this.#slots.download(entry);
      case 0x14: return this.#selfTest(entry);
      case 0x80: return this.#format(entry);
      case 0x84: return this.#sanitize(entry);
      case 0xc1: return { status: STATUS.success, result: 0x51 };
      default: return { status: STATUS.invalidOpcode };
    }
  }

  #identify({ nsid, dwords: [dword10, dword11] }: Entry): Answer {
    const isThere = nsid === this.#namespace.nsid;
    const give = (data: Uint8Array): Answer => ({ status: STATUS.success, data });
    const ofNamespace = (make: () => Uint8Array): Answer => (isThere ? give(make()) : { status: STATUS.invalidNamespace });
    if ((dword11 >>> 24) !== 0) return { status: STATUS.invalidField };
    switch (dword10 & 0xff) {
      case 0x00: case 0x11: return ofNamespace(() => namespacePage(this.#namespace));
      case 0x01: return give(controllerPage({ index: this.#options.index, revision: this.#slots.revision }));
      case 0x02: case 0x10: return give(new Page(PAGE_BYTES).u32(0, nsid < this.#namespace.nsid ? this.#namespace.nsid : 0).bytes);
      case 0x03: return ofNamespace(() => descriptorPage(this.#namespace));
      case 0x05: return ofNamespace(() => new Uint8Array(PAGE_BYTES));
      case 0x06: return give(commandSetPage());
      case 0x08: return ofNamespace(independentPage);
      case 0x13: return give(new Page(PAGE_BYTES).u16(0, 1, this.#options.index).bytes);
      case 0x1c: return give(commandSetsPage());
      default: return { status: STATUS.invalidField };
    }
  }

  #logPage(entry: Entry): Answer {
    const [dword10, dword11, offset] = entry.dwords;
    const id = dword10 & 0xff;
    const lengthBytes = (((dword11 & 0xffff) * 0x1_0000 + (dword10 >>> 16)) + 1) * 4;
    const page = this.#page(id, (dword10 >>> 8) & 0x7f, entry.nsid);
    if (typeof page === 'number') return { status: page };
    if (offset > page.length) return { status: STATUS.invalidField };
    if ((dword10 & 0x8000) === 0) this.#silenced.delete(id);
    const data = new Uint8Array(lengthBytes);
    data.set(page.subarray(offset, offset + lengthBytes));
    return { status: STATUS.success, data };
  }

  /** A page's bytes, or the status that refuses it. */
  #page(id: number, parameter: number, nsid: number): Uint8Array | number {
    switch (id) {
      case 0x00: return supportedPage([0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x12, 0x81]);
      case 0x01: return errorPage(this.#errors, KEPT_ERRORS);
      case 0x02: return nsid === ALL || nsid === 0 ? smartPage(this.#options.now(), this.#errorCount) : STATUS.invalidField;
      case 0x03: return this.#slots.log();
      case 0x04: return new Uint8Array(PAGE_BYTES);
      case 0x05: return effectsPage();
      case 0x06: return selfTestPage(this.#tests);
      case 0x07: return telemetryPage(id, parameter === 1 ? ++this.#telemetry : this.#telemetry);
      case 0x08: return telemetryPage(id, 1);
      case 0x12: return featuresPage();
      case 0x81: return sanitizePage(this.#sanitized);
      default: return STATUS.invalidLogPage;
    }
  }

  #selfTest({ dwords: [dword10] }: Entry): Answer {
    const code = dword10 & 0xf;
    if (code !== 1 && code !== 2) return { status: code === 0xf ? STATUS.success : STATUS.invalidField };
    this.#tests.push({ code, hours: Math.floor(this.#options.now() / MS_AN_HOUR) });
    return { status: STATUS.success };
  }

  #format({ nsid, dwords: [dword10] }: Entry): Answer {
    const format = dword10 & 0xf;
    if (nsid !== this.#namespace.nsid && nsid !== ALL) return { status: STATUS.invalidNamespace };
    if (format >= FORMATS.length) return { status: STATUS.invalidFormat };
    this.#namespace = { ...this.#namespace, format };
    this.#erasures++;
    return { status: STATUS.success };
  }

  #sanitize({ dwords: [dword10] }: Entry): Answer {
    if ((dword10 & 7) !== 2 && (dword10 & 7) !== 4) return { status: STATUS.invalidField };
    this.#sanitized = dword10;
    this.#erasures++;
    return { status: STATUS.success };
  }

  #note({ nsid, opcode }: Entry, status: number): void {
    this.#errors.push({ count: ++this.#errorCount, status, nsid, opcode });
    if (this.#errors.length > KEPT_ERRORS) this.#errors.shift();
  }
}
