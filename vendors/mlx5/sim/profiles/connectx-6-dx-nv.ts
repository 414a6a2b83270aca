import type { NvItemProfile } from '../firmware/nv/types.js';
import { sheet } from '../wire.js';

const VIRTUAL_FUNCTIONS = 127;

/** The non-volatile configuration of a ConnectX-6 Dx: class 0 is the device's, 3 the function's, 7 the host's. */
export const CONNECTX_6_DX_NV: readonly NvItemProfile[] = [
  {
    type: 0x80,
    factory: sheet(12, `
      0: sriov_valid[31]
      4: sriov_en[31]=0, total_vfs[15:0]=8
      8: num_pf_msix[21:12]=63
    `),
    dependent: [{ bit: [0, 31, 31], fields: [[4, 31, 31], [4, 15, 0]] }],
    limits: [{ field: [4, 15, 0], most: VIRTUAL_FUNCTIONS }],
  },
  {
    type: 0x81, isReadOnly: true,
    factory: sheet(20, `
      0: max_vfs_per_pf_valid[31], per_pf_total_vf_supported[11]
      4: sriov_support[31], max_vfs_per_pf[15:0]=${VIRTUAL_FUNCTIONS}
    `),
  },
  {
    type: 0x10a,
    factory: sheet(8, `
      0: uctx_en[8], cqe_compression[2:0]=0
      4: log_max_outstanding_wqe[28:24]=7, log_tx_psn_win[21:16]=7, lro_log_timeout3[15:12]=13, lro_log_timeout2[11:8]=8, lro_log_timeout1[7:4]=7, lro_log_timeout0[3:0]=6
    `),
    limits: [{ field: [0, 2, 0], most: 1 }],
  },
  { type: 0x10b, isReadOnly: true, factory: sheet(4, '0: swp_l4_csum_mode_l4_only[6]') },
  { type: 0x11d, factory: sheet(4, '0: swp_l4_csum_mode[31:30]=0'), limits: [{ field: [0, 31, 30], most: 2 }] },
  // An item that no public document describes.
  { type: 0x160, factory: sheet(8, '0: word=0x00c0ffee') },
  { type: 0x0300_0080, factory: sheet(16, '8: total_vf[15:0]=8'), limits: [{ field: [8, 15, 0], most: VIRTUAL_FUNCTIONS }] },
  { type: 0x0300_0112, factory: sheet(4, '0: roce_control[27:26]=2'), limits: [{ field: [0, 27, 26], most: 2 }, { field: [0, 29, 28], most: 1 }] },
  { type: 0x0700_0080, factory: sheet(4, '0: advanced_pci_settings[31]=0') },
];
