import type { RegisterAccess } from '@auxctl/core';
import { bytesField } from '@auxctl/core';

/** Registers are reached by one command, whose modifier says whether to read or write. */
export const registers: RegisterAccess = {
  read: (register, image) => ({ command: 'ACCESS_REG', fields: { op_mod: 'READ', register_id: register.id, register_data: image } }),
  write: (register, image) => ({ command: 'ACCESS_REG', fields: { op_mod: 'WRITE', register_id: register.id, register_data: image } }),
  image: (reply) => bytesField(reply, 'register_data'),
};
