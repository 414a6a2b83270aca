import {
  bytesField, integerField, openFwctl, refusedToUndefined, requireNode, textField,
  type CapabilityAccess, type IdentityQueries, type Plugin, type RegisterAccess,
} from '@auxctl/core';
import manifest from '../manifest.json' with { type: 'json' };

const registers: RegisterAccess = {
  read: (register, image) => ({ command: 'READ_REGISTER', fields: { argument: register.id, data: image } }),
  write: (register, image) => ({ command: 'WRITE_REGISTER', fields: { argument: register.id, data: image } }),
  image: (reply) => bytesField(reply, 'data'),
  target(command, request) {
    if (command !== 'READ_REGISTER' && command !== 'WRITE_REGISTER') return undefined;
    const access = command === 'READ_REGISTER' ? 'read' : 'write';
    return { id: integerField(request, 'argument'), access, image: bytesField(request, 'data') };
  },
};

const capabilities: CapabilityAccess = {
  read: (_capability, mode) => ({ command: 'GET_FEATURES', fields: { argument: mode === 'maximum' } }),
  image: (reply) => bytesField(reply, 'features'),
};

async function identify({ call }: IdentityQueries) {
  const reply = await refusedToUndefined(call('IDENTIFY', {}));
  if (reply === undefined) return [];
  return ['firmware', 'serial'].map((name) => ({ name, value: textField(reply, name) }));
}

/** The Anvil: all that its data cannot say. */
export const plugin: Plugin = {
  name: manifest.name,
  open: async (device, { native, wait }) => openFwctl({ native, node: requireNode(device), device: device.address, meanings: manifest, ...wait }),
  identify,
  registers,
  capabilities,
  simulator: async () => (await import('../sim/index.js')).simulator,
};
