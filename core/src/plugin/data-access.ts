import type { IntegerLiteral, ManifestAccess, RegisterCommand } from '@auxctl/schemas';
import { idValue, integerValue } from '@auxctl/schemas/model';
import { bytesField, integerField } from '../layout/fields.js';
import type { FieldInput, Fields } from '../layout/types.js';
import type { CapabilityAccess, RegisterAccess, RegisterTarget } from './types.js';

type RegisterData = Omit<NonNullable<ManifestAccess['registers']>, 'readBack'> & { readonly readBack?: boolean | undefined };
type CapabilityData = NonNullable<ManifestAccess['capabilities']>;
type Constants = Readonly<Record<string, IntegerLiteral>> | undefined;

/** Registers by the commands that a manifest names. */
export function registerAccess({ read, write, reply, readBack = false }: RegisterData): RegisterAccess {
  const call = ({ command, id, image, fields }: RegisterCommand) => (register: Parameters<RegisterAccess['read']>[0], bytes: Uint8Array) => (
    { command, fields: { ...constantInput(fields), [id]: idValue(register.id), [image]: bytes } });
  const commands = [{ access: 'read', by: read } as const, ...(write === undefined ? [] : [{ access: 'write', by: write } as const])];
  return {
    read: call(read),
    ...(write === undefined ? {} : { write: call(write) }),
    image: (fields) => bytesField(fields, reply),
    readBack,
    target(command, request): RegisterTarget | undefined {
      const found = commands.find(({ by }) => by.command === command && agrees(by.fields, request));
      return found === undefined ? undefined : { id: integerField(request, found.by.id), access: found.access, image: bytesField(request, found.by.image) };
    },
  };
}

/** Capabilities by the command that a manifest names. */
export function capabilityAccess({ command, id, mode, fields, reply }: CapabilityData): CapabilityAccess {
  return {
    read: (capability, wanted) => ({
      command,
      fields: {
        ...constantInput(fields),
        ...(id === undefined ? {} : { [id]: integerValue(capability.id) }),
        ...(mode === undefined ? {} : { [mode.field]: integerValue(mode[wanted]) }),
      },
    }),
    image: (answer) => bytesField(answer, reply),
  };
}

/** The constants of a manifest as fields to send. */
export function constantInput(constants: Constants): FieldInput {
  return Object.fromEntries(Object.entries(constants ?? {}).map(([name, value]) => [name, integerValue(value)]));
}

function agrees(constants: Constants, request: Fields): boolean {
  return Object.entries(constants ?? {}).every(([name, value]) => integerField(request, name) === integerValue(value));
}
