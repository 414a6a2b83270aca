import { sheet } from '../wire.js';
import type { CapabilityProfile } from './types.js';

/**
 * Capabilities of features that the general ones leave off, or that the driver only asks about: a chip has them, and its firmware says
 * so, but this function may not use them, or nobody does.
 */

/** One table type: levels, sizes, actions, and how many flows. */
const flowTable = (offsetBytes: number, extra = ''): string => {
  const at = (bytes: number): string => (offsetBytes + bytes).toString(16);
  return `
    ${at(0)}: ft_support[31], flow_counter[29], flow_modify_en[28], modify_root[27], identified_miss_table_mode[26], flow_table_modify[25]${extra}
    ${at(4)}: log_max_ft_size[29:24]=22, log_max_modify_header_context[23:16]=8, max_modify_header_actions[15:8]=16, max_ft_level[7:0]=64
    ${at(0x10)}: log_max_flow_counter[15:8]=24, log_max_destination[7:0]=10
    ${at(0x14)}: log_max_flow[7:0]=22
    ${at(0x20)}: outer_dmac[31], outer_smac[30], outer_ether_type[29], outer_first_prio[27], outer_first_cfi[26], outer_first_vid[25]
    ${at(0x30)}: outer_dmac[31], outer_smac[30], outer_ether_type[29]
  `;
};

const ODP = `
  08: sig[31], page_prefetch[26]
  10: rc_send[31], rc_receive[30], rc_write[29], rc_read[28], rc_atomic[27]
  18: ud_send[31], ud_receive[30]
  1c: xrc_send[31], xrc_receive[30], xrc_write[29], xrc_read[28], xrc_atomic[27], xrc_srq_receive[26]
`;

const FLOW_TABLE = `
  00: nic_rx_multi_path_tirs[31], nic_rx_multi_path_tirs_fts[30], allow_sniffer_and_nic_rx_shared_tir[29]
  04: log_max_packet_reformat_context[20:16]=16, max_encap_header_size[9:0]=128
  ${flowTable(0x40, ', reformat[24], decap[23], pop_vlan[21], push_vlan[20]')}
  ${flowTable(0x80)}
  ${flowTable(0xc0)}
  ${flowTable(0x100, ', reformat[24], push_vlan[20]')}
  ${flowTable(0x140)}
  ${flowTable(0x180)}
`;

const ESWITCH_FLOW_TABLE = `
  00: fdb_multi_path_any_table[13], flow_source[8], multi_fdb_encap[5], fdb_multi_path_to_table[3]
  ${flowTable(0x40, ', reformat[24], decap[23], pop_vlan[21], push_vlan[20]')}
  ${flowTable(0x80)}
  ${flowTable(0xc0)}
`;

const ESWITCH = `
  00: vport_svlan_strip[31], vport_cvlan_strip[30], vport_svlan_insert[29], vport_cvlan_insert_if_not_exist[28], vport_cvlan_insert_overwrite[27], esw_uplink_ingress_acl[23], esw_functions_changed[6], counter_eswitch_affinity[3], merged_eswitch[2], nic_vport_node_guid_modify[1], nic_vport_port_guid_modify[0]
  04: vxlan_encap_decap[31], nvgre_encap_decap[30], log_max_fdb_encap_uplink[28:24]=16, log_max_packet_reformat_context[20:16]=16, max_encap_header_size[9:0]=128
`;

const DEV_MEM = `
  00: memic[31]
  04: log_min_memic_alloc_size[20:16]=6, log_max_memic_addr_alignment[7:0]=6
  08: memic_bar_start_addr:64=0x1000000
  10: memic_bar_size=0x20000
  14: max_memic_size=0x20000
  20: log_sw_icm_alloc_granularity[13:8]=6
`;

const VDPA_EMULATION = `
  00: desc_tunnel_offload_type[31], eth_frame_offload_type[30], virtio_version_1_0[29], device_features_bits_mask[28:16]=0x3, event_mode[15:8]=0x6, virtio_queue_type[7:0]=0x3
  04: max_tunnel_desc[31:16]=16, log_doorbell_stride[12:8]=3, log_doorbell_bar_size[4:0]=12
  08: doorbell_bar_offset:64=0x1800000
  10: max_emulated_devices[31:24]=0, max_num_virtio_queues[23:0]=512
  20: umem_1_buffer_param_a=256
  24: umem_1_buffer_param_b=4096
`;

const IPSEC = `
  00: ipsec_full_offload[31], ipsec_crypto_offload[30], ipsec_esn[29], ipsec_crypto_esp_aes_gcm_256_encrypt[28], ipsec_crypto_esp_aes_gcm_128_encrypt[27], ipsec_crypto_esp_aes_gcm_256_decrypt[26], ipsec_crypto_esp_aes_gcm_128_decrypt[25], log_max_ipsec_offload[20:16]=10
  04: min_log_ipsec_full_replay_window[31:24]=5, max_log_ipsec_full_replay_window[23:16]=8
`;

const CRYPTO = `
  00: int_kek_auto[26]
  04: log_dek_max_alloc[28:24]=8, log_max_num_deks[20:16]=17
  0c: log_dek_granularity[28:24]=7, log_max_num_int_kek[20:16]=4
`;

const PORT_SELECTION = `
  00: port_select_flow_table[15]
  ${flowTable(0x40)}
`;

const ADV_VIRTUALIZATION = `
  00: pg_track_log_max_num[28:24]=4, pg_track_max_num_range[23:16]=16, pg_track_log_min_addr_space[15:8]=22, pg_track_log_max_addr_space[7:0]=42
  04: pg_track_log_min_msg_size[28:24]=6, pg_track_log_max_msg_size[20:16]=20, pg_track_log_min_page_size[12:8]=12, pg_track_log_max_page_size[4:0]=20
`;

/** Large enough for every field of the largest, which is 4096 bytes long. */
const CAPABILITY_BYTES = 1024;

const capability = (current: string): CapabilityProfile => {
  const bytes = sheet(CAPABILITY_BYTES, current);
  return { current: bytes, maximum: bytes };
};

/** By capability type. Those without a line are of newer chips, or of InfiniBand: this firmware knows them and has nothing in them. */
export const CONNECTX_6_DX_OPTIONAL_CAPABILITIES: readonly (readonly [type: number, values: CapabilityProfile])[] = [
  [0x02, capability(ODP)], [0x05, capability('')], [0x06, capability('')], [0x07, capability(FLOW_TABLE)], [0x08, capability(ESWITCH_FLOW_TABLE)],
  [0x09, capability(ESWITCH)], [0x0f, capability(DEV_MEM)], [0x13, capability(VDPA_EMULATION)], [0x15, capability(IPSEC)], [0x1a, capability(CRYPTO)],
  [0x1d, capability('')], [0x1e, capability('')], [0x1f, capability('')], [0x25, capability(PORT_SELECTION)], [0x26, capability(ADV_VIRTUALIZATION)],
  [0x28, capability('')], [0x2a, capability('')],
];
