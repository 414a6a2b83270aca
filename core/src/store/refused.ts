import type { OpcodeTable } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { PolicyError } from '../errors/classes.js';

/** One command of the table's `refused`. */
type RefusedCommand = NonNullable<OpcodeTable['refused']>[number]['commands'][number];

/** Throws `ERR_NOT_PASSED`, with the reason and what does the same, for a command that the kernel's driver passes at no scope. */
export function requirePassed({ refused = [] }: OpcodeTable, isMeant: (command: RefusedCommand) => boolean): void {
  for (const { commands, reason, kernelInterfaces = [] } of refused) {
    const command = commands.find(isMeant);
    if (command === undefined) continue;
    const instead = kernelInterfaces.map(({ what, command: line }) => `${line.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => name.toUpperCase())} (${what})`);
    const hint = instead.length === 0 ? {} : { hint: `The system has ${instead.join('; ')}.` };
    throw new PolicyError('ERR_NOT_PASSED', `the kernel driver does not pass ${command.name}: ${reason}; nothing was sent`, { command: command.name, ...hint });
  }
}

/** The same by a request's opcode and modifier. */
export function requirePassedOpcode(table: OpcodeTable, opcode: bigint, modifier: bigint | undefined): void {
  requirePassed(table, (command) => integerValue(command.opcode) === opcode && (command.modifier === undefined || integerValue(command.modifier) === modifier));
}
