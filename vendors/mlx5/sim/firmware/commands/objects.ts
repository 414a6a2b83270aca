import { uidOf, WHEN, type Command } from '../command.js';
import { OBJECT_KINDS } from '../objects/kinds.js';
import type { ObjectKind, Place } from '../objects/object-kind.js';
import { REFUSAL } from '../refusal.js';
import type { Outcome } from '../register.js';
import type { FirmwareState } from '../state.js';
import { bitsAt, dword } from '../../wire.js';

function at(bytes: Uint8Array, place: Place): number {
  return bitsAt(bytes, ...place);
}

/** What names an object: what it is within, and its number. */
function keyOf({ within = [] }: ObjectKind, request: Uint8Array, number: number): string {
  return [...within.map((place) => at(request, place)), number].join('/');
}

/** The lowest free number, or the one that the creator chose, which may be that of an object that is replaced. */
function chooseNumber({ objects }: FirmwareState, kind: ObjectKind, request: Uint8Array): number | undefined {
  const chosen = kind.made === undefined ? at(request, kind.number) : undefined;
  if (chosen !== undefined && objects.get(kind.name, keyOf(kind, request, chosen)) !== undefined) return chosen;
  if (objects.countOf(kind.name) >= kind.limit) return undefined;
  if (chosen !== undefined) return chosen < kind.limit ? chosen : undefined;
  let number = kind.first;
  while (objects.get(kind.name, keyOf(kind, request, number)) !== undefined) number++;
  return number;
}

function refuseParent({ objects }: FirmwareState, { parent }: ObjectKind, request: Uint8Array): Outcome {
  if (parent === undefined) return undefined;
  const [kind, place] = parent;
  return objects.get(kind, String(at(request, place))) === undefined ? REFUSAL.objectParent : undefined;
}

/** The context and the list behind it as a query shows them. */
function contextOf({ create, query }: ObjectKind, request: Uint8Array): Uint8Array {
  const context = request.slice(create.contextOffsetBytes);
  return query === undefined ? context : context.fill(0, query.contextBytes, create.requestBytes - create.contextOffsetBytes);
}

function creation(kind: ObjectKind): Command {
  const { create, hasList, made } = kind;
  return {
    opcode: create.opcode, name: create.name, requestBytes: create.requestBytes, replyBytes: create.replyBytes,
    ...(hasList === true ? { hasTail: true } : {}), when: WHEN.operational, sender: 'driver',
    run: (state, request, reply) => {
      const refusal = refuseParent(state, kind, request);
      if (refusal !== undefined) return refusal;
      const number = chooseNumber(state, kind, request);
      if (number === undefined) return REFUSAL.objectLimit;
      state.objects.set(kind.name, keyOf(kind, request, number), { context: contextOf(kind, request), uid: uidOf(request) });
      if (made !== undefined) dword(reply, made[0], [made[1], made[2], number]);
      return undefined;
    },
  };
}

function destruction(kind: ObjectKind): Command {
  return {
    ...kind.destroy, when: WHEN.operational, sender: 'driver',
    run: (state, request) => (state.objects.delete(kind.name, keyOf(kind, request, at(request, kind.number))) ? undefined : REFUSAL.objectUnknown),
  };
}

function question(kind: ObjectKind, { opcode, name, requestBytes, replyBytes, contextOffsetBytes }: NonNullable<ObjectKind['query']>): Command {
  return {
    opcode, name, requestBytes, replyBytes, when: WHEN.operational, sender: 'tools',
    run: (state, request, reply) => {
      const object = state.objects.get(kind.name, keyOf(kind, request, at(request, kind.number)));
      if (object === undefined) return REFUSAL.objectUnknown;
      reply.set(object.context.subarray(0, Math.max(0, reply.length - contextOffsetBytes)), contextOffsetBytes);
      return undefined;
    },
  };
}

/** Objects that are shown as they were made. */
export const OBJECT_COMMANDS: readonly Command[] = OBJECT_KINDS.flatMap((kind) => [
  creation(kind), destruction(kind), ...(kind.query === undefined ? [] : [question(kind, kind.query)]),
]);
