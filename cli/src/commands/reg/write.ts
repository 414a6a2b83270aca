import { indexFields, offeredByWrite, present, type PreparedWrite } from '@auxctl/core';
import { fieldPaths, parseFieldArguments } from '../../arguments/field-arguments.js';
import { report, type CommandModule } from '../../command.js';
import { compareFields } from '../../fields/changes.js';
import { decodedDocument, noteAnomalies } from '../../fields/decoded.js';
import { considerKernel } from '../../kernel-first.js';
import { noteKernelInterfaces } from '../../kernel-interfaces.js';
import { layoutsOf } from '../../layouts.js';
import { openDevice, requirePlugin } from '../../open.js';
import type { Style } from '../../output/style.js';
import { table } from '../../output/table.js';
import { announceFiner, confirm, readPermissions, requirePermission } from '../../permission.js';
import { rehearseWrite } from '../../register-writing.js';
import type { Change, RegWriteDocument } from '../../schemas/values.js';

/** `auxctl reg write` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const found = await context.devices.find(invocation.text('DEV'));
  const { name, kernelInterfaces } = await layoutsOf(requirePlugin(found)).document('register', invocation.text('NAME'));
  const words = invocation.list('field=value');
  const fields = parseFieldArguments(words);
  const permissions = readPermissions(invocation);

  const paths = fieldPaths(words);
  const undertaking = await rehearseWrite(found, name, fields, paths, permissions);
  await requirePermission(undertaking, invocation, context);
  await considerKernel(offeredByWrite(await layoutsOf(requirePlugin(found)).codec('register', name), fields), undertaking, invocation, context);
  noteKernelInterfaces(kernelInterfaces, found.device, context);

  await using channel = await openDevice(found, context);
  const prepared = await channel.registers.prepareWrite(name, fields, { allow: permissions.allow });
  const finer = { effect: prepared.plan.effect, scope: permissions.scope ?? prepared.plan.leastScope ?? undertaking.scope };
  announceFiner(undertaking, finer, context);
  if (prepared.isVisible === false) context.notes.note(`${name} does not show what is written before the device is reset, so it is not read back`);
  if (!invocation.flag('yes')) {
    context.terminal.note(changeTable(changesOf(prepared, undefined, paths), context.terminal.style('note', context.options.color)));
    await confirm(`Write ${name} of ${found.device.address}?`, undertaking, invocation, context);
  }
  const after = await channel.registers.write(prepared, permissions);
  const document: RegWriteDocument = {
    schema: 'auxctl.reg-write/1', device: found.device.address, register: name, effect: finer.effect, scope: finer.scope ?? null,
    changes: changesOf(prepared, after, paths), before: decodedDocument(prepared.before), after: decodedDocument(after),
  };
  noteAnomalies(document.after, context);
  return report(document, ({ changes }, style) => changeTable(changes, style));
};

/** What was set and what differs; index fields only say where. */
function changesOf({ before, after: asked }: PreparedWrite, answered: PreparedWrite['after'] | undefined, paths: readonly string[]): Change[] {
  const places = new Set(indexFields(before.codec).map(({ name }) => name));
  const versions = [before, asked, answered ?? asked].map(({ codec, raw }) => present(codec, raw));
  return compareFields(versions, paths)
    .filter(({ path }) => !places.has(path))
    .map(({ path, texts: [was = '', wanted = '', is = ''] }) => ({ path, before: was, asked: paths.some((each) => isWithin(each, path)) ? wanted : null, after: is }));
}

/** Does a row of the table show a field that was set? Short arrays share a row, written `x[0..3]`. */
function isWithin(set: string, row: string): boolean {
  return row === set || row.startsWith(`${set}.`) || row.startsWith(`${set}[`) || (row.includes('..') && set.startsWith(row.slice(0, row.lastIndexOf('[') + 1)));
}

function changeTable(changes: readonly Change[], style: Style): string {
  return table(changes, [
    { heading: 'FIELD', cell: ({ path }) => path },
    { heading: 'BEFORE', cell: ({ before }) => before },
    { heading: 'AFTER', cell: ({ after }) => after, paint: (_row, text) => style.changed(text) },
    { heading: 'ASKED FOR', cell: ({ asked, after }) => (asked === null || asked === after ? '' : asked), paint: (_row, text) => style.warning(text) },
  ], style);
}
