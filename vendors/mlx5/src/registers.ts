import { bytesField, integerField, type RegisterAccess } from '@auxctl/core';

/** Registers are reached by one command, whose modifier says whether to read or write. */
export const registers: RegisterAccess = {
  read: (register, image) => ({ command: 'ACCESS_REG', fields: { op_mod: 'READ', register_id: register.id, register_data: image } }),
  write: (register, image) => ({ command: 'ACCESS_REG', fields: { op_mod: 'WRITE', register_id: register.id, register_data: image } }),
  image: (reply) => bytesField(reply, 'register_data'),
  target(command, request) {
    if (command !== 'ACCESS_REG') return undefined;
    const access = integerField(request, 'op_mod') === 0n ? 'write' : 'read';
    return { id: integerField(request, 'register_id'), access, image: bytesField(request, 'register_data') };
  },
};
