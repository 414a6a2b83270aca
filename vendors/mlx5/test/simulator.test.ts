import { join } from 'node:path';
import { objectsOf, openChannel, LayoutStore, readingsOf, type Anomaly, type Decoded, type DeviceChannel, type FieldInput, type ReadOutcome } from '@auxctl/core';
import { manifestSchema } from '@auxctl/schemas';
import { integerValue } from '@auxctl/schemas/model';
import { beforeAll, describe, expect, it } from 'vitest';
import manifest from '../manifest.json' with { type: 'json' };
import { simulator } from '../sim/index.js';
import { plugin } from '../src/index.js';

/** What the simulated device says, decoded by the layouts: the two were written apart, so that bits out of place show here. */

const layoutsPath = join(import.meta.dirname, '../layouts');
const layouts = new LayoutStore(layoutsPath);
let channel: DeviceChannel;

beforeAll(async () => {
  const simulated = simulator.create({ index: 0 });
  channel = await openChannel(simulated.device, { manifest: manifestSchema.parse(manifest), layoutsPath, load: () => Promise.resolve(plugin) }, { transport: await simulated.openTransport(), layouts });
});

const REFUSED = 'refused';
/** A field that starts an operation reads as zero, which need not have a name. */
const isZero = (anomaly: Anomaly): boolean => anomaly.type === 'unknown-symbol' && anomaly.value === 0n;
const faultsOf = ({ anomalies }: Decoded): string[] => anomalies.filter((anomaly) => !isZero(anomaly)).map((anomaly) => JSON.stringify(anomaly, (_name, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value)));
const resultOf = (outcome: ReadOutcome | undefined): string | readonly string[] => {
  if (outcome?.ok === true) return faultsOf(outcome.decoded);
  if (outcome?.error.code === 'ERR_FIRMWARE_STATUS') return REFUSED;
  return outcome?.error.message ?? 'nothing';
};
/** Those that are neither understood to the last bit nor refused. */
const faulty = (results: ReadonlyMap<string, string | readonly string[]>): Record<string, unknown> =>
  Object.fromEntries([...results].filter(([, result]) => result !== REFUSED && result.length > 0));

async function registers(): Promise<Map<string, string | readonly string[]>> {
  const results = new Map<string, string | readonly string[]>();
  for (const register of await layouts.all('register')) {
    if (register.effects.read !== 'inspect') continue;
    const instances = readingsOf(register, await layouts.codec('register', register.name));
    const outcomes = await channel.registers.readMany(instances.map((index) => ({ name: register.name, index })));
    instances.forEach((index, at) => {
      const key = Object.entries(index).map(([name, value]) => `${name}=${String(value)}`).join(' ');
      results.set(`${register.name} ${key}`, resultOf(outcomes[at]));
    });
  }
  return results;
}

/** One object of each kind that a simulated function has by itself. */
const KEYS: Readonly<Record<string, FieldInput>> = {
  CONG_PARAMS: { cong_protocol: 1 }, CONG_STATUS: { cong_protocol: 1 }, CQ: { cqn: 1 }, DCT: { dctn: 0x40 }, EQ: { eq_number: 1 }, FLOW_COUNTER: { flow_counter_id: 1 },
  FLOW_GROUP: { table_type: 0, table_id: 1, group_id: 1 }, FLOW_TABLE: { table_type: 0, table_id: 1 }, FLOW_TABLE_ENTRY: { table_type: 0, table_id: 1, flow_index: 0 },
  FPGA_QP: { fpga_qpn: 1 }, FPGA_QP_COUNTERS: { fpga_qpn: 1 }, HCA_VPORT_GID: { gid_index: 0 }, HCA_VPORT_PKEY: { pkey_index: 0 }, L2_TABLE_ENTRY: { table_index: 0 },
  MKEY: { mkey_index: 0x201 }, OTHER_HCA_CAP: { function_id: 0 }, PACKET_REFORMAT_CONTEXT: { packet_reformat_id: 1 }, QP: { qpn: 0x40 }, Q_COUNTER: { counter_set_id: 1 },
  RMP: { rmpn: 1 }, ROCE_ADDRESS: { roce_address_index: 0 }, RQ: { rqn: 0x40 }, RQT: { rqtn: 1 }, SCHEDULING_ELEMENT: { scheduling_hierarchy: 3, scheduling_element_id: 1 },
  SQ: { sqn: 0x40 }, SRQ: { srqn: 1 }, TIR: { tirn: 1 }, TIS: { tisn: 1 }, VHCA_MIGRATION_STATE: { vhca_id: 0 }, XRC_SRQ: { xrc_srqn: 1 }, XRQ: { xrqn: 1 },
};

describe('what the simulated ConnectX-6 Dx answers', () => {
  it('is understood to the last bit: registers', async () => {
    const results = await registers();
    const { 'MPCNT grp=3': unknownGroup, ...others } = faulty(results);
    expect(others).toEqual({});
    expect(unknownGroup).toEqual([expect.stringContaining('unknown-variant')]);
    const refused = [...results].filter(([, result]) => result === REFUSED).map(([name]) => name.replace(/ .*/, ''));
    expect(results.size - refused.length).toBeGreaterThanOrEqual(180);
    expect([...new Set(refused)].sort()).toEqual(['FPGA_CAP', 'FPGA_CTRL', 'MCQI', 'MCQS', 'MNVDA', 'PELC', 'PPCNT', 'PPSC', 'PTYS', 'PVLC']);
  });

  it('is understood to the last bit: capabilities, and no maximum is below what is current', async () => {
    for (const { name } of await layouts.all('capability')) {
      const [current, maximum] = await Promise.all([channel.capability(name, 'current'), channel.capability(name, 'maximum')]);
      expect([name, faultsOf(current), faultsOf(maximum)]).toEqual([name, [], []]);
      if (name === 'GENERAL') continue;
      expect([name, current.raw.every((byte, at) => (byte & ~(maximum.raw[at] ?? 0)) === 0)]).toEqual([name, true]);
    }
  });

  it('is understood to the last bit: objects', async () => {
    const results = new Map<string, string | readonly string[]>();
    for (const { name } of await objectsOf(layouts)) {
      const [outcome] = await channel.callBatch([await channel.objects.prepareRead(name, KEYS[name] ?? {})]);
      results.set(name, resultOf(outcome));
    }
    expect(faulty(results)).toEqual({});
    const refused = [...results].filter(([, result]) => result === REFUSED).map(([name]) => name);
    expect(refused).toEqual(['DELEGATED_VHCA', 'FPGA_QP', 'FPGA_QP_COUNTERS', 'HCA_VPORT_CONTEXT', 'HCA_VPORT_GID', 'HCA_VPORT_PKEY', 'MAD_DEMUX', 'OTHER_HCA_CAP', 'VHCA_MIGRATION_STATE']);
    expect(results.size).toBeGreaterThanOrEqual(48);
  });

  it('names as capability exactly the registers that answer', async () => {
    const access = await channel.registers.read('MCAM', { access_reg_group: 0 });
    const mask = access.raw.subarray(8, 24);
    for (const { name, id, effects } of await layouts.all('register')) {
      const bit = Number(integerValue(id)) - 0x9000;
      if (bit < 0 || bit > 127 || effects.read !== 'inspect') continue;
      expect([name, ((mask[15 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1]).toEqual([name, 1]);
    }
  });
});
