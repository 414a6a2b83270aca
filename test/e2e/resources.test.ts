import { describe, expect, it } from 'vitest';
import { resourceFailureSchema, resourceSegmentSchema, type ResourceSegmentDocument } from '../../cli/src/schemas/resources.js';
import { folder, json, jsonError, line } from './support/auxctl.js';

async function segments(text: string): Promise<ResourceSegmentDocument[]> {
  const { stdout } = await line(`${text} --json`);
  return stdout.split('\n').slice(0, -1).map((each) => resourceSegmentSchema.parse(JSON.parse(each)));
}

describe('resource list', () => {
  it('shows what the device offers', async () => {
    const { stdout, stderr, status } = await line('resource list sim-mlx5-0');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^ *NUMBER +NAME +INDEX1 +COUNT1 +INDEX2 +COUNT2$/m);
    expect(stdout).toMatch(/^0x1001 +SND_BUFF +QPN +WQEBB \(optional\) +number\/all\/active \(optional\)$/m);
    expect(stdout.split('\n')).toHaveLength(47);
  });

  it('gives programs the same', async () => {
    const document = await json('resource list sim-mlx5-0') as { resources: unknown[] };
    expect(document).toMatchObject({ schema: 'auxctl.resource-list/1', device: 'sim-mlx5-0', problem: null });
    expect(document.resources[0]).toEqual({ id: 2, name: 'HW_CQPC', selectors: [
      { name: 'QPN', index: 'required', count: 'none', canBeAll: false, canBeActive: false }, { name: null, index: 'none', count: 'none', canBeAll: false, canBeActive: false },
    ] });
  });
});

describe('resource dump', () => {
  it('shows a resource decoded, as the query command has it', async () => {
    const [, , dumped] = await segments('resource dump sim-mlx5-0 prm_query_qp QPN=0x40');
    const { stdout, status } = await line('resource dump sim-mlx5-0 0x4000 index1=64');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PRM_QUERY_QP \(0x4000\), 480 bytes\n/);
    expect(stdout).toMatch(/^payload\.qpc\.state +RTS \(3\)$/m);
    expect(dumped).toMatchObject({ name: 'PRM_QUERY_QP', role: 'content', depth: 0, request: { name: 'PRM_QUERY_QP', selectors: [{ index: 64, count: 0 }, { index: 0, count: 0 }] } });
  });

  it('shows what has no layout in hexadecimal, and says what is not there', async () => {
    const { stdout } = await line('resource dump sim-mlx5-0 SCHEDQ_INFO --count active');
    expect(stdout.match(/^SCHEDQ_INFO \(0x1040\), 80 bytes$/gm)).toHaveLength(4);
    expect(stdout).toMatch(/^00000030  ([0-9a-f]{2} ){8} ([0-9a-f]{2} ){8} \|.{16}\|$/m);
    expect((await line('resource dump sim-mlx5-0 PACKET_PACING --count active')).stdout).toBe('notice: no active objects (0x5103)\n');
  });

  it('follows references, each once', async () => {
    const found = await segments('resource dump sim-mlx5-0 FULL_QPC QPN=0x40 --depth 2');
    const contents = found.filter(({ role }) => role === 'content');
    expect([...new Set(contents.map(({ name, depth }) => `${depth} ${name}`))]).toEqual(['0 FULL_QPC', '1 SND_BUFF', '1 RCV_BUFF', '1 FULL_CQC', '2 CQ_BUFF', '2 FULL_EQC']);
    const keys = contents.map(({ name, decoded }) => `${name} ${JSON.stringify(decoded?.fields['index1'])} ${JSON.stringify(decoded?.fields['index2'])}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('takes ranges; what came to nothing does not end the rest', async () => {
    const { stdout, stderr, status } = await line('resource dump sim-mlx5-0 PRM_QUERY_QP QPN=0x3f..0x40');
    expect({ stderr, status }).toEqual({ stderr: 'note: 1 of the requests came to nothing\n', status: 0 });
    expect(stdout).toMatch(/^error: object does not exist \(0x5101\)\nPRM_QUERY_QP \(0x4000\)/);
  });

  it('saves to a file that decodes anywhere', async () => {
    using scratch = folder();
    const file = scratch.at('qp.dump.gz');
    const document = await json(`resource dump sim-mlx5-0 FULL_QPC QPN=0x40 --depth 1 -o ${file}`) as { entries: number };
    expect(document).toMatchObject({ schema: 'auxctl.dump-summary/1', device: 'sim-mlx5-0', file, failures: [] });
    expect(document.entries).toBeGreaterThan(130);
  });

  it('of what is not there shows the device\'s own words, and fails', async () => {
    expect(await line('resource dump sim-mlx5-0 PRM_QUERY_QP QPN=1')).toMatchObject({
      status: 5, stdout: 'error: object does not exist (0x5101)\n', stderr: 'auxctl: sim-mlx5-0: the device does not dump this: object does not exist (0x5101)\n',
    });
  });

  it('keeps to the limit, and says so', async () => {
    const { stdout, stderr, status } = await line('resource dump sim-mlx5-0 SX_SLICE_ALL --limit 30000');
    expect(stdout.match(/^SX_SLICE_ALL/gm)).toHaveLength(1);
    expect({ stderr, status }).toEqual({ stderr: expect.stringMatching(/^auxctl: sim-mlx5-0: the dump was ended after 30\d\d\d bytes: the limit is reached\nhint: A greater --limit/) as string, status: 2 });
  });

  it.each([
    ['', 'ERR_USAGE', 2, /resource list/],
    ['PRM_QUERY_QQ QPN=1', 'ERR_UNKNOWN_NAME', 2, /PRM_QUERY_QP/],
    ['PRM_QUERY_QP', 'ERR_FIELD_MISSING', 2, /QPN=/],
    ['ICMC_INFO', 'ERR_FIELD_MISSING', 2, /count1=/],
    ['PRM_QUERY_QP CQN=1', 'ERR_UNKNOWN_NAME', 2, /QPN/],
    ['PRM_QUERY_QP QPN=x', 'ERR_FIELD_VALUE', 2, undefined],
    ['PRM_QUERY_QP QPN', 'ERR_USAGE', 2, undefined],
    ['PRM_QUERY_QP QPN=1 QPN=2', 'ERR_USAGE', 2, undefined],
    ['PRM_QUERY_QP QPN=9..1', 'ERR_USAGE', 2, undefined],
    ['PRM_QUERY_QP QPN=0..99999', 'ERR_USAGE', 2, undefined],
    ['PRM_QUERY_QP QPN=1 --count 2', 'ERR_FIELD_VALUE', 2, undefined],
    ['SCHEDQ_INFO --count some', 'ERR_USAGE', 2, undefined],
    ['SCHEDQ_INFO --depth 65', 'ERR_USAGE', 2, undefined],
    ['SCHEDQ_INFO --limit x', 'ERR_USAGE', 2, undefined],
    ['SCHEDQ_INFO -o /nowhere/x', 'ERR_FILE', 2, undefined],
    ['--core', 'ERR_OUT_OF_REACH', 4, /devlink health dump show pci\/PCI reporter fw_fatal/],
  ])('refuses %j', async (words, code, status, hint) => {
    const error = await jsonError(`resource dump sim-mlx5-0 ${words}`);
    expect({ code: error['code'], status: error.status }).toEqual({ code, status });
    if (hint !== undefined) expect(error['hint']).toMatch(hint);
  });

  it('of a core dump says what the device could do', async () => {
    const error = await jsonError('resource dump sim-mlx5-0 --core');
    expect(error).toMatchObject({ layer: 'transport', command: 'CORE_DUMP', message: expect.stringMatching(/memory key.*core_dump_general=1, core_dump_qp=1, log_cr_dump_to_mem_size=21/) as string });
  });

  it('is nothing that every plugin knows', async () => {
    expect(await jsonError('resource list sim-faulty-0')).toMatchObject({ code: 'ERR_PLUGIN' });
  });

  it('has a line for what was refused', () => {
    expect(resourceFailureSchema.safeParse({ schema: 'auxctl.resource-failure/1', device: 'd', request: { id: 1, name: null, selectors: [] }, depth: 0, code: 'ERR_REPLY', message: 'm' }).success).toBe(true);
  });
});
