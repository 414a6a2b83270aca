import type { FieldInput } from '@auxctl/core';
import type { LayoutDocumentOf } from '@auxctl/schemas';
import { parseFieldArguments } from './arguments/field-arguments.js';
import type { Context } from './command.js';
import type { FoundDevice } from './devices.js';
import { requireFields } from './fields/known.js';
import type { Invocation } from './invocation.js';
import { layoutsOf } from './layouts.js';
import { openOffline, rehearse } from './offline.js';
import { requirePlugin } from './open.js';
import { confirm, readPermissions, requirePermission, type Permissions } from './permission.js';

/** A register to be read, by words that have been checked; nothing has been sent. */
export interface RegisterRequest {
  readonly found: FoundDevice;
  readonly register: LayoutDocumentOf<'register'>;
  /** The index fields, and fields that start an operation, as given. */
  readonly given: FieldInput;
  readonly permissions: Permissions;
}

/** Reads `DEV NAME index=value...`, `--fields` and what is allowed. Asks where reading does something. Rejects with whatever is wrong with the words. */
export async function requestRegister(invocation: Invocation, context: Context): Promise<RegisterRequest> {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const register = await layouts.document('register', invocation.text('NAME'));
  requireFields(await layouts.codec('register', register.name), invocation.maybe('fields'));
  const given = parseFieldArguments(invocation.list('index=value'));
  const permissions = readPermissions(invocation);

  const offline = await openOffline(found);
  const rehearsal = await rehearse(permissions.allow, (options) => offline.registers.read(register.name, given, { ...permissions, ...options }));
  const undertaking = { found, command: register.name, ...rehearsal };
  await requirePermission(undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') await confirm(`Reading ${register.name} so does something to the device. Go on?`, undertaking, invocation, context);
  return { found, register, given, permissions };
}
