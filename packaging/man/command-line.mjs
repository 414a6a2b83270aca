import { importSource } from '../../.ci/source.mjs';

/**
 * @typedef {object} Entry a command, or a group of commands
 * @property {readonly string[]} path its words after the program's name
 * @property {string} family where help lists it
 * @property {import('../../cli/src/definition/types.js').CommandDefinition} definition
 * @property {readonly Entry[]} verbs of a group; empty for a command
 */

/** The code of commands is left alone: only what is said about them is needed. */
export const WITHOUT_CODE = {
  name: 'without-code',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/commands\// }, ({ path }) => ({ path, external: true }));
  },
};

/** The one definition of the command line. The tool has to be built: its examples come from what it was built with. */
export async function readCommandLine() {
  const { COMMANDS } = await importSource('cli/src/definition/commands.ts', [WITHOUT_CODE]);
  const { GLOBAL_OPTIONS } = await importSource('cli/src/global-options.ts');
  const { AFTER_ROOT_HELP, ROOT_SUMMARY } = await importSource('cli/src/definition/help-text.ts');
  /** @type {Entry[]} */
  const entries = COMMANDS.flatMap(({ group: family, commands }) => commands.map((definition) => ({
    path: [definition.name], family, definition,
    verbs: (definition.commands ?? []).map((verb) => ({ path: [definition.name, verb.name], family, definition: verb, verbs: [] })),
  })));
  return { entries, globalOptions: GLOBAL_OPTIONS, summary: ROOT_SUMMARY, afterHelp: AFTER_ROOT_HELP };
}

/** Groups and commands, each group before its commands. @param {readonly Entry[]} entries @returns {Entry[]} */
export function everyEntry(entries) {
  return entries.flatMap((entry) => [entry, ...entry.verbs]);
}
