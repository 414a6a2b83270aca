import { idValue } from '@auxctl/schemas/model';
import type { CommandQuestion, PolicyChanges } from '../policy/types.js';
import type { ChannelParts } from './channel.js';
import { secretsOf } from './described.js';
import { planFor } from './effects.js';
import type { PermittedRequest, RegisterImage } from './permitted.js';
import { touchedFields } from './touched.js';

const PCI_DIGITS = 4;

type Judged = Pick<CommandQuestion, 'commands' | 'register' | 'changes' | 'secrets'>;

/** What a policy is asked about a request. `serial` is the device's, as it tells it: undefined where it was not asked, null where it has none. */
export async function questionOf(parts: ChannelParts, checked: PermittedRequest, serial: string | null | undefined): Promise<CommandQuestion> {
  const { plan: { effect }, scope } = checked;
  return { device: judgedDevice(parts.device, parts.entry.manifest.name, serial), effect, scope, ...(await judgedRequest(parts, checked)) };
}

/** What a policy knows of a device. */
export function judgedDevice({ address, pci, driver }: ChannelParts['device'], plugin: string, serial: string | null | undefined): CommandQuestion['device'] {
  const four = (value: number): string => value.toString(16).padStart(PCI_DIGITS, '0');
  return { address, plugin, pci: pci === undefined ? null : `${four(pci.vendorId)}:${four(pci.deviceId)}`, driver: driver ?? null, serial };
}

async function judgedRequest(parts: ChannelParts, checked: PermittedRequest): Promise<Judged> {
  const judged = await judgedBytes(parts, checked);
  const { about } = checked.known;
  if (about?.parts === undefined) return judged;
  return { ...judged, changes: about.parts.length === 0 ? 'unchanged' : about.parts };
}

/** As far as the plugin's layouts reach; what they do not reach is not known. */
async function judgedBytes(parts: ChannelParts, checked: PermittedRequest): Promise<Judged> {
  const { framing, layouts, plugin } = parts;
  const { plan, request, known: { image } } = checked;
  const { opcode, modifier } = framing.identify(request);
  const row = planFor(await layouts.opcodes(), opcode, modifier);
  const commands = [...new Set([plan.command, row.command])];
  if (image !== undefined) return { commands, ...judgedImage(image) };
  const name = layouts.names('command').find((each) => each === plan.command || each === row.command);
  if (name === undefined) return { commands, register: row.leastScope === undefined ? undefined : null, changes: 'unknown' };
  const document = await layouts.document('command', name);
  const codec = await layouts.codec('command', document.name, document.request);
  if (request.length < codec.sizeBytes) return { commands, register: undefined, changes: 'unknown' };
  const target = plugin.registers?.target(document.name, codec.decode(request));
  if (target === undefined) return { commands, register: null, changes: changesOf(touchedFields(codec, request, undefined).filter((path) => !isFrame(parts, path)), undefined), secrets: secretsOf(codec) };
  const entry = (await layouts.entries('register')).find(({ id }) => idValue(id) === target.id);
  if (entry === undefined) return { commands, register: `0x${target.id.toString(16)}`, changes: 'unknown' };
  return { commands, ...judgedImage({ register: entry.name, codec: await layouts.codec('register', entry.name), image: target.image }) };
}

function judgedImage({ register, codec, image, before }: RegisterImage): Omit<Judged, 'commands'> {
  return { register, changes: changesOf(touchedFields(codec, image, before), before), secrets: secretsOf(codec) };
}

function changesOf(paths: readonly string[], before: Uint8Array | undefined): PolicyChanges {
  if (paths.length > 0) return paths.map((field) => ({ field }));
  return before === undefined ? 'none' : 'unchanged';
}

/** What says which command it is sets nothing. */
function isFrame({ entry: { manifest: { framing: { request: { opcode, modifier } } } } }: ChannelParts, path: string): boolean {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name === opcode || name === modifier;
}
