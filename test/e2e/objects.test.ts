import { describe, expect, it } from 'vitest';
import { json, jsonError, line } from './support/auxctl.js';

describe('obj list', () => {
  it('shows each kind with its key and its command, without a device', async () => {
    const { stdout, status } = await line('obj list mlx5');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NAME +KEY +COMMAND +TITLE$/m);
    expect(stdout).toMatch(/^MKEY +mkey_index +QUERY_MKEY +Memory key$/m);
    expect(stdout).toMatch(/^VPORT_COUNTER +QUERY_VPORT_COUNTER /m);
  });

  it('shows with -v what may be left out of a key too', async () => {
    const { stdout } = await line('obj list mlx5 -v');
    expect(stdout).toMatch(/^MKEY +mkey_index \[op_mod\] \[pg_access\] +QUERY_MKEY +Memory key$/m);
    expect(stdout).toMatch(/^VPORT_COUNTER +\[other_vport\] \[port_num\] \[vport_number\] +QUERY_VPORT_COUNTER /m);
  });

  it('gives programs the same, in order of name', async () => {
    const { schema, plugin, objects } = await json('obj list mlx5') as { schema: string; plugin: string; objects: { name: string }[] };
    expect([schema, plugin]).toEqual(['auxctl.obj-list/1', 'mlx5']);
    const names = objects.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names.length).toBeGreaterThanOrEqual(48);
    expect(objects.find(({ name }) => name === 'CQ')).toMatchObject({ title: 'Completion queue', command: 'QUERY_CQ', requiredKey: ['cqn'], optionalKey: ['op_mod'] });
  });
});

describe('obj describe', () => {
  it('shows the key and the fields of the reply', async () => {
    const { stdout } = await line('obj describe mlx5 cq');
    expect(stdout).toMatch(/^Object +CQ: Completion queue$/m);
    expect(stdout).toMatch(/^Key +\[op_mod=0\] cqn=\.\.\.$/m);
    expect(stdout).toContain('cq_context.log_cq_size');
    expect(await json('obj describe mlx5 CQ')).toMatchObject({ schema: 'auxctl.obj-describe/1', object: { name: 'CQ', key: [{ name: 'op_mod', default: 0 }, { name: 'cqn', sizeBits: 24, default: null }], layout: { sizeBytes: 272 } } });
  });

  it('suggests names', async () => {
    expect(await jsonError('obj describe mlx5 VPORT_COUNTRE')).toMatchObject({ code: 'ERR_UNKNOWN_NAME', status: 2, hint: expect.stringMatching(/VPORT_COUNTER/) as string });
  });
});

describe('obj read', () => {
  it('shows an object decoded', async () => {
    const { stdout, stderr, status } = await line('obj read sim-mlx5-0 cq cqn=1');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^cq_context\.log_cq_size +10$/m);
    expect((await line('obj read sim-mlx5-0 MKEY mkey_index=0x201 --fields memory_key_mkey_entry.len')).stdout).toBe('FIELD                      VALUE\nmemory_key_mkey_entry.len  65536\n');
  });

  it('gives programs the same, with the whole key', async () => {
    const document = await json('obj read sim-mlx5-0 VPORT_STATE') as { key: Record<string, { value: number }>; fields: Record<string, { value: number }> };
    expect(document).toMatchObject({ schema: 'auxctl.obj-read/1', device: 'sim-mlx5-0', object: { name: 'VPORT_STATE', command: 'QUERY_VPORT_STATE' }, anomalies: [] });
    expect(Object.keys(document.key)).toContain('vport_number');
    expect([document.fields['max_tx_speed']?.value, document.fields['state']?.value]).toEqual([1000, 1]);
  });

  it('-v says what was left out', async () => {
    expect((await line('obj read sim-mlx5-0 VPORT_COUNTER -v')).stderr).toBe('QUERY_VPORT_COUNTER: effect inspect, scope debug-read-only\nnot given, and so other_vport=0, port_num=0, vport_number=0\n');
  });

  it.each([
    ['VPORT_COUNTRE', 'ERR_UNKNOWN_NAME', 2, /VPORT_COUNTER/],
    ['CQ', 'ERR_FIELD_MISSING', 2, /cqn=1/],
    ['CQ cqn=x', 'ERR_FIELD_VALUE', 2, undefined],
    ['CQ cnq=1', 'ERR_UNKNOWN_NAME', 2, /cqn/],
    ['CQ cqn=1 --fields cq_contxt', 'ERR_UNKNOWN_NAME', 2, /cq_context/],
    ['CQ cqn=1 --scope configuration', 'ERR_SCOPE', 4, /debug-read-only/],
    ['VPORT_COUNTER clear=1', 'ERR_NOT_ALLOWED', 4, /--allow configure/],
    ['CQ cqn=77', 'ERR_FIRMWARE_STATUS', 5, undefined],
  ])('refuses %s', async (words, code, status, hint) => {
    expect(await jsonError(`obj read sim-mlx5-0 ${words}`)).toMatchObject({ code, status, ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) as string }) });
  });

  it('clears counters when that is allowed', async () => {
    const { key } = await json('obj read sim-mlx5-0 VPORT_COUNTER clear=1 --allow configure --yes') as { key: object };
    expect(Object.keys(key)).toEqual(['other_vport', 'port_num', 'vport_number']);
  });
});
