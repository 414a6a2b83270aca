import { findObject, nvParameters, objectKey, objectsOf, type LayoutStore } from '@auxctl/core';
import { commandSummaries } from '../describe/commands.js';
import { describeStructure } from '../describe/structure.js';
import { layoutsOf } from '../layouts.js';
import type { KnownPlugin } from '../plugins.js';
import { findSimulator } from '../simulation/load.js';
import { columns } from './lines.js';
import { NamesTable } from './names-table.js';

const NONE = '0';

/** A plugin in one line: its name, what it is for, what it matches, and its simulator's profiles; none where its code cannot be loaded. */
export async function pluginLine(plugin: KnownPlugin): Promise<string> {
  const { name, description, match } = plugin.manifest;
  return columns('plugin', name, description, match.join(' '), (await profilesOf(plugin)).join(' '));
}

async function profilesOf(plugin: KnownPlugin): Promise<readonly string[]> {
  try {
    return (await findSimulator(plugin))?.profiles ?? [];
  } catch {
    return [];
  }
}

/**
 * What a plugin's layouts name, as lines for shells. Lines of registers, commands, objects and capabilities have a name, a title, and three numbers of
 * `fields` lines: those that select or are sent, those that are shown, and those that a write may set. A `parameter` has the fields of its own line. A
 * field is a name with `[4]` behind it for an array of four, then `:` and the number of the fields in it, or `=` and the number of an `enum` line.
 */
export async function pluginIndex(plugin: KnownPlugin): Promise<string> {
  const layouts = layoutsOf(plugin);
  const table = new NamesTable();
  const lines = [
    ...await registerLines(layouts, table), ...await commandLines(plugin, table), ...await objectLines(layouts, table), ...await capabilityLines(layouts, table),
    ...await parameterLines(layouts, table), () => columns('structures', layouts.names('structures').join(' ')),
  ].map((line) => line());
  return [...lines, ...table.lines()].join('');
}

/** A line that is written when everything has been read: numbers follow the order of lines, not that in which files are read. */
type Line = () => string;

async function registerLines(layouts: LayoutStore, table: NamesTable): Promise<Line[]> {
  return Promise.all(layouts.names('register').map(async (name) => {
    const { title } = await layouts.document('register', name);
    const structure = describeStructure(await layouts.codec('register', name));
    return () => {
      const index = table.numberOf(structure, ({ access }) => access === 'INDEX');
      const writable = table.numberOf(structure, ({ access = 'RO' }) => access !== 'RO' && access !== 'INDEX');
      return columns('register', name, title, index, table.numberOf(structure), writable);
    };
  }));
}

async function commandLines(plugin: KnownPlugin, table: NamesTable): Promise<Line[]> {
  const layouts = layoutsOf(plugin);
  const { opcode } = plugin.manifest.framing.request;
  return Promise.all((await commandSummaries(layouts)).map(async ({ name, title, hasLayout }) => {
    if (!hasLayout) return () => columns('command', name, title ?? '', NONE, NONE, NONE);
    const { request, reply } = await layouts.document('command', name);
    const sent = describeStructure(await layouts.codec('command', name, request));
    const shown = describeStructure(await layouts.codec('command', name, reply));
    return () => columns('command', name, title ?? '', table.numberOf(sent, ({ path }) => path !== opcode), table.numberOf(shown), NONE);
  }));
}

async function objectLines(layouts: LayoutStore, table: NamesTable): Promise<Line[]> {
  return Promise.all((await objectsOf(layouts)).map(async ({ name, title }) => {
    const entry = await findObject(layouts, name);
    const key = (await objectKey(layouts, entry)).map((field) => field.name);
    const { reply } = await layouts.document('command', entry.command);
    const shown = describeStructure(await layouts.codec('command', entry.command, reply));
    return () => columns('object', name, title, table.numberOfNames(key), table.numberOf(shown), NONE);
  }));
}

async function capabilityLines(layouts: LayoutStore, table: NamesTable): Promise<Line[]> {
  return Promise.all(layouts.names('capability').map(async (name) => {
    const { title } = await layouts.document('capability', name);
    const structure = describeStructure(await layouts.codec('capability', name));
    return () => columns('capability', name, title, NONE, table.numberOf(structure), NONE);
  }));
}

async function parameterLines(layouts: LayoutStore, table: NamesTable): Promise<Line[]> {
  return Promise.all((await nvParameters(layouts)).map(async ({ parameter: { name, title, field }, document }) => {
    const { fields, enums } = describeStructure(await layouts.codec('nvconfig', document.name));
    const own = fields.filter(({ path }) => path === field).map((each) => ({ ...each, path: name }));
    return () => columns('parameter', name, title, table.numberOf({ structure: name, sizeBytes: 0, fields: own, enums, flags: {} }), NONE, NONE);
  }));
}
