import { findObject, indexFields, present, type Codec, type FieldInput } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';
import { parseFieldArguments } from '../../arguments/field-arguments.js';
import { report, type CommandModule } from '../../command.js';
import { decodedDocument, noteAnomalies } from '../../fields/decoded.js';
import { requireFields } from '../../fields/known.js';
import { fieldTable } from '../../fields/rows.js';
import type { PresentedFields } from '../../fields/select.js';
import { layoutsOf } from '../../layouts.js';
import { openOffline, rehearse } from '../../offline.js';
import { openDevice, requirePlugin } from '../../open.js';
import { confirm, readPermissions, requirePermission } from '../../permission.js';
import type { ObjReadDocument } from '../../schemas/objects.js';

/** `auxctl obj read` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const { name, title, command: commandName } = await findObject(layouts, invocation.text('NAME'));
  const command = await layouts.document('command', commandName);
  requireFields(await layouts.codec('command', command.name, command.reply), invocation.maybe('fields'));
  const given = parseFieldArguments(invocation.list('key=value'));
  const permissions = readPermissions(invocation);

  const offline = await openOffline(found);
  const rehearsal = await rehearse(permissions.allow, (options) => offline.objects.read(name, given, { ...permissions, ...options }));
  const undertaking = { found, command: command.name, ...rehearsal };
  await requirePermission(undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') await confirm(`Reading ${name} so does something to the device. Go on?`, undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const decoded = await channel.objects.read(name, given, permissions);
  const key = keyOf(await layouts.codec('command', command.name, command.request), given);
  const defaults = Object.keys(key).filter((field) => !Object.hasOwn(given, field));
  if (defaults.length > 0) context.notes.detail(`not given, and so ${defaults.map((field) => `${field}=${key[field]?.type === 'value' ? key[field].text : ''}`).join(', ')}`);
  const document: ObjReadDocument = {
    schema: 'auxctl.obj-read/1', device: found.device.address, object: { name, title, command: command.name },
    key, ...decodedDocument(decoded, invocation.maybe('fields')),
  };
  noteAnomalies(document, context);
  return report(document, ({ fields }, style) => fieldTable(fields, style, context.options.verbose));
};

/** The key that was sent: what was given, and the defaults of the rest. */
function keyOf(request: Codec, given: FieldInput): PresentedFields {
  const fields = indexFields(request);
  const defaults = Object.fromEntries(fields.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, integerValue(value)] as const])));
  const names = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(present(request, request.encode({ ...defaults, ...given }))).filter(([name]) => names.has(name)));
}
