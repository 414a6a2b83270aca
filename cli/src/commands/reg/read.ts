import { indexFields, present } from '@auxctl/core';
import { parseFieldArguments } from '../../arguments/field-arguments.js';
import { report, type CommandModule, type Context } from '../../command.js';
import { decodedDocument, noteAnomalies } from '../../fields/decoded.js';
import { requireFields } from '../../fields/known.js';
import { fieldTable } from '../../fields/rows.js';
import type { PresentedFields } from '../../fields/select.js';
import { layoutsOf } from '../../layouts.js';
import { openOffline, rehearse } from '../../offline.js';
import { openDevice, requirePlugin } from '../../open.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';
import type { RegReadDocument } from '../../schemas/values.js';

/** `auxctl reg read` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const register = await layouts.document('register', invocation.text('NAME'));
  requireFields(await layouts.codec('register', register.name), invocation.maybe('fields'));
  const given = parseFieldArguments(invocation.list('index=value'));
  const permissions = readPermissions(invocation);

  const offline = await openOffline(found);
  const rehearsal = await rehearse(permissions.allow, (options) => offline.registers.read(register.name, given, { ...permissions, ...options }));
  const undertaking = { found, command: register.name, ...rehearsal };
  requirePermission(undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') await confirm(`Reading ${register.name} so does something to the device. Go on?`, undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const decoded = await channel.registers.read(register.name, given, permissions);
  const index = indexOf(indexFields(decoded.codec).map(({ name }) => name), present(decoded.codec, decoded.raw));
  noteDefaults(Object.keys(index).filter((name) => !Object.hasOwn(given, name)), context);
  const document: RegReadDocument = {
    schema: 'auxctl.reg-read/1', device: found.device.address, register: { name: register.name, title: register.title },
    index, ...decodedDocument(decoded, invocation.maybe('fields')),
  };
  noteAnomalies(document, context);
  return report(document, ({ fields }, style) => fieldTable(fields, style, context.options.verbose));
};

function indexOf(names: readonly string[], fields: PresentedFields): PresentedFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** What is done about index fields that the command line leaves out: they are 0, and `-v` says so. */
function noteDefaults(names: readonly string[], { notes }: Context): void {
  if (names.length > 0) notes.detail(`index fields that were not given are 0: ${names.join(', ')}`);
}
