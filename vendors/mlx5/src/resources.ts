import {
  bytesField, integerField, textField, type CoreDumpReach, type FieldInput, type Fields, type ResourceAccess, type ResourceCount, type ResourceKind,
  type ResourceMenu, type ResourceRequest, type ResourceSelector, type ResourceSelectorKind, type ResourceUse,
} from '@auxctl/core';

const REGISTER = 'RESOURCE_DUMP';
const DWORD_BYTES = 4;
const MENU_KIND = 0xffff;
/** What stands for a number of resources. */
const COUNTS = { all: 0xffff, active: 0xfffe } as const;
const SEQUENCE_NUMBERS = 16n;
/** What a request takes from the reply before it. */
const CONTINUATION = ['more_dump', 'seq_num', 'index1', 'index2', 'num_of_obj1', 'num_of_obj2', 'device_opaque'] as const;
/** Where in that a device says how far it is: a sequence number says nothing of it. */
const POSITION = ['index1', 'index2', 'num_of_obj1', 'num_of_obj2', 'device_opaque'] as const;
/** The text in place of the name of an index that there is not. */
const NO_NAME = 'N/A';

/** Dumps of internal resources: a register whose readings, one after the other, are a stream of segments. */
export const resources: ResourceAccess = {
  segments: {
    document: 'dump_segments', header: 'dump_segment_header', types: 'segment_type', key: ['index1', 'index2'],
    lengthBytes: (header) => number(header, 'length_dw') * DWORD_BYTES,
    type: (header) => number(header, 'segment_type'),
    structures: (typeName) => [...(typeName === undefined ? [] : [`${typeName.toLowerCase()}_segment`]), 'resource_segment'],
    roles: { INFO: 'information', COMMAND: 'request', MENU: 'menu', NOTICE: 'notice', ERROR: 'error', REFERENCE: 'reference', TERMINATE: 'end' },
  },
  menu: { kind: MENU_KIND, selectors: [] },
  query: (request, previous) => ({ register: REGISTER, fields: { ...firstFields(request), ...(previous === undefined ? {} : continuationOf(previous)) } }),
  piece: (reply, asked) => ({
    room: bytesField(reply, 'inline_data'), lengthBytes: number(reply, 'size'), hasMore: number(reply, 'more_dump') === 1,
    isInSequence: follows(integerField(reply, 'seq_num'), asked), position: POSITION.map((name) => integerField(reply, name)).join(' '),
  }),
  readMenu,
  readMessage: (segment) => ({ code: number(segment, 'syndrome' in segment ? 'syndrome' : 'syndrome_id'), text: textField(segment, 'notice' in segment ? 'notice' : 'error') }),
  readReference: (segment) => ({
    kind: number(segment, 'reference_segment_type'),
    selectors: ['1', '2'].map((place) => ({ index: number(segment, `index${place}`), count: readCount(number(segment, `num_of_obj${place}`)) })),
  }),
};

/** The firmware writes a core dump into memory, through a key that drivers can make and the kernel's fwctl does not pass. */
export const coreDump: CoreDumpReach = {
  register: 'CORE_DUMP', capability: 'DEBUG', fields: ['core_dump_general', 'core_dump_qp', 'log_cr_dump_to_mem_size'],
  obstacle: 'the firmware writes a core dump into memory through a memory key, and the kernel\'s fwctl passes no command that makes one',
};

function firstFields({ kind, selectors }: ResourceRequest): FieldInput {
  return { segment_type: kind, ...selectorFields('1', selectors[0]), ...selectorFields('2', selectors[1]) };
}

function selectorFields(place: string, selector: ResourceSelector | undefined): FieldInput {
  if (selector === undefined) return {};
  const count = typeof selector.count === 'number' ? selector.count : COUNTS[selector.count];
  return { [`index${place}`]: selector.index, [`num_of_obj${place}`]: count };
}

function continuationOf(previous: Fields): FieldInput {
  return Object.fromEntries(CONTINUATION.map((name) => [name, integerField(previous, name)]));
}

/** A device that does not count answers 0. */
function follows(answered: bigint, { seq_num: asked = 0n }: FieldInput): boolean {
  return answered === 0n || (typeof asked === 'bigint' && answered === (asked + 1n) % SEQUENCE_NUMBERS);
}

function readMenu(segment: Fields): ResourceMenu {
  const records = Array.isArray(segment['record']) ? segment['record'] as readonly Fields[] : [];
  const said = number(segment, 'num_of_records');
  const kinds = records.slice(0, said).map(readKind);
  return records.length === said ? { kinds } : { kinds, problem: `the menu says that it has ${said} records, and has ${records.length}` };
}

function readKind(record: Fields): ResourceKind {
  return { id: number(record, 'segment_type'), name: textField(record, 'segment_name'), selectors: ['1', '2'].map((place) => readSelectorKind(record, place)) };
}

function readSelectorKind(record: Fields, place: string): ResourceSelectorKind {
  const is = (name: string): boolean => number(record, name) === 1;
  const use = (name: string): ResourceUse => (is(`must_have_${name}`) ? 'required' : is(`support_${name}`) ? 'optional' : 'none');
  const name = textField(record, `index${place}_name`);
  return {
    index: use(`index${place}`), count: use(`num_of_obj${place}`), ...(name === '' || name === NO_NAME ? {} : { name }),
    canBeAll: is(`num_of_obj${place}_supports_all`), canBeActive: is(`num_of_obj${place}_supports_active`),
  };
}

function readCount(count: number): ResourceCount {
  return count === COUNTS.all ? 'all' : count === COUNTS.active ? 'active' : count;
}

function number(fields: Fields, name: string): number {
  return Number(integerField(fields, name));
}
