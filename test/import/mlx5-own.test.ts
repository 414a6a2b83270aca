import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LayoutStore } from '@auxctl/core';
import type { Field, Structure } from '@auxctl/schemas';
import { expect, test } from 'vitest';

const store = new LayoutStore(fileURLToPath(new URL('../../vendors/mlx5/layouts', import.meta.url)));
const HEADER_FOLDER = join('include', 'linux', 'mlx5');

/** What stands otherwise in our layouts than in the kernel's header, and why. The table is mstflint's register access table, Rev 0.64. */
const DIFFERENT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^debug_cap: smaller$/, 'mlx5ctl has a list of counters behind the first 64 bytes'],
  [/^ib_port_cntrs_grp_data_layout\.link_overrun_errors$/, 'the table splits it into two counters of 4 bits'],
  [/^mcam_access_reg\.(regs_|tracer_registers$)/, 'one flag for each register that the table numbers'],
  [/^pcam_regs_5000_to_507f\.port_access_reg_cap_mask_/, 'one flag for each register that the table numbers'],
  [/^mcia_reg\.dwords$/, 'called dword'],
  [/^mcqi_activation_method\./, 'the table counts these bits from the other end of the dword'],
  [/^mcqs_reg\.fw_device$/, 'the table has 12 bits of device_index there'],
  [/^mfrl_reg\.pci_sync_for_fw_update_start$/, 'two bits in the table'],
  [/^mfrl_reg\.reset_level$/, 'called reset_trigger'],
  [/^mtmp_reg\.temp_threshold_(hi|lo)$/, 'called temperature_threshold'],
  [/^mtrc_ctrl\.current_timestamp/, 'called current_timestamp_52_32 and current_timestamp_31_0'],
  [/^pcmr_reg\.entropy_force(_cap)?$/, 'called force_entropy'],
  [/^phys_layer_statistical_cntrs\.phy_corrected_bits_lane[0-3]$/, 'called phy_raw_errors_lane'],
  [/^pmlp_reg\.lane[0-3]_module_mapping$/, 'an array, of 8 lanes'],
  [/^pplm_reg\.retransmission_active$/, 'the table has retransmission by link level (PLR) there'],
  [/^pptb_reg\.prio_x_buff$/, 'a field for each priority'],
  [/^qtct_reg\.(port_number|prio|tclass)$/, 'called local_port and switch_prio; priority and class have 4 bits in the table'],
  [/^rs_histogram_cntrs\.hist$/, '21 bins in the table, 16 in the header'],
];

/** The header's structures, as vendors/mlx5/generate.mjs made them. */
async function headerStructures(): Promise<Map<string, Structure>> {
  const documents = (await store.all('structures')).filter(({ source }) => source.length === 1 && source[0]?.document.startsWith(HEADER_FOLDER) === true);
  return new Map(documents.flatMap(({ structures }) => Object.entries(structures)));
}

async function ownStructures(): Promise<[name: string, structure: Structure][]> {
  const documents = [...await store.all('register'), ...await store.all('capability'), ...await store.all('command'), await store.document('structures', 'port_counters')];
  return documents.flatMap(({ structures }) => Object.entries(structures));
}

function isAt(theirs: Field, ours: Field): boolean {
  return ours.name === theirs.name && ours.offsetBits === theirs.offsetBits && (ours.sizeBits === theirs.sizeBits || theirs.sizeBits === 0);
}

test('what is written by hand has the header\'s fields where the header has them, but for the differences that are known', async () => {
  const header = await headerStructures();
  const counts = { structures: 0, fields: 0 };
  const found: string[] = [];
  for (const [name, { fields, sizeBits }] of await ownStructures()) {
    const theirs = header.get(name);
    if (theirs === undefined) continue;
    counts.structures += 1;
    if (sizeBits < theirs.sizeBits) found.push(`${name}: smaller`);
    for (const field of theirs.fields.filter(({ type }) => type !== 'reserved')) {
      counts.fields += 1;
      if (!fields.some((ours) => isAt(field, ours))) found.push(`${name}.${field.name}`);
    }
  }
  expect(found.filter((each) => !DIFFERENT.some(([pattern]) => pattern.test(each)))).toEqual([]);
  expect(DIFFERENT.filter(([pattern]) => !found.some((each) => pattern.test(each)))).toEqual([]);
  process.stdout.write(`mlx5, by hand: of the header's ${counts.fields} fields in ${counts.structures} structures ${counts.fields - found.length} stand where the header has them, ${found.length} differ for a reason\n`);
  expect(counts.structures).toBeGreaterThan(50);
  expect(counts.fields).toBeGreaterThan(1000);
});
