import { indexFields, type Codec, type FieldInput, type PreparedWrite } from '@auxctl/core';
import type { FoundDevice } from './devices.js';
import { layoutsOf } from './layouts.js';
import { openOffline, rehearse, type Foreseen } from './offline.js';
import { requirePlugin } from './open.js';
import type { Permissions, Undertaking } from './permission.js';

/** A write of a register: names, values, effect and scope, checked without the device. `paths` are the fields as typed. */
export async function rehearseWrite(found: FoundDevice, name: string, fields: FieldInput, paths: readonly string[], permissions: Permissions): Promise<Undertaking> {
  const offline = await openOffline(found);
  const codec = await layoutsOf(requirePlugin(found)).codec('register', name);
  const raw = codec.encode(fields);
  const { effect } = await rehearse(permissions.allow, (options) => offline.registers.prepareWrite(name, fields, options));
  const image = { raw, fields: codec.decode(raw), anomalies: [], codec };
  const prepared: PreparedWrite = { register: name, plan: { command: name, effect }, before: image, after: image };
  const rehearsal = await rehearse(permissions.allow, (options) => offline.registers.write(prepared, { ...permissions, ...options }));
  return { found, command: name, ...rehearsal, foreseen: withGiven(rehearsal.foreseen, codec, paths) };
}

/** A policy is asked about all that the words set, whether or not it changes anything. */
function withGiven(foreseen: Foreseen | undefined, codec: Codec, given: readonly string[]): Foreseen | undefined {
  if (foreseen === undefined) return undefined;
  const places = indexFields(codec).map(({ name }) => name);
  const changes = given.filter((name) => !places.includes(name)).map((field) => ({ field }));
  return { ...foreseen, question: { ...foreseen.question, changes } };
}
