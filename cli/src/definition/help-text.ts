import { EXAMPLES } from '../generated/examples.js';
import type { ExampleDefinition } from './types.js';

/** What the tool is, in one line. */
export const ROOT_SUMMARY = 'Talk to the firmware of any device behind a control channel';

/** What the help of the whole tool ends with. */
export const AFTER_ROOT_HELP = `
DEV is anything that names the device: fwctl0, /dev/fwctl/fwctl0, 0000:3b:00.0, 3b:00.0, eth0, nvme0, mem0,
${[...EXAMPLES.names, ''].join(', ')}or with --sim a simulated one such as sim-${EXAMPLES.plugin}-0.

Exit status: 0 done, 1 internal fault, 2 usage, 3 no such device or device gone, 4 permission, scope or policy
refused, 5 firmware refused, 6 timed out, 7 differences found, 129 terminal gone, 130 interrupted,
143 terminated.

Environment: AUXCTL_PLUGINS names folders of further plugins, separated by colons; NO_COLOR, as --no-color.

auxctl demo gives a tour; auxctl help COMMAND explains a command.
`;

/** The examples below a command's help. */
export function examplesText(examples: readonly ExampleDefinition[]): string {
  return `\nExamples:\n${examples.map(({ line, meaning }) => `  # ${meaning}\n  auxctl ${line}\n`).join('')}`;
}
