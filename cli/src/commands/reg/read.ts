import { indexFields, present } from '@auxctl/core';
import { report, type CommandModule, type Context } from '../../command.js';
import { decodedDocument, noteAnomalies } from '../../fields/decoded.js';
import { fieldTable } from '../../fields/rows.js';
import type { PresentedFields } from '../../fields/select.js';
import { openDevice } from '../../open.js';
import { requestRegister } from '../../register-reading.js';
import type { RegReadDocument } from '../../schemas/values.js';

/** `auxctl reg read` */
export const run: CommandModule['run'] = async (invocation, context) => {
  const { found, register, given, permissions } = await requestRegister(invocation, context);
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
