import { offeredByWrite } from '@auxctl/core';
import { parseFieldArguments } from '../arguments/field-arguments.js';
import { report, type CommandModule } from '../command.js';
import { decodedDocument, noteAnomalies } from '../fields/decoded.js';
import { requireFields } from '../fields/known.js';
import { fieldTable } from '../fields/rows.js';
import { considerKernel } from '../kernel-first.js';
import { noteKernelInterfaces } from '../kernel-interfaces.js';
import { layoutsOf } from '../layouts.js';
import { openOffline, rehearse } from '../offline.js';
import { openDevice, requirePlugin } from '../open.js';
import { announceFiner, confirm, readPermissions, requirePermission } from '../permission.js';
import type { CallDocument } from '../schemas/values.js';

/** `auxctl call` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const layouts = layoutsOf(requirePlugin(found));
  const { name, reply: replyStructure, kernelInterfaces } = await layouts.document('command', invocation.text('NAME'));
  requireFields(await layouts.codec('command', name, replyStructure), invocation.maybe('fields'));
  const fields = parseFieldArguments(invocation.list('field=value'));
  const permissions = readPermissions(invocation);

  const offline = await openOffline(found);
  const rehearsal = await rehearse(permissions.allow, (options) => offline.call(name, fields, { ...permissions, ...options }));
  const undertaking = { found, command: name, ...rehearsal };
  await requirePermission(undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') await considerKernel(offeredByWrite(await layouts.codec('command', name), fields), undertaking, invocation, context);
  if (rehearsal.effect !== 'inspect') noteKernelInterfaces(kernelInterfaces, found.device, context);
  if (rehearsal.effect !== 'inspect') await confirm(`Send ${name} to ${found.device.address}?`, undertaking, invocation, context);

  await using channel = await openDevice(found, context);
  const call = await channel.prepare(name, fields, permissions);
  const finer = { effect: call.plan.effect, scope: call.request.scope };
  announceFiner(undertaking, finer, context);
  const reply = await channel.sendPrepared(call, {});
  const document: CallDocument = {
    schema: 'auxctl.call/1', device: found.device.address, command: name, ...finer,
    ...decodedDocument(reply, invocation.maybe('fields')),
  };
  noteAnomalies(document, context);
  return report(document, (shown, style) => fieldTable(shown.fields, style, context.options.verbose));
};
