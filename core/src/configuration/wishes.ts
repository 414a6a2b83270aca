import type { ConfigEntry } from '@auxctl/schemas';
import { AuxctlError } from '../errors/base.js';
import type { FieldInput } from '../layout/types.js';
import { findNvParameter, nvParameters } from '../nvconfig/parameters.js';
import type { NvParameterEntry } from '../nvconfig/types.js';
import type { LayoutStore } from '../store/store.js';
import { placeText, registerPlace, requireField, type RegisterPlace } from './registers.js';
import type { ConfigurationFault, DeviceWishes, DriverWish, RegisterWish, ValuePath } from './types.js';

/** An entry of a file, and where it stands. */
export interface PlacedEntry {
  readonly entry: ConfigEntry;
  readonly path: ValuePath;
}

/** What a device is to be, and what is wrong with that. */
export interface CollectedWishes {
  readonly wishes: DeviceWishes;
  readonly faults: readonly ConfigurationFault[];
}

/** All that the entries which match one device want of it, held against its plugin's layouts; sends nothing. `layouts` is absent where no plugin is for the device. */
export async function collectWishes(entries: readonly PlacedEntry[], device: string, layouts: LayoutStore | undefined): Promise<CollectedWishes> {
  const collector = new Collector(device, layouts);
  for (const each of entries) await collector.add(each);
  return { wishes: { stored: collector.stored, driver: collector.driver, registers: [...collector.registers.values()] }, faults: collector.faults };
}

interface OpenRegisterWish extends RegisterPlace {
  readonly fields: Record<string, FieldInput[string]>;
  readonly paths: Map<string, ValuePath>;
}

class Collector {
  readonly stored = new Map<string, { text: string; path: ValuePath }>();
  readonly driver: DriverWish[] = [];
  readonly registers = new Map<string, OpenRegisterWish & RegisterWish>();
  readonly faults: ConfigurationFault[] = [];
  readonly #device: string;
  readonly #layouts: LayoutStore | undefined;
  #known: readonly NvParameterEntry[] | undefined;

  constructor(device: string, layouts: LayoutStore | undefined) {
    this.#device = device;
    this.#layouts = layouts;
  }

  async add({ entry: { parameters = {}, driver = {}, registers = [] }, path }: PlacedEntry): Promise<void> {
    for (const [name, value] of Object.entries(parameters)) await this.#try([...path, 'parameters', name], async (at) => this.#parameter(name, String(value), at));
    for (const [name, value] of Object.entries(driver)) this.#driver(name, typeof value === 'object' ? value : { value }, [...path, 'driver', name]);
    for (const [index, register] of registers.entries()) {
      const at = [...path, 'registers', index];
      await this.#try([...at, 'name'], async () => {
        const place = await registerPlace(this.#required(), register.name, register.index ?? {});
        for (const [name, value] of Object.entries(register.fields)) await this.#try([...at, 'fields', name], (field) => { this.#field(place, name, value, field); });
      });
    }
  }

  async #parameter(name: string, text: string, path: ValuePath): Promise<void> {
    const layouts = this.#required();
    this.#known ??= await nvParameters(layouts);
    const { parameter, document } = findNvParameter(this.#known, name);
    (await layouts.codec('nvconfig', document.name)).encode({ [parameter.field]: text });
    const earlier = this.stored.get(parameter.name);
    if (earlier === undefined) this.stored.set(parameter.name, { text, path });
    else this.#conflict(parameter.name, path, earlier.path);
  }

  /** The kernel is asked for names, values and modes later: a value without a mode is the only one that there is. */
  #driver(name: string, { value, mode }: { readonly value: unknown; readonly mode?: DriverWish['mode'] | undefined }, path: ValuePath): void {
    const earlier = this.driver.find((each) => each.name === name && (each.mode === mode || each.mode === undefined || mode === undefined));
    if (earlier === undefined) this.driver.push({ name, value: String(value), path, ...(mode === undefined ? {} : { mode }) });
    else this.#conflict(`the kernel's ${name}`, path, earlier.path);
  }

  #field(place: RegisterPlace, name: string, value: FieldInput[string], path: ValuePath): void {
    requireField(place, { [name]: value });
    const wish = this.registers.get(place.key) ?? { ...place, fields: {}, paths: new Map<string, ValuePath>() };
    this.registers.set(place.key, wish);
    const earlier = wish.paths.get(name);
    if (earlier !== undefined) {
      this.#conflict(`${placeText(place)} ${name}`, path, earlier);
      return;
    }
    wish.fields[name] = value;
    wish.paths.set(name, path);
  }

  #required(): LayoutStore {
    if (this.#layouts !== undefined) return this.#layouts;
    throw new AuxctlError('ERR_NO_TRANSPORT', `no plugin is for ${this.#device}`);
  }

  #conflict(what: string, path: ValuePath, earlier: ValuePath): void {
    this.faults.push({ code: 'ERR_USAGE', path, message: `${what} of ${this.#device} is set already`, earlier });
  }

  async #try(path: ValuePath, attempt: (path: ValuePath) => Promise<void> | void): Promise<void> {
    try {
      await attempt(path);
    } catch (error) {
      if (!(error instanceof AuxctlError)) throw error;
      this.faults.push({ code: error.code, path, message: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` });
    }
  }
}
