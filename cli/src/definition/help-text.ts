import { EXAMPLES } from '../generated/examples.js';
import { ENVIRONMENT, EXIT_STATUSES } from './surroundings.js';
import type { ExampleDefinition } from './types.js';

const COLUMNS = 111;

/** What the tool is, in one line. */
export const ROOT_SUMMARY = 'Talk to the firmware of any device behind a control channel';

/** What the help of the whole tool ends with. */
export const AFTER_ROOT_HELP = `
DEV is anything that names the device: fwctl0, /dev/fwctl/fwctl0, 0000:3b:00.0, 3b:00.0, eth0, nvme0, mem0,
${[...EXAMPLES.names, ''].join(', ')}or with --sim a simulated one such as sim-${EXAMPLES.plugin}-0.

${filled(`Exit status: ${EXIT_STATUSES.map(({ name, meaning }) => `${name} ${meaning}`).join(', ')}.`)}

${filled(`Environment: ${ENVIRONMENT.map(({ name, meaning }) => `${name}${meaning.startsWith('as ') ? ',' : ''} ${meaning}`).join('; ')}.`)}

auxctl demo gives a tour; auxctl help COMMAND explains a command.
`;

/** The examples below a command's help. */
export function examplesText(examples: readonly ExampleDefinition[]): string {
  return `\nExamples:\n${examples.map(({ line, meaning }) => `  # ${meaning}\n  auxctl ${line}\n`).join('')}`;
}

/** A paragraph in lines that are not too long. */
function filled(text: string): string {
  let width = 0;
  return text.split(' ').map((word) => {
    const isNext = width === 0 || width + 1 + word.length <= COLUMNS;
    const before = width === 0 ? '' : isNext ? ' ' : '\n';
    width = isNext ? width + before.length + word.length : word.length;
    return before + word;
  }).join('');
}
