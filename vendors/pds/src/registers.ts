import { bytesField, integerField, type RegisterAccess } from '@auxctl/core';

/** Registers as `access` reaches them; but what follows a shorter block in the room of its reply is no part of it. */
export function withoutPadding(access: RegisterAccess): RegisterAccess {
  return { ...access, image: (reply) => bytesField(reply, 'image').subarray(0, Number(integerField(reply, 'length'))) };
}
