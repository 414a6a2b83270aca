/*
 * Makes sample images whose places a compiler takes from the kernel's own description of the firmware interface. Only names stand here.
 *
 * cc -idirafter HEADERS/include -o kernel kernel.c golden.c && ./kernel FOLDER
 *
 * HEADERS is a kernel source tree or a distribution's linux-headers-*-common folder, of Linux 7.2.
 */
#include "golden.h"

#include <stddef.h>

typedef uint8_t u8;
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define DECLARE_FLEX_ARRAY(type, name) type name[0]
#include <linux/mlx5/mlx5_ifc.h>

/* In these structures a byte stands for a bit: bit 0 is the highest of the first byte of the message. */
#define S_(name) struct mlx5_ifc_##name##_bits
#define S(name) S_(name)
#define AT(field) offsetof(S(STRUCTURE), field)
#define WIDTH(field) (sizeof(((S(STRUCTURE) *)0)->field))
#define F(field) put(#field, base + AT(field), WIDTH(field), 0);
#define PINNED(field, value) put(#field, base + AT(field), WIDTH(field), value);
#define TEXT(field, value) golden_text(#field, (unsigned)(base + AT(field)) / 8, WIDTH(field) / 8, value);
#define BYTES(field) golden_bytes(#field, (unsigned)(base + AT(field)) / 8, WIDTH(field) / 8);

static const char *folder;

static void put(const char *name, size_t offset, size_t width, uint64_t pinned)
{
    unsigned high = 31 - (unsigned)(offset % 32);
    uint64_t value = pinned == 0 ? golden_value(name, (unsigned)width) : pinned;

    if (width == 64)
        golden_quad(name, (unsigned)offset / 8, value);
    else
        golden_bits(name, (unsigned)(offset / 32 * 4), high, high + 1 - (unsigned)width, value, 0);
}

/* The header leaves the user's number out; mlx5_ifc_mbox_in_hdr_bits in the fwctl driver has it after the opcode. */
#define UID golden_bits("uid", 0, 15, 0, golden_value("uid", 16), 0);

/* A command's request: what all have, then `rest`. */
#define REQUEST(NAME, OPCODE, rest)                                                                           \
    golden_begin(folder, "commands/" #NAME, #NAME "-request", NAMEOF(STRUCTURE), sizeof(S(STRUCTURE)) / 8); \
    PINNED(opcode, OPCODE) UID F(op_mod) rest golden_end();
#define REPLY(NAME, rest)                                                                                   \
    golden_begin(folder, "commands/" #NAME, #NAME "-reply", NAMEOF(STRUCTURE), sizeof(S(STRUCTURE)) / 8); \
    F(status) F(syndrome) rest golden_end();
#define NAMEOF_(name) #name
#define NAMEOF(name) NAMEOF_(name)

enum { base = 0, SAMPLE_REGISTER_BYTES = 24, DEBUG_BYTES = 64 };

static void query_hca_cap(void)
{
#define STRUCTURE query_hca_cap_in
    REQUEST(QUERY_HCA_CAP, MLX5_CMD_OP_QUERY_HCA_CAP, F(other_function) F(ec_vf_function) F(function_id_type) F(function_id))
#undef STRUCTURE
#define STRUCTURE query_hca_cap_out
    REPLY(QUERY_HCA_CAP, BYTES(capability))
#undef STRUCTURE
}

static void query_adapter(void)
{
#define STRUCTURE query_adapter_in
    REQUEST(QUERY_ADAPTER, MLX5_CMD_OP_QUERY_ADAPTER, )
#undef STRUCTURE
#define STRUCTURE query_adapter_out
    golden_begin(folder, "commands/QUERY_ADAPTER", "QUERY_ADAPTER-reply", "query_adapter_out", sizeof(S(STRUCTURE)) / 8);
    F(status) F(syndrome)
    size_t inner = AT(query_adapter_struct);
#undef STRUCTURE
#define STRUCTURE query_adapter_param_block
    golden_open("query_adapter_struct", 0);
    {
        const size_t base = inner;

        F(ieee_vendor_id) F(vsd_vendor_id) BYTES(vsd) TEXT(vsd_contd_psid, "MT_0000000359")
    }
    golden_close();
    golden_end();
#undef STRUCTURE
}

static void query_issi(void)
{
#define STRUCTURE query_issi_in
    REQUEST(QUERY_ISSI, MLX5_CMD_OP_QUERY_ISSI, )
#undef STRUCTURE
#define STRUCTURE query_issi_out
    REPLY(QUERY_ISSI, F(current_issi) F(supported_issi_dw0))
#undef STRUCTURE
}

static void access_register(void)
{
#define STRUCTURE access_register_in
    golden_begin(folder, "commands/ACCESS_REG", "ACCESS_REG-request", "access_reg_in", sizeof(S(STRUCTURE)) / 8 + SAMPLE_REGISTER_BYTES);
    PINNED(opcode, MLX5_CMD_OP_ACCESS_REG) UID F(op_mod) F(register_id) F(argument)
    golden_bytes("register_data", AT(register_data) / 8, SAMPLE_REGISTER_BYTES);
    golden_end();
#undef STRUCTURE
#define STRUCTURE access_register_out
    golden_begin(folder, "commands/ACCESS_REG", "ACCESS_REG-reply", "access_reg_out", sizeof(S(STRUCTURE)) / 8 + SAMPLE_REGISTER_BYTES);
    F(status) F(syndrome)
    golden_bytes("register_data", AT(register_data) / 8, SAMPLE_REGISTER_BYTES);
    golden_end();
#undef STRUCTURE
}

static void traffic_counter(const char *name, size_t base)
{
#define STRUCTURE traffic_counter
    golden_open(name, 0);
    F(packets) F(octets)
    golden_close();
#undef STRUCTURE
}

static void query_vport_counter(void)
{
#define STRUCTURE query_vport_counter_in
    REQUEST(QUERY_VPORT_COUNTER, MLX5_CMD_OP_QUERY_VPORT_COUNTER, F(other_vport) F(port_num) F(vport_number) F(clear))
#undef STRUCTURE
#define STRUCTURE query_vport_counter_out
#define PAIR(field) traffic_counter(#field, AT(field));
    REPLY(QUERY_VPORT_COUNTER,
          PAIR(received_errors) PAIR(transmit_errors) PAIR(received_ib_unicast) PAIR(transmitted_ib_unicast)
          PAIR(received_ib_multicast) PAIR(transmitted_ib_multicast) PAIR(received_eth_broadcast) PAIR(transmitted_eth_broadcast)
          PAIR(received_eth_unicast) PAIR(transmitted_eth_unicast) PAIR(received_eth_multicast) PAIR(transmitted_eth_multicast)
          PAIR(local_loopback))
#undef STRUCTURE
}

static void begin_capability(const char *layout, const char *name, const char *structure, size_t size_bits)
{
    golden_begin(folder, layout, name, structure, (unsigned)size_bits / 8);
}

/* The fields that the kernel has; sheets/GENERAL.txt has them all. */
static void general(void)
{
#define STRUCTURE cmd_hca_cap
    begin_capability("capabilities/GENERAL", "GENERAL-kernel", "cmd_hca_cap", sizeof(S(STRUCTURE)));
    F(page_request_disable) F(abs_native_port_num) F(shared_object_to_user_object_allowed) F(vhca_resource_manager)
    F(hca_cap_2) F(create_lag_when_not_master_up) F(dtor) F(event_on_vhca_state_teardown_request)
    F(event_on_vhca_state_in_use) F(event_on_vhca_state_active) F(event_on_vhca_state_allocated)
    F(event_on_vhca_state_invalid) F(vhca_id) F(log_max_srq_sz) F(log_max_qp_sz) F(event_cap) F(isolate_vl_tc_new)
    F(prio_tag_required) F(log_max_qp) F(ece_support) F(reg_c_preserve) F(log_max_srq) F(uplink_follow)
    F(ts_cqe_to_dest_cqn) F(go_back_n) F(max_sgl_for_optimized_performance) F(log_max_cq_sz)
    F(relaxed_ordering_write_umr) F(relaxed_ordering_read_umr) F(virtio_net_device_emualtion_manager)
    F(virtio_blk_device_emualtion_manager) F(log_max_cq) F(log_max_eq_sz) F(relaxed_ordering_write)
    F(relaxed_ordering_read_pci_enabled) F(log_max_mkey) F(terminate_scatter_list_mkey) F(repeated_mkey)
    F(dump_fill_mkey) F(fast_teardown) F(log_max_eq) F(max_indirection) F(fixed_buffer_size) F(log_max_mrw_sz)
    F(force_teardown) F(log_max_bsf_list_size) F(umr_extended_translation_offset) F(null_mkey)
    F(log_max_klm_list_size) F(qpc_extension) F(log_max_ra_req_dc) F(eth_wqe_too_small) F(vnic_env_cq_overrun)
    F(log_max_ra_res_dc) F(release_all_pages) F(must_not_use) F(roce_accl) F(log_max_ra_req_qp) F(log_max_ra_res_qp)
    F(end_pad) F(cc_query_allowed) F(cc_modify_allowed) F(start_pad) F(cache_line_128byte)
    F(rts2rts_qp_counters_set_id) F(vnic_env_int_rq_oob) F(sbcam_reg) F(qcam_reg) F(gid_table_size) F(out_of_seq_cnt)
    F(vport_counters) F(retransmission_q_counters) F(debug) F(modify_rq_counter_set_id) F(rq_delay_drop) F(max_qp_cnt)
    F(pkey_table_size) F(vport_group_manager) F(vhca_group_manager) F(ib_virt) F(eth_virt) F(vnic_env_queue_counters)
    F(ets) F(nic_flow_table) F(eswitch_manager) F(device_memory) F(mcam_reg) F(pcam_reg) F(local_ca_ack_delay)
    F(port_module_event) F(enhanced_error_q_counters) F(ports_check) F(disable_link_up) F(beacon_led) F(port_type)
    F(num_ports) F(pps) F(pps_modify) F(log_max_msg) F(max_tc) F(temp_warn_event) F(dcbx)
    F(general_notification_event) F(fpga) F(rol_s) F(rol_g) F(wol_s) F(wol_g) F(wol_a) F(wol_b) F(wol_m) F(wol_u)
    F(wol_p) F(stat_rate_support) F(pci_sync_for_fw_update_event) F(init2_lag_tx_port_affinity)
    F(wqe_based_flow_table_update_cap) F(cqe_version) F(compact_address_vector) F(striding_rq)
    F(ipoib_enhanced_offloads) F(ipoib_basic_offloads) F(repeated_block_disabled) F(umr_modify_entity_size_disabled)
    F(umr_modify_atomic_disabled) F(umr_indirect_mkey_disabled) F(umr_fence) F(dc_req_scat_data_cqe) F(drain_sigerr)
    F(cmdif_checksum) F(sigerr_cqe) F(wq_signature) F(sctr_data_cqe) F(sho) F(tph) F(rf) F(dct) F(qos)
    F(eth_net_offloads) F(roce) F(atomic) F(cq_oi) F(cq_resize) F(cq_moderation) F(cq_period_mode_modify)
    F(cq_eq_remap) F(pg) F(block_lb_mc) F(scqe_break_moderation) F(cq_period_start_from_cqe) F(cd) F(apm)
    F(vector_calc) F(umr_ptr_rlky) F(imaicl) F(qp_packet_based) F(qkv) F(pkv) F(set_deth_sqpn) F(xrc) F(ud) F(uc)
    F(rc) F(uar_4k) F(fl_rc_qp_when_roce_disabled) F(regexp_params) F(uar_sz) F(port_selection_cap) F(nic_cap_reg)
    F(umem_uid_0) F(log_pg_sz) F(bf) F(driver_version) F(pad_tx_eth_packet) F(mkey_by_name) F(log_bf_reg_size)
    F(disciplined_fr_counter) F(qp_error_syndrome) F(lag_dct) F(lag_tx_port_affinity) F(lag_native_fdb_selection)
    F(lag_master) F(num_lag_ports) F(max_wqe_sz_sq) F(icm_mng_function_id_mode) F(mkey_pcie_tph) F(tis_tir_td_order)
    F(psp) F(shampo) F(max_wqe_sz_rq) F(max_flow_counter_31_16) F(max_wqe_sz_sq_dc) F(query_host_net_function_num_max)
    F(max_qp_mcg) F(flow_counter_bulk_alloc) F(log_max_mcg) F(log_max_transport_domain) F(relaxed_ordering_read)
    F(log_max_pd) F(dp_ordering_ooo_all_ud) F(dp_ordering_ooo_all_uc) F(dp_ordering_ooo_all_xrc)
    F(dp_ordering_ooo_all_dc) F(dp_ordering_ooo_all_rc) F(pcie_reset_using_hotreset_method)
    F(pci_sync_for_fw_update_with_driver_unload) F(vnic_env_cnt_steering_fail) F(vport_counter_local_loopback)
    F(q_counter_aggregation) F(q_counter_other_vport) F(log_max_xrcd) F(nic_receive_steering_discard)
    F(receive_discard_vport_down) F(transmit_discard_vport_down) F(eq_overrun_count) F(invalid_command_count)
    F(quota_exceeded_count) F(log_max_flow_counter_bulk) F(max_flow_counter_15_0) F(log_max_rq) F(ft_alias_sw_vhca_id)
    F(log_max_sq) F(log_max_tir) F(log_max_tis) F(basic_cyclic_rcv_wqe) F(log_max_rmp) F(sd_group_size) F(log_max_rqt)
    F(log_max_rqt_size) F(tlp_device_emulation_manager) F(vnic_env_cnt_bar_uar_access) F(vnic_env_cnt_odp_page_fault)
    F(log_max_tis_per_sq) F(ext_stride_num_range) F(roce_rw_supported) F(log_max_current_uc_list_wr_supported)
    F(log_max_stride_sz_rq) F(log_min_stride_sz_rq) F(log_max_stride_sz_sq) F(log_min_stride_sz_sq) F(hairpin)
    F(log_max_hairpin_queues) F(log_max_hairpin_wq_data_sz) F(log_max_hairpin_num_packets) F(log_max_wq_sz)
    F(nic_vport_change_event) F(disable_local_lb_uc) F(disable_local_lb_mc) F(log_min_hairpin_wq_data_sz)
    F(silent_mode_set) F(vhca_state) F(log_max_vlan_list) F(log_max_current_mc_list) F(silent_mode_query)
    F(query_host_net_function_v1) F(log_max_current_uc_list) F(general_obj_types) F(sq_ts_format) F(rq_ts_format)
    F(steering_format_version) F(create_qp_start_hint) F(ats) F(cross_vhca_rqt) F(log_max_uctx) F(crypto)
    F(ipsec_offload) F(log_max_umem) F(max_num_eqs) F(tls_tx) F(tls_rx) F(log_max_l2_table) F(log_uar_page_sz)
    F(device_frequency_mhz) F(device_frequency_khz) F(num_of_uars_per_page) F(flex_parser_protocols)
    F(max_geneve_tlv_options) F(max_geneve_tlv_option_data_len) F(adv_rdma) F(adv_virtualization)
    F(log_max_dci_stream_channels) F(log_max_dci_errored_streams) F(enhanced_cqe_compression) F(crossing_vhca_mkey)
    F(log_max_dek) F(mini_cqe_resp_stride_index) F(cqe_128_always) F(cqe_compression_128) F(cqe_compression)
    F(cqe_compression_timeout) F(cqe_compression_max_num) F(flex_parser_id_gtpu_dw_0) F(tag_matching)
    F(rndv_offload_rc) F(rndv_offload_dc) F(log_tag_matching_list_sz) F(log_max_xrq) F(affiliate_nic_vport_criteria)
    F(native_port_num) F(num_vhca_ports) F(flex_parser_id_gtpu_teid) F(sw_owner_id) F(max_num_of_monitor_counters)
    F(num_ppcnt_monitor_counters) F(max_num_sf) F(num_q_monitor_counters) F(sf) F(sf_set_partition) F(log_max_sf)
    F(apu) F(migration) F(log_min_sf_size) F(max_num_sf_partitions) F(uctx_cap) F(flex_parser_id_geneve_tlv_option_0)
    F(flex_parser_id_icmp_dw1) F(flex_parser_id_icmp_dw0) F(flex_parser_id_icmpv6_dw1) F(flex_parser_id_icmpv6_dw0)
    F(flex_parser_id_outer_first_mpls_over_gre) F(flex_parser_id_outer_first_mpls_over_udp_label)
    F(max_num_match_definer) F(sf_base_id) F(flex_parser_id_gtpu_dw_2) F(flex_parser_id_gtpu_first_ext_dw_0)
    F(num_total_dynamic_vf_msix) F(dynamic_msix_table_size) F(min_dynamic_vf_msix_table_size) F(data_direct)
    F(max_dynamic_vf_msix_table_size) F(log_max_num_header_modify_argument)
    F(log_header_modify_argument_granularity_offset) F(log_header_modify_argument_granularity)
    F(log_header_modify_argument_max_alloc) F(vhca_tunnel_commands) F(match_definer_format_supported)
    golden_end();
#undef STRUCTURE
}

static void general_2(void)
{
#define STRUCTURE cmd_hca_cap_2
    begin_capability("capabilities/GENERAL_2", "GENERAL_2", "cmd_hca_cap_2", sizeof(S(STRUCTURE)));
    F(migratable) F(dp_ordering_force) F(query_vuid) F(umr_log_entity_size_5) F(max_reformat_insert_size)
    F(max_reformat_insert_offset) F(max_reformat_remove_size) F(max_reformat_remove_offset) F(migration_multi_load)
    F(migration_tracking_state) F(multiplane_qp_ud) F(migration_in_chunks) F(sf_eq_usage) F(multiplane)
    F(migration_state) F(cross_vhca_object_to_object_supported) F(allowed_object_for_other_vhca_access)
    F(flow_table_type_2_type) F(format_select_dw_8_6_ext) F(log_min_mkey_entity_size) F(general_obj_types_127_64)
    F(sw_vhca_id_valid) F(sw_vhca_id) F(ts_cqe_metadata_size2wqe_counter) F(format_select_dw_gtpu_dw_0)
    F(format_select_dw_gtpu_dw_1) F(format_select_dw_gtpu_dw_2) F(format_select_dw_gtpu_first_ext_dw_0)
    F(generate_wqe_type) F(min_mkey_log_entity_size_fixed_buffer) F(ec_vf_vport_base)
    F(max_mkey_log_entity_size_fixed_buffer) F(max_mkey_log_entity_size_mtt) F(max_rqt_vhca_id) F(pcc_ifa2)
    F(min_mkey_log_entity_size_fixed_buffer_valid) F(return_reg_id) F(flow_table_hash_type) F(max_num_eqs_24b)
    F(load_balance_id) F(query_adjacent_functions_id) F(ingress_egress_esw_vport_connect) F(function_id_type_vhca_id)
    F(lag_per_mp_group) F(delegate_vhca_management_profiles) F(delegated_vhca_max) F(delegate_vhca_max)
    golden_end();
#undef STRUCTURE
}

static void ethernet_offloads(void)
{
#define STRUCTURE per_protocol_networking_offload_caps
    begin_capability("capabilities/ETHERNET_OFFLOADS", "ETHERNET_OFFLOADS", "per_protocol_networking_offload_caps", sizeof(S(STRUCTURE)));
    F(csum_cap) F(vlan_cap) F(lro_cap) F(lro_psh_flag) F(lro_time_stamp) F(wqe_vlan_insert) F(self_lb_en_modifiable)
    F(max_lso_cap) F(multi_pkt_send_wqe) F(wqe_inline_mode) F(rss_ind_tbl_cap) F(reg_umr_sq) F(scatter_fcs)
    F(enhanced_multi_pkt_send_wqe) F(tunnel_lso_const_out_ip_id) F(tunnel_lro_gre) F(tunnel_lro_vxlan)
    F(tunnel_stateless_gre) F(tunnel_stateless_vxlan) F(swp) F(swp_csum) F(swp_lso) F(cqe_checksum_full)
    F(tunnel_stateless_geneve_tx) F(tunnel_stateless_mpls_over_udp) F(tunnel_stateless_mpls_over_gre)
    F(tunnel_stateless_vxlan_gpe) F(tunnel_stateless_ipv4_over_vxlan) F(tunnel_stateless_ip_over_ip) F(insert_trailer)
    F(tunnel_stateless_ip_over_ip_rx) F(tunnel_stateless_ip_over_ip_tx) F(max_vxlan_udp_ports) F(swp_csum_l4_partial)
    F(max_geneve_opt_len) F(tunnel_stateless_geneve_rx) F(lro_min_mss_size)
    golden_open("lro_timer_supported_periods", 1);
    F(lro_timer_supported_periods[0]) F(lro_timer_supported_periods[1])
    F(lro_timer_supported_periods[2]) F(lro_timer_supported_periods[3])
    golden_close();
    golden_end();
#undef STRUCTURE
}

static void further_capabilities(void)
{
#define STRUCTURE atomic_caps
    begin_capability("capabilities/ATOMIC", "ATOMIC", "atomic_caps", sizeof(S(STRUCTURE)));
    F(atomic_req_8B_endianness_mode) F(supported_atomic_req_8B_endianness_mode_1) F(atomic_operations)
    F(atomic_size_qp) F(atomic_size_dc)
    golden_end();
#undef STRUCTURE
#define STRUCTURE roce_cap
    begin_capability("capabilities/ROCE", "ROCE", "roce_cap", sizeof(S(STRUCTURE)));
    F(roce_apm) F(sw_r_roce_src_udp_port) F(fl_rc_qp_when_roce_disabled) F(fl_rc_qp_when_roce_enabled)
    F(roce_cc_general) F(qp_ooo_transmit_default) F(qp_ts_format) F(l3_type) F(roce_version) F(r_roce_dest_udp_port)
    F(r_roce_max_src_udp_port) F(r_roce_min_src_udp_port) F(roce_address_table_size)
    golden_end();
#undef STRUCTURE
#define STRUCTURE qos_cap
    begin_capability("capabilities/QOS", "QOS", "qos_cap", sizeof(S(STRUCTURE)));
    F(packet_pacing) F(esw_scheduling) F(esw_bw_share) F(esw_rate_limit) F(packet_pacing_burst_bound)
    F(packet_pacing_typical_size) F(nic_sq_scheduling) F(nic_bw_share) F(nic_rate_limit) F(packet_pacing_uid)
    F(log_esw_max_sched_depth) F(packet_pacing_req_ud) F(packet_pacing_req_uc) F(esw_cross_esw_sched)
    F(log_max_qos_nic_queue_group) F(packet_pacing_max_rate) F(packet_pacing_min_rate) F(log_esw_max_rate_limit)
    F(packet_pacing_rate_table_size) F(esw_element_type) F(esw_tsar_type) F(max_qos_para_vport) F(max_tsar_bw_share)
    F(nic_element_type) F(nic_tsar_type) F(log_meter_aso_granularity) F(log_meter_aso_max_alloc)
    F(log_max_num_meter_aso)
    golden_end();
#undef STRUCTURE
    /* The kernel has the list of counters that begins at byte 64 as reserved bits. */
#define STRUCTURE debug_cap
    begin_capability("capabilities/DEBUG", "DEBUG-kernel", "debug_cap", DEBUG_BYTES * 8);
    F(core_dump_general) F(core_dump_qp) F(resource_dump) F(stall_detect)
    golden_end();
#undef STRUCTURE
}

int main(int count, char **arguments)
{
    if (count != 2)
        golden_fail("usage: kernel FOLDER");
    folder = arguments[1];
    query_hca_cap();
    query_adapter();
    query_issi();
    access_register();
    query_vport_counter();
    general();
    general_2();
    ethernet_offloads();
    further_capabilities();
    return 0;
}
