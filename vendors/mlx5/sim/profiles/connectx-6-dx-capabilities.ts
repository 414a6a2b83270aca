import { sheet } from '../wire.js';
import { CONNECTX_6_DX_OPTIONAL_CAPABILITIES } from './connectx-6-dx-optional-capabilities.js';
import { CONNECTX_6_DX_SAMPLING } from './connectx-6-dx-sampling.js';
import type { CapabilityProfile } from './types.js';

const CAPABILITY_BYTES = 256;

/** General capabilities. Flags whose feature the model does not have (eswitch, flow tables) stay off, since the driver would use them. */
const GENERAL = `
  04: hca_cap_2[31], dtor[29]
  10: log_max_srq_sz[31:24]=20, log_max_qp_sz[23:16]=15, event_cap[15], log_max_qp[4:0]=18
  14: log_max_srq[20:16]=23
  18: max_sgl_for_optimized_performance[31:24]=8, log_max_cq_sz[23:16]=22, log_max_cq[4:0]=24
  1c: log_max_eq_sz[31:24]=22, relaxed_ordering_write[23], log_max_mkey[21:16]=24, log_max_eq[3:0]=6
  20: max_indirection[31:24]=16, fixed_buffer_size[23], log_max_mrw_sz[22:16]=64, force_teardown[15], log_max_bsf_list_size[13:8]=6, null_mkey[6], log_max_klm_list_size[5:0]=16
  24: log_max_ra_req_dc[21:16]=6, log_max_ra_res_dc[5:0]=6
  28: log_max_ra_req_qp[21:16]=7, log_max_ra_res_qp[5:0]=4
  2c: end_pad[31], cc_query_allowed[30], cc_modify_allowed[29], vnic_env_int_rq_oob[19], sbcam_reg[18], qcam_reg[16], gid_table_size[15:0]=4
  30: out_of_seq_cnt[31], vport_counters[30], retransmission_q_counters[29], debug[28], modify_rq_counter_set_id[27], max_qp_cnt[25:16]=1023
  34: vnic_env_queue_counters[27], ets[26], device_memory[23], mcam_reg[22], pcam_reg[21], local_ca_ack_delay[20:16]=16, port_module_event[15], enhanced_error_q_counters[14], ports_check[13], port_type[9:8]=1, num_ports[7:0]=1
  38: pps[30], pps_modify[29], log_max_msg[28:24]=30, max_tc[19:16]=8, temp_warn_event[15], dcbx[14], general_notification_event[13]
  3c: stat_rate_support[31:16]=0x1c, cqe_version[3:0]=1
  40: striding_rq[30], umr_fence[21:20]=2, cmdif_checksum[15:14]=3, sigerr_cqe[13], wq_signature[11], sctr_data_cqe[10], qos[4], eth_net_offloads[3], roce[2], atomic[1]
  44: pg[24], cq_oi[31], cq_resize[30], cq_moderation[29], cq_period_mode_modify[28], block_lb_mc[23], scqe_break_moderation[21], cq_period_start_from_cqe[20], cd[19], apm[17], imaicl[14], qkv[9], pkv[8], set_deth_sqpn[7], xrc[3], ud[2], uc[1], rc[0]
  48: uar_sz[21:16]=3, port_selection_cap[15], nic_cap_reg[14], log_pg_sz[7:0]=12
  4c: bf[31], driver_version[30], pad_tx_eth_packet[29], log_bf_reg_size[20:16]=9
  50: num_of_diagnostic_counters[31:16]=${CONNECTX_6_DX_SAMPLING.counters.length}, max_wqe_sz_sq[15:0]=1024
  54: max_wqe_sz_rq[15:0]=512
  58: max_wqe_sz_sq_dc[15:0]=512
  5c: max_qp_mcg[24:0]=240
  60: log_max_mcg[7:0]=21
  64: log_max_transport_domain[28:24]=18, relaxed_ordering_read[21], log_max_pd[20:16]=24, log_max_xrcd[4:0]=20
  68: nic_receive_steering_discard[31], receive_discard_vport_down[30], transmit_discard_vport_down[29], eq_overrun_count[28], invalid_command_count[26], quota_exceeded_count[25]
  6c: log_max_rq[28:24]=23, log_max_sq[20:16]=23, log_max_tir[12:8]=20, log_max_tis[4:0]=22
  70: basic_cyclic_rcv_wqe[31], log_max_rmp[28:24]=23, log_max_rqt[20:16]=21, log_max_rqt_size[12:8]=11, log_max_tis_per_sq[4:0]=3
  74: log_max_stride_sz_rq[28:24]=13, log_min_stride_sz_rq[20:16]=6, log_max_stride_sz_sq[12:8]=6, log_min_stride_sz_sq[4:0]=6
  78: log_max_wq_sz[4:0]=20
  7c: log_max_vlan_list[20:16]=12, log_max_current_mc_list[12:8]=14, log_max_current_uc_list[4:0]=7
  88: sq_ts_format[31:30]=2, rq_ts_format[29:28]=2, steering_format_version[27:24]=1
  8c: crypto[22], ipsec_offload[21], log_max_uctx[28:24]=8, log_max_umem[20:16]=22, max_num_eqs[15:0]=60
  90: tls_tx[30], log_max_l2_table[28:24]=7
  98: device_frequency_mhz=1000
  9c: device_frequency_khz=1000000
  a4: num_of_uars_per_page=1
  ac: adv_virtualization[6]
  b4: cqe_compression_128[1], cqe_compression[0]
  b8: cqe_compression_timeout[31:16]=2, cqe_compression_max_num[15:0]=256
  c0: native_port_num[23:16]=1
  d4: uctx_cap=7
`;

/** What only the maximum offers: the driver chooses. */
const GENERAL_OFFERS = `
  2c: cache_line_128byte[27]
  40: dct[5]
`;

const GENERAL_2 = `
  14: max_reformat_insert_size[31:24]=128, max_reformat_insert_offset[23:16]=127, max_reformat_remove_size[15:8]=128, max_reformat_remove_offset[7:0]=127
  34: log_min_mkey_entity_size[20:16]=4
  74: max_rqt_vhca_id[15:0]=1
  88: max_num_eqs_24b[23:0]=60
`;

const ETHERNET_OFFLOADS = `
  00: csum_cap[31], vlan_cap[30], lro_cap[29], lro_psh_flag[28], lro_time_stamp[27], wqe_vlan_insert[24], self_lb_en_modifiable[23], max_lso_cap[20:16]=18, multi_pkt_send_wqe[15:14]=3, wqe_inline_mode[13:12]=2, rss_ind_tbl_cap[11:8]=11, reg_umr_sq[7], scatter_fcs[6], enhanced_multi_pkt_send_wqe[5], tunnel_lso_const_out_ip_id[4], tunnel_stateless_gre[1]
  04: swp[31], swp_csum[30], swp_lso[29], cqe_checksum_full[28], tunnel_stateless_ip_over_ip[22], insert_trailer[21], tunnel_stateless_ip_over_ip_rx[19], tunnel_stateless_ip_over_ip_tx[18]
  08: lro_min_mss_size[15:0]=256
  30: lro_timer_supported_periods_0=8
  34: lro_timer_supported_periods_1=16
  38: lro_timer_supported_periods_2=32
  3c: lro_timer_supported_periods_3=1024
`;

const ATOMIC = `
  10: atomic_operations[15:0]=0xf
  14: atomic_size_qp[15:0]=0x108
  18: atomic_size_dc[15:0]=0x108
`;
const ATOMIC_OFFERS = `
  08: supported_atomic_req_8B_endianness_mode_1[25]
`;

const ROCE = `
  00: roce_apm[31], fl_rc_qp_when_roce_disabled[26], fl_rc_qp_when_roce_enabled[25], qp_ts_format[1:0]=2
  10: l3_type[19:16]=3, roce_version[7:0]=5
  14: r_roce_dest_udp_port[15:0]=4791
  18: r_roce_max_src_udp_port[31:16]=0xffff, r_roce_min_src_udp_port[15:0]=0xc000
  1c: roce_address_table_size[15:0]=256
`;
const ROCE_OFFERS = `
  00: sw_r_roce_src_udp_port[27]
`;

const QOS = `
  00: packet_pacing[31], packet_pacing_burst_bound[26], packet_pacing_typical_size[25]
  08: packet_pacing_max_rate=100000000
  0c: packet_pacing_min_rate=1
  10: packet_pacing_rate_table_size[15:0]=127
`;

const { logMaxSamples, logMinPeriod, counters: SAMPLED } = CONNECTX_6_DX_SAMPLING;

const DEBUG = `
  00: core_dump_general[31], core_dump_qp[30], log_cr_dump_to_mem_size[27:23]=21, resource_dump[22]
  00: log_max_samples[7:0]=${logMaxSamples}
  04: single[31], repetitive[30], stall_detect[29], log_min_sample_period[7:0]=${logMinPeriod}
${SAMPLED.map(({ id, isSynchronizable }, index) => `  ${(0x40 + 4 * index).toString(16)}: sync[31]=${Number(isSynchronizable)}, counter_id[15:0]=${id}`).join('\n')}
`;

const TLS = `
  00: tls_1_2_aes_gcm_128[31], tls_1_3_aes_gcm_128[30], tls_1_2_aes_gcm_256[29], tls_1_3_aes_gcm_256[28]
`;

const DEV_EVENT = `
  00: user_affiliated_events_0:64=0x340c00ff
  20: user_unaffiliated_events_0:64=0x40a00200
`;

const capability = (current: string, offers = ''): CapabilityProfile => ({
  current: sheet(CAPABILITY_BYTES, current),
  maximum: sheet(CAPABILITY_BYTES, current + offers),
});

/** By capability type, as in QUERY_HCA_CAP. */
export const CONNECTX_6_DX_CAPABILITIES: ReadonlyMap<number, CapabilityProfile> = new Map([
  [0x00, capability(GENERAL, GENERAL_OFFERS)],
  [0x01, capability(ETHERNET_OFFLOADS)],
  [0x03, capability(ATOMIC, ATOMIC_OFFERS)],
  [0x04, capability(ROCE, ROCE_OFFERS)],
  [0x0c, capability(QOS)],
  [0x0d, capability(DEBUG)],
  [0x11, capability(TLS)],
  [0x14, capability(DEV_EVENT)],
  [0x20, capability(GENERAL_2)],
  ...CONNECTX_6_DX_OPTIONAL_CAPABILITIES,
]);
