import { objectsOf, present, readingsOf, type CallOptions, type Decoded, type DeviceChannel, type LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';

/** One thing that can be asked of a device without any argument, and that changes nothing. */
export interface Inspection {
  readonly kind: 'register' | 'capability' | 'object' | 'command';
  /** As an error would name it. */
  readonly what: string;
  readonly ask: (channel: DeviceChannel, options?: CallOptions) => Promise<Decoded>;
}

/** What came of asking: an answer, a refusal of the device or the way to it, or a request that was not sent. */
export type Asked = { readonly answer: Decoded } | { readonly refusal: string } | { readonly unsent: string };

const REFUSALS: ReadonlySet<string> = new Set(['ERR_FIRMWARE_STATUS', 'ERR_UNSUPPORTED', 'ERR_DELIVERY', 'ERR_KERNEL_REFUSED', 'ERR_NOT_CARRIED']);
const UNSENT: ReadonlySet<string> = new Set(['ERR_NOT_ALLOWED', 'ERR_FIELD_MISSING', 'ERR_FIELD_ACCESS']);

/** Everything that can be asked so: readings of registers, capabilities in both modes, objects without a key, and commands. */
export async function inspectionsOf(store: LayoutStore): Promise<Inspection[]> {
  return [...await registersOf(store), ...capabilitiesOf(store), ...await objectInspections(store), ...await commandsOf(store)];
}

/** Every reading of every register that can be read. */
export async function registersOf(store: LayoutStore): Promise<Inspection[]> {
  const all = await Promise.all((await store.all('register')).map(async (register): Promise<Inspection[]> => {
    if (register.effects.read !== 'inspect') return [];
    const readings = readingsOf(register, await store.codec('register', register.name));
    return readings.map((index) => ({ kind: 'register', what: `register ${register.name}`, ask: (channel, options) => channel.registers.read(register.name, index, options) }));
  }));
  return all.flat();
}

/** Every capability, in force and at most. */
export function capabilitiesOf(store: LayoutStore): Inspection[] {
  return store.names('capability').flatMap((name) => (['current', 'maximum'] as const).map((mode): Inspection => ({
    kind: 'capability', what: `capability ${name}, ${mode}`, ask: (channel, options) => channel.capability(name, mode, options),
  })));
}

/** Every kind of object that can be asked for without saying which. */
export async function objectInspections(store: LayoutStore): Promise<Inspection[]> {
  const objects = (await objectsOf(store)).filter(({ requiredKey }) => requiredKey.length === 0);
  return objects.map(({ name }) => ({ kind: 'object', what: `object ${name}`, ask: (channel, options) => channel.objects.read(name, {}, options) }));
}

/** Every command that the table calls `inspect`. */
export async function commandsOf(store: LayoutStore): Promise<Inspection[]> {
  const { opcodes } = await store.opcodes();
  const harmless = new Set(opcodes.filter(({ effect }) => effect === 'inspect').map(({ opcode, name }) => `${integerValue(opcode)} ${name}`));
  const documents = (await store.all('command')).filter(({ opcode, name }) => harmless.has(`${integerValue(opcode)} ${name}`));
  return documents.map(({ name }) => ({ kind: 'command', what: `command ${name}`, ask: (channel, options) => channel.call(name, {}, options) }));
}

/** Asks, and decodes all of the answer. Rejects with any error that is neither a refusal nor one that was found before sending. */
export async function ask({ ask: send }: Inspection, channel: DeviceChannel, options?: CallOptions): Promise<Asked> {
  try {
    const answer = await send(channel, options);
    decodeAll(answer);
    return { answer };
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && REFUSALS.has(code)) return { refusal: code };
    if (code !== undefined && UNSENT.has(code)) return { unsent: code };
    throw error;
  }
}

/** Makes every form of a reply that anybody could ask for. */
export function decodeAll({ codec, raw }: Decoded): void {
  codec.decode(raw);
  codec.anomalies(raw);
  present(codec, raw);
}

/** The code of an error of the catalogue, or of any other that has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
