import type { CapabilityAccess } from '@auxctl/core';
import { bytesField } from '@auxctl/core';

/** Capabilities are read by one command, whose modifier names the type and which of its two sets of values. */
export const capabilities: CapabilityAccess = {
  read: (capability, mode) => ({ command: 'QUERY_HCA_CAP', fields: { op_mod: `${capability.name}_${mode === 'current' ? 'CURRENT' : 'MAX'}` } }),
  image: (reply) => bytesField(reply, 'capability'),
};
