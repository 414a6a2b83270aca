import { dwordField, type Codec, type DwordField, type LayoutStore } from '@auxctl/core';
import { integerValue } from '@auxctl/schemas/model';

/** One family of chips, by where its registers are. */
export interface ChipFamily {
  readonly hardwareIds: ReadonlySet<number>;
  readonly hardwareId: DwordField;
  readonly notReady: DwordField;
}

/** What the mailbox's registers and messages look like. */
export interface IcmdLayout {
  readonly opcode: DwordField;
  readonly status: DwordField;
  readonly extendedMailbox: DwordField;
  readonly busy: DwordField;
  readonly maximumSize: DwordField;
  readonly syndrome: DwordField;
  /** Where the mailbox begins in its address space, in bytes. */
  readonly mailboxBytes: number;
  readonly owner: DwordField;
  readonly accessRegister: number;
  readonly families: readonly ChipFamily[];
  readonly message: Codec;
  /** An empty frame of the address space, for the names of the statuses in it. */
  readonly space: Codec;
}

/** Reads it from the plugin's layouts; rejects with `ERR_LAYOUT`. */
export async function loadIcmdLayout(layouts: LayoutStore): Promise<IcmdLayout> {
  const space = await layouts.codec('structures', 'icmd', 'icmd_space');
  const semaphores = await layouts.codec('structures', 'icmd', 'semaphore_space');
  const field = (name: string): DwordField => dwordField(space, name);
  return {
    opcode: field('opcode'), status: field('status'), extendedMailbox: field('extended_mailbox'), busy: field('busy'),
    maximumSize: field('maximum_size'), syndrome: field('syndrome'), mailboxBytes: space.sizeBytes, owner: dwordField(semaphores, 'icmd_owner'),
    accessRegister: valuesOf(space, 'opcode').get('ACCESS_REGISTER') ?? 0,
    families: await chipFamilies(layouts), message: await layouts.codec('structures', 'icmd', 'register_access'), space,
  };
}

/** The values of an enum field by name. */
export function valuesOf(codec: Codec, fieldName: string): ReadonlyMap<string, number> {
  const field = codec.scope.structures.get(codec.structure)?.fields.find(({ name }) => name === fieldName);
  const entries = field?.type === 'enum' ? codec.scope.enums.get(field.enum) ?? [] : [];
  return new Map(entries.map(({ name, value }) => [name, Number(integerValue(value))]));
}

async function chipFamilies(layouts: LayoutStore): Promise<readonly ChipFamily[]> {
  const { structures } = await layouts.document('structures', 'chips');
  return Promise.all(Object.keys(structures).map(async (name) => {
    const codec = await layouts.codec('structures', 'chips', name);
    return { hardwareIds: new Set(valuesOf(codec, 'hardware_id').values()), hardwareId: dwordField(codec, 'hardware_id'), notReady: dwordField(codec, 'firmware_not_ready') };
  }));
}
