import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutDocumentSchema, type Field, type LayoutDocument } from '@auxctl/schemas';
import { importsOf, pathOf } from '@auxctl/schemas/model';
import { expect, it } from 'vitest';

const top = join(import.meta.dirname, '../..');
const NAMES = /serial|mac(_?addr|_47|_31|_15|$)|guid|uuid|eui64|vuid|nqn|wwn|^sn$|_sn$|hostid/i;

/** Fields with such a name that tell nothing of one device, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'cxl feature_entry.uuid': 'names a feature: every device has the same',
  'nvme uuid_entry.uuid': 'names a vendor\'s meaning of a number: every device has the same',
  'mlx5 mcqi_caps.match_base_guid_mac': 'a bit of what the component can do',
  'mlx5 pcam_regs_5000_to_507f.pmac': 'a bit: the register exists',
  'mlx5 pcam_regs_5000_to_507f.pguid': 'a bit: the register exists',
  'mlx5 cmd_hca_cap_2.query_vuid': 'a bit: the command exists',
  'mlx5 e_switch_cap.nic_vport_node_guid_modify': 'a bit of what can be changed',
  'mlx5 e_switch_cap.nic_vport_port_guid_modify': 'a bit of what can be changed',
  'mlx5 flow_table_fields_supported.outer_dmac': 'a bit of what can be matched',
  'mlx5 flow_table_fields_supported.outer_smac': 'a bit of what can be matched',
  'mlx5 flow_table_fields_supported.inner_dmac': 'a bit of what can be matched',
  'mlx5 flow_table_fields_supported.inner_smac': 'a bit of what can be matched',
  'mlx5 ppad_reg.single_mac': 'a bit: the device has one address for all its ports',
  'mlx5 fte_match_set_lyr_2_4.smac_47_16': 'part of a rule about packets',
  'mlx5 fte_match_set_lyr_2_4.smac_15_0': 'part of a rule about packets',
  'mlx5 fte_match_set_lyr_2_4.dmac_47_16': 'part of a rule about packets',
  'mlx5 fte_match_set_lyr_2_4.dmac_15_0': 'part of a rule about packets',
};

type Documents = ReadonlyMap<string, LayoutDocument>;

function documentsOf(folder: string): Documents {
  const kinds = readdirSync(join(folder, 'layouts'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = kinds.flatMap(({ name }) => readdirSync(join(folder, 'layouts', name)).map((file) => join(folder, 'layouts', name, file)));
  return new Map(files.map((file) => layoutDocumentSchema.parse(JSON.parse(readFileSync(file, 'utf8')))).map((document) => [pathOf(document), document]));
}

/** The structure of what a dump keeps of a document. */
function rootOf(document: LayoutDocument): string | undefined {
  if (document.kind === 'structures') return undefined;
  if (document.kind === 'command') return document.object === undefined ? undefined : document.reply;
  return document.structure;
}

/** Every field that a dump can hold, with its name as `STRUCTURE.FIELD`. */
function fieldsOf(documents: Documents): Map<Field, string> {
  const found = new Map<Field, string>();
  for (const document of documents.values()) {
    const imported = importsOf(document, (path) => documents.get(path));
    if (!imported.ok) expect.fail(`${document.name}: ${JSON.stringify(imported.problems)}`);
    const structures = new Map([document, ...imported.value].flatMap((each) => Object.entries(each.structures)));
    const root = rootOf(document);
    const names = new Set(root === undefined ? [] : [root]);
    for (const name of names) {
      for (const field of structures.get(name)?.fields ?? []) {
        found.set(field, `${name}.${field.name}`);
        const inner = field.type === 'array' ? field.element : field;
        if (inner.type === 'struct') names.add(inner.structure);
        if (inner.type === 'union') for (const { structure } of inner.variants) names.add(structure);
      }
    }
  }
  return found;
}

const folders = [...readdirSync(join(top, 'vendors')).map((name) => ({ name, folder: join(top, 'vendors', name) })), { name: 'acme', folder: join(top, 'examples/acme') }];
const all = new Map(folders.map(({ name, folder }) => [name, fieldsOf(documentsOf(folder))]));

it('every field that is called as what tells one device from all others is marked so, but for named exceptions', () => {
  const named = [...all].flatMap(([vendor, fields]) => [...fields].filter(([{ name, type }]) => NAMES.test(name) && type !== 'reserved').map(([field, path]) => ({ path: `${vendor} ${path}`, field })));
  const unmarked = named.filter(({ field }) => field.identifies !== true && field.secret !== true).map(({ path }) => path);
  expect([...new Set(unmarked)].sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  expect(named.length - unmarked.length).toBeGreaterThan(30);
});

it.each([
  ['bnxt', 4], ['cxl', 0], ['mlx5', 30], ['nvme', 13], ['pci', 5], ['pds', 2],
])('%s marks what identifies in what a dump reads: at least %i fields', (vendor, least) => {
  const marked = [...(all.get(vendor) ?? [])].filter(([{ identifies }]) => identifies === true);
  expect(marked.length).toBeGreaterThanOrEqual(least);
});

it('has looked at every vendor', () => {
  expect([...all.keys()].sort()).toEqual(['acme', 'bnxt', 'cxl', 'mlx5', 'nvme', 'pci', 'pds']);
});
