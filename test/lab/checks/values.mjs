import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auxctl, auxctlJson, errorOf } from '../guest/auxctl.mjs';
import { namedIn, valuesOf } from '../guest/fields.mjs';
import { library } from '../guest/load-library.mjs';
import { commandLog, complaints, taint } from '../guest/system.mjs';

/** What the driver itself writes into registers, and what depends on the pages and times that it happens to give. */
const DRIVERS_OWN = new Set(['HOST_ENDIANNESS', 'MRTC', 'MTMP', 'MTRC_CAP', 'MTRC_CONF', 'MTRC_CTRL', 'MTUTC', 'VHCA_ICM_CTRL']);
/** What a driver sets differs from what a stand-in sets. */
const DRIVERS_CAPABILITIES = new Set(['GENERAL current', 'ATOMIC current', 'ROCE current', 'ODP current']);

/** @type {Record<string, Record<string, number>>} */
const KEYS = {
  CONG_PARAMS: { cong_protocol: 2 }, CONG_STATUS: { cong_protocol: 1 }, CQ: { cqn: 1 }, DCT: { dctn: 64 }, EQ: { eq_number: 1 }, FLOW_COUNTER: { flow_counter_id: 1 },
  FLOW_GROUP: { table_type: 0, table_id: 1, group_id: 1 }, FLOW_TABLE: { table_type: 0, table_id: 1 }, FLOW_TABLE_ENTRY: { table_type: 0, table_id: 1, flow_index: 0 },
  FPGA_QP: { fpga_qpn: 1 }, FPGA_QP_COUNTERS: { fpga_qpn: 1 }, HCA_VPORT_GID: { gid_index: 0 }, HCA_VPORT_PKEY: { pkey_index: 0 }, L2_TABLE_ENTRY: { table_index: 0 },
  MKEY: { mkey_index: 512 }, OTHER_HCA_CAP: { function_id: 0 }, PACKET_REFORMAT_CONTEXT: { packet_reformat_id: 1 }, QP: { qpn: 64 }, Q_COUNTER: { counter_set_id: 1 },
  RMP: { rmpn: 1 }, ROCE_ADDRESS: { roce_address_index: 0 }, RQ: { rqn: 64 }, RQT: { rqtn: 1 }, SCHEDULING_ELEMENT: { scheduling_hierarchy: 3, scheduling_element_id: 1 },
  SQ: { sqn: 64 }, SRQ: { srqn: 1 }, TIR: { tirn: 1 }, TIS: { tisn: 1 }, VHCA_MIGRATION_STATE: { vhca_id: 0 }, XRC_SRQ: { xrc_srqn: 1 }, XRQ: { xrqn: 1 },
};
/** What this driver, without a network interface, has made or the function has by itself. */
const THERE = [
  'ADAPTER', 'CONG_PARAMS', 'CONG_STATISTICS', 'CONG_STATUS', 'EQ', 'ESW_FUNCTIONS', 'ESW_VPORT_CONTEXT', 'ISSI', 'LAG', 'MKEY', 'NIC_VPORT_CONTEXT', 'PAGES', 'ROCE_ADDRESS',
  'SPECIAL_CONTEXTS', 'VNIC_ENV', 'VPORT_COUNTER', 'VPORT_STATE', 'VUID', 'WOL_ROL',
];

/** @typedef {{ request: string, status: number | null }} Logged */

/**
 * What the simulated firmware received while `work` ran, besides what the kernel sends to open and close a node.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, sent: Logged[] }>}
 */
async function recorded(work) {
  const before = (await commandLog('mlx5-0')).length;
  const result = await work();
  return { result, sent: (await commandLog('mlx5-0')).slice(before).filter(({ command }) => command !== 'CREATE_UCTX' && command !== 'DESTROY_UCTX') };
}

/**
 * @template T
 * @param {(channel: Awaited<ReturnType<typeof library.openChannel>>) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withChannel(work) {
  const channel = await library.openChannel('fwctl0');
  try {
    return await work(channel);
  } finally {
    await channel.close();
  }
}

/**
 * Holds what came over the kernel's node against what the model says in this process to the same requests: every byte that does not
 * change with time.
 *
 * @param {readonly { name: string, outcome: string }[]} readings
 * @param {readonly Logged[]} sent
 * @param {(name: string) => boolean} isCompared
 * @returns {{ bytes: number, refused: number }} how much was compared
 */
function agree(readings, sent, isCompared) {
  assert.equal(sent.length, readings.length);
  const replies = library.modelReplies(sent.map(({ request }) => ({ request, replyBytes: 4112 })), 0);
  let bytes = 0;
  let refused = 0;
  for (const [at, { name, outcome }] of readings.entries()) {
    const { reply, isSteady } = replies[at] ?? { reply: '', isSteady: [] };
    if (!/^([0-9a-f]{2})*$/.test(outcome)) {
      assert.equal(outcome, 'ERR_FIRMWARE_STATUS', name);
      refused++;
      continue;
    }
    assert.equal(sent[at]?.status, 0, name);
    if (!isCompared(name)) continue;
    const skippedBytes = sent[at]?.request.startsWith('0805') === true || sent[at]?.request.startsWith('0100') === true ? 16 : 0;
    const [got, expected] = [Buffer.from(outcome, 'hex'), Buffer.from(reply, 'hex').subarray(skippedBytes)];
    for (const [place, byte] of got.entries()) {
      if (isSteady[skippedBytes + place] !== true) continue;
      assert.equal(byte, expected[place], `${name}: byte ${place}`);
      bytes++;
    }
  }
  return { bytes, refused };
}

test('every register is read in one process, and says what the model holds', async () => {
  const { result: readings, sent } = await recorded(() => withChannel((channel) => library.readRegisters(channel)));
  const { bytes, refused } = agree(readings, sent, (name) => !DRIVERS_OWN.has(name.split(' ')[0] ?? ''));
  const registers = new Set(readings.map(({ name }) => name.split(' ')[0]));
  console.log(`# ${registers.size} registers, ${readings.length} readings, ${refused} refused, ${bytes} bytes compared`);
  assert.ok(registers.size >= 80 && readings.length - refused >= 180 && bytes > 20_000, `${registers.size} registers, ${readings.length} readings, ${bytes} bytes`);
});

test('every capability and an object of each kind says what the model holds', async () => {
  const { result: { capabilities, objects }, sent } = await recorded(() => withChannel((channel) => library.readAll(channel, KEYS)));
  const all = [...capabilities, ...objects];
  assert.deepEqual(all.filter(({ anomalies }) => anomalies > 0), []);
  const { bytes } = agree(all, sent, (name) => !DRIVERS_CAPABILITIES.has(name) && name !== 'EQ' && name !== 'MKEY' && name !== 'VNIC_ENV');
  console.log(`# ${capabilities.length} sets of capabilities, ${objects.length} kinds of objects, ${bytes} bytes compared`);
  assert.equal(capabilities.length, 52);
  assert.deepEqual(capabilities.filter(({ outcome }) => outcome.startsWith('ERR')), []);
  assert.deepEqual(objects.filter(({ outcome }) => !outcome.startsWith('ERR')).map(({ name }) => name), THERE);
});

/**
 * Values as the documents of the hardware say where they are, and as the profile says what they are.
 *
 * @type {readonly [register: string, index: string, fields: Record<string, unknown>][]}
 */
const VALUES = [
  ['PMTU', 'local_port=1', { max_mtu: 10_240, admin_mtu: 1_522, oper_mtu: 1_522 }],
  ['PAOS', 'local_port=1', { admin_status: 'up', oper_status: 'up' }],
  ['PMLP', 'local_port=1', { width: 'x4' }],
  ['PFCC', 'local_port=1', { pptx: 1, pprx: 1, pfctx: 0, pfcrx: 0 }],
  ['PPLM', 'local_port=1', { fec_mode_active: 4, fec_override_cap_100g: 5 }],
  ['PCMR', 'local_port=1', { fcs_cap: 1, fcs_chk: 1 }],
  ['PPAD', 'local_port=1', { mac_47_32: 0x0200, mac_31_0: 0x5e51_a000 }],
  ['QPTS', 'local_port=1', { trust_state: 'TRUST_PCP' }],
  ['MTCAP', '', { sensor_count: 1 }],
  ['MPEIN', '', { link_width_active: 16, link_speed_active: 8 }],
  ['NIC_CAP', '', { total_icm: 1_524 }],
  ['MTPPS', 'pin=1', { cap_number_of_pps_pins: 2 }],
  ['MLCR', 'local_port=1', { beacon_duration: 0, beacon_remain: 0 }],
  ['VHCA_ICM_CTRL', '', { cur_alloc_icm: 1_524 }],
  ['MTRC_CAP', '', { trace_owner: 1, num_string_db: 1 }],
  ['MTRC_CONF', '', { trace_mode: 1, log_trace_buffer_size: 6, trace_mkey: 0x2_0000 }],
];

for (const [register, index, expected] of VALUES) {
  test(`${register} shows its values by name`, async () => {
    const { fields, anomalies } = await auxctlJson('reg', 'read', 'fwctl0', register, ...index.split(' ').filter((word) => word !== ''));
    const values = namedIn(valuesOf(fields), expected);
    assert.deepEqual(values, expected);
    assert.deepEqual(anomalies, []);
  });
}

test('event queues are the ones that the driver made', async () => {
  const made = (await commandLog('mlx5-0')).filter(({ command, status }) => command === 'CREATE_EQ' && status === 0);
  assert.equal(made.length, 3);
  for (const [number, { request }] of made.entries()) {
    const bytes = Buffer.from(request, 'hex');
    const { fields } = await auxctlJson('obj', 'read', 'fwctl0', 'EQ', `eq_number=${number}`);
    const { eq_context_entry: context, event_bitmask: events } = valuesOf(fields);
    const expected = { log_eq_size: bytes.readUInt32BE(0x1c) >>> 24, uar_page: bytes.readUInt32BE(0x1c) & 0xffffff, intr: bytes.readUInt32BE(0x24) & 0xfff };
    assert.deepEqual({ ...namedIn(context, expected), events: BigInt(events) }, { ...expected, events: bytes.readBigUInt64BE(0x58) });
  }
});

test('the memory key is the one that the driver made for its tracer', async () => {
  const [made] = (await commandLog('mlx5-0')).filter(({ command }) => command === 'CREATE_MKEY');
  const bytes = Buffer.from(made?.request ?? '', 'hex');
  const { fields } = await auxctlJson('obj', 'read', 'fwctl0', 'MKEY', 'mkey_index=0x200');
  const expected = { lr: 1, lw: 1, pd: bytes.readUInt32BE(0x1c) & 0xffffff, start_addr: String(bytes.readBigUInt64BE(0x20)), len: String(bytes.readBigUInt64BE(0x28)), log_page_size: 12 };
  const context = valuesOf(fields)['memory_key_mkey_entry'];
  assert.deepEqual(namedIn({ ...context, start_addr: String(context.start_addr), len: String(context.len) }, expected), expected);
});

test('objects that nobody made are a bad resource, by name and syndrome', async () => {
  const outcome = await auxctl('obj', 'read', 'fwctl0', 'TIS', 'tisn=1', '--json');
  assert.equal(outcome.status, 5);
  const { code, details } = errorOf(outcome);
  assert.deepEqual([code, details.status, details.statusName, details.syndrome], ['ERR_FIRMWARE_STATUS', '0x5', 'BAD_RES', '0x51a02b']);
});

test('a key that is missing is a usage error, and nothing is sent', async () => {
  const { result, sent } = await recorded(() => auxctl('obj', 'read', 'fwctl0', 'CQ', '--json'));
  assert.equal(result.status, 2);
  assert.match(errorOf(result).message, /cqn/);
  assert.deepEqual(sent, []);
});

test('what the driver left below the maximum is shown beside it', async () => {
  /** @type {{ sets: any[] }} */
  const { sets } = await auxctlJson('caps', 'fwctl0', '--changed');
  const general = sets.find(({ name }) => name === 'GENERAL');
  for (const field of Object.keys(general.current)) assert.notDeepEqual(general.current[field], general.maximum[field], field);
  assert.equal(valuesOf(general.current)['cmdif_checksum'], 'disabled');
  assert.equal(valuesOf(general.maximum)['cmdif_checksum'], 'enabled');
});

test('counters agree with one another: the port, its virtual port, the PCIe link', async () => {
  const port = valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0')).fields)['counter_set'];
  const vport = valuesOf((await auxctlJson('obj', 'read', 'fwctl0', 'VPORT_COUNTER')).fields);
  const later = valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0')).fields)['counter_set'];
  const received = ['broadcast', 'unicast', 'multicast'].reduce((sum, kind) => sum + BigInt(vport[`received_eth_${kind}`].packets), 0n);
  assert.ok(BigInt(port.a_frames_received_ok) <= received && received <= BigInt(later.a_frames_received_ok), `${port.a_frames_received_ok} ${received} ${later.a_frames_received_ok}`);
});

test('a port that is taken down by a write is down in every register, and counts it', async () => {
  const before = valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0x12')).fields)['counter_set'];
  await auxctlJson('reg', 'write', 'fwctl0', 'PAOS', 'local_port=1', 'admin_status=down_by_configuration', 'ase=1', '--allow', 'configure', '--yes');
  assert.equal(valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PAOS', 'local_port=1')).fields)['oper_status'], 'down');
  assert.equal(valuesOf((await auxctlJson('obj', 'read', 'fwctl0', 'VPORT_STATE')).fields)['state'], 'DOWN');
  const after = valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PPCNT', 'local_port=1', 'grp=0x12')).fields)['counter_set'];
  assert.equal(Number(after.link_down_events), Number(before.link_down_events) + 1);
  await auxctlJson('reg', 'write', 'fwctl0', 'PAOS', 'local_port=1', 'admin_status=up', 'ase=1', '--allow', 'configure', '--yes');
  assert.equal(valuesOf((await auxctlJson('reg', 'read', 'fwctl0', 'PAOS', 'local_port=1')).fields)['oper_status'], 'up');
});

test('the kernel is clean and has nothing to complain of', async () => {
  assert.equal(await taint(), 0);
  assert.deepEqual(await complaints(), []);
});
