import { describe, expect, it } from 'vitest';
import { unpackRoot } from '../../core/src/system/sysfs.fixture.js';
import { jsonError, run } from './support/auxctl.js';

const WRITES: readonly (readonly [words: string, command: string])[] = [
  ['PAOS local_port=1 admin_status=up ase=1', 'ip link set ens1f0np0 up'],
  ['PAOS local_port=1 admin_status=down_by_configuration ase=1', 'ip link set ens1f0np0 down'],
  ['PMTU local_port=1 admin_mtu=9022', 'ip link set ens1f0np0 mtu 9000'],
  ['PFCC local_port=1 pptx=1', 'ethtool -A ens1f0np0 tx on'],
  ['PFCC local_port=1 pfctx=0x8', 'dcb pfc set dev ens1f0np0 prio-pfc 0:off 1:off 2:off 3:on 4:off 5:off 6:off 7:off'],
  ['PPLM local_port=1 fec_override_admin_25g=RS_FEC', 'ethtool --set-fec ens1f0np0 encoding rs'],
  ['PTYS local_port=1 proto_mask=4 an_disable_admin=1', 'ethtool -s ens1f0np0 autoneg off'],
  ['QTCT local_port=1 switch_prio=3 tclass=2', 'dcb ets set dev ens1f0np0 prio-tc 3:2'],
  ['QPDPM local_port=1 dscp[24].prio=3', 'dcb app replace dev ens1f0np0 dscp-prio DSCP:PRIORITY'],
  ['PPTB local_port=1 prio3buff=2', 'dcb buffer set dev ens1f0np0 prio-buffer 3:2'],
  ['PCMR local_port=1 fcs_chk=0', 'ethtool -K ens1f0np0 rx-all on'],
  ['MLCR local_port=1 beacon_duration=5', 'ethtool -p ens1f0np0 5'],
];

/** No test has a real node: what is not held back fails at opening it. */
const PASSED = 'ERR_DEVICE_GONE';

describe('writes that the kernel has its own interface for', () => {
  it('are refused with its command, filled in for this device', async () => {
    using root = unpackRoot('two-ports');
    for (const [words, command] of WRITES) {
      const error = await jsonError(`reg write 3b:00.0 ${words} --allow configure --yes --root ${root.path}`);
      expect(error, words).toMatchObject({ code: 'ERR_KERNEL_FIRST', status: 4, layer: 'policy', device: '0000:3b:00.0', command: words.split(' ')[0] });
      expect(error['hint'], words).toBe(`Use the kernel's: ${command} . Or add --even-so to go past it.`);
    }
    expect(WRITES).toHaveLength(12);
  });

  it('go on where the user insists, and say so', async () => {
    using root = unpackRoot('two-ports');
    const words = `reg write 3b:00.0 PMTU local_port=1 admin_mtu=9022 --allow configure --yes --even-so --root ${root.path}`;
    expect(await jsonError(words)).toMatchObject({ code: PASSED });
    expect((await run(words.split(' '))).stderr).toContain('note: the kernel has its own command for this: ip link set ens1f0np0 mtu 9000 (the MTU of the interface, without 22 bytes of Ethernet header, VLAN tag and checksum); going past it, as --even-so says');
  });

  it('are not held back by what the kernel cannot express, does for another port, or shows only', async () => {
    using root = unpackRoot('two-ports');
    for (const words of ['PAOS local_port=1 admin_status=up_once ase=1', 'PAOS local_port=2 admin_status=up ase=1', 'PTYS local_port=1 proto_mask=1 an_disable_admin=1', 'MLCR local_port=1 beacon_duration=0', 'PFCC local_port=1 cable_length=3']) {
      expect(await jsonError(`reg write 3b:00.0 ${words} --allow configure --yes --root ${root.path}`), words).toMatchObject({ code: PASSED });
    }
  });

  it('first of all have to be allowed', async () => {
    using root = unpackRoot('two-ports');
    expect(await jsonError(`reg write 3b:00.0 PMTU local_port=1 admin_mtu=9022 --root ${root.path}`)).toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  });

  it('on a simulated device go on, and tell with -v why', async () => {
    const { status, stderr } = await run('reg write sim-mlx5-0 PMTU local_port=1 admin_mtu=1522 --allow configure --yes -v --sim mlx5'.split(' '));
    expect(status).toBe(0);
    expect(stderr).toMatch(/the kernel has ip link set \S+ mtu 1500 \(.*\), not available here because the device is simulated/);
    const parameter = await run('nvconfig set sim-mlx5-0 CQE_COMPRESSION=aggressive --allow configure --yes -v --sim mlx5'.split(' '));
    expect(parameter.status).toBe(0);
    expect(parameter.stderr).toContain('name cqe_compress_type value aggressive cmode permanent (the same), not available here because the device is simulated');
  });
});
