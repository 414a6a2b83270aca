import { pciIdText } from '../device/pci-id.js';
import type { CommandQuestion, PolicyChanges } from '../policy/types.js';
import type { ChannelParts } from './channel.js';
import { secretsOf } from './described.js';
import type { PermittedRequest, RegisterImage } from './permitted.js';
import { touchedFields } from './touched.js';
import { understand } from './understood.js';

type Judged = Pick<CommandQuestion, 'commands' | 'register' | 'changes' | 'secrets'>;

/** What a policy is asked about a request. `serial` is the device's, as it tells it: undefined where it was not asked, null where it has none. */
export async function questionOf(parts: ChannelParts, checked: PermittedRequest, serial: string | null | undefined): Promise<CommandQuestion> {
  const { plan: { effect }, scope } = checked;
  return { device: judgedDevice(parts.device, parts.entry.manifest.name, serial), effect, scope, ...(await judgedRequest(parts, checked)) };
}

/** What a policy knows of a device. */
export function judgedDevice({ address, pci, driver }: ChannelParts['device'], plugin: string, serial: string | null | undefined): CommandQuestion['device'] {
  return { address, plugin, pci: pci === undefined ? null : pciIdText(pci), driver: driver ?? null, serial };
}

async function judgedRequest(parts: ChannelParts, checked: PermittedRequest): Promise<Judged> {
  const judged = await judgedBytes(parts, checked);
  const { about } = checked.known;
  if (about?.parts === undefined) return judged;
  return { ...judged, changes: about.parts.length === 0 ? 'unchanged' : about.parts };
}

/** As far as the plugin's layouts reach; what they do not reach is not known. */
async function judgedBytes(parts: ChannelParts, checked: PermittedRequest): Promise<Judged> {
  const { commands, holds } = await understand(parts, checked);
  switch (holds.type) {
    case 'register': return { commands, ...judgedImage(holds.image) };
    case 'unknown-register': return { commands, register: holds.register, changes: 'unknown' };
    case 'command': return { commands, register: null, changes: changesOf(touchedFields(holds.codec, checked.request, undefined).filter((path) => !isFrame(parts, path)), undefined), secrets: secretsOf(holds.codec) };
    case 'bytes': return { commands, register: holds.isKnown ? null : undefined, changes: 'unknown' };
  }
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
