/*
 * Makes samples of requests and replies whose places a compiler takes from the kernel's own description of the interface. Only names
 * stand here, and nothing of the project's layouts.
 *
 * cc -idirafter HEADERS/include -o make kernel.c && ./make FOLDER
 *
 * HEADERS is a kernel source tree or a distribution's linux-headers-*-common folder, of Linux 7.2; the machine is little-endian.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16, __le16, __be16;
typedef uint32_t u32, __le32, __be32;
typedef uint64_t u64, __le64, __be64;
#define __packed __attribute__((packed))
#define DECLARE_FLEX_ARRAY(type, name) type name[0]
#include <linux/bnxt/hsi.h>

static const char *folder;
static FILE *json, *hex, *places;
static char *places_text;
static size_t places_size;
static unsigned char bytes[1024];
static unsigned size, count, inner_count;
static uint64_t state;

static FILE *create(const char *name, const char *ending)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
    return file;
}

/* Arbitrary, not 0 unless it is a single bit, and the same at every run. */
static uint64_t value_of(unsigned width)
{
    uint64_t mask = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;

    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t value = (state >> 20 ^ state << 30) & mask;
    return value == 0 && width > 1 ? mask : value;
}

static void begin(const char *name, const char *part, const char *structure, unsigned length)
{
    char file[128], lower[64];
    unsigned i;

    for (i = 0; name[i] != '\0'; i++)
        lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i];
    lower[i] = '\0';
    snprintf(file, sizeof file, "%s-%s", name, part);
    memset(bytes, 0, sizeof bytes);
    size = length;
    count = 0;
    for (state = length, i = 0; name[i] != '\0'; i++)
        state = state * 31 + name[i];
    json = create(file, "json");
    hex = create(file, "hex");
    places = open_memstream(&places_text, &places_size);
    fprintf(json, "{\n  \"layout\": \"structures/%s\",\n  \"structure\": \"%s\",\n  \"fields\": {", lower, structure);
}

static void end(void)
{
    for (unsigned i = 0; i < size; i++)
        fprintf(hex, "%02x%c", bytes[i], i % 16 == 15 || i + 1 == size ? '\n' : ' ');
    fclose(places);
    fprintf(json, "\n  },\n  \"places\": {%s\n  }\n}\n", places_text);
    free(places_text);
    fclose(json);
    fclose(hex);
}

static void entry(const char *name)
{
    fprintf(json, "%s\n    \"%s\": ", count++ == 0 ? "" : ",", name);
}

static void place(const char *path, size_t bit, size_t width)
{
    fprintf(places, "%s\n    \"%s\": [%zu, %zu]", ftell(places) == 0 ? "" : ",", path, bit, width);
}

/* Numbers of 64 bits are text. */
static void show(uint64_t value, size_t length)
{
    fprintf(json, length < 8 ? "%llu" : "\"0x%llx\"", (unsigned long long)value);
}

static void number(const char *name, size_t offset, size_t length, uint64_t value)
{
    memcpy(bytes + offset, &value, length);
    entry(name);
    show(value, length);
    place(name, offset * 8, length * 8);
}

static void raw(const char *name, size_t offset, size_t length)
{
    entry(name);
    fputc('"', json);
    for (size_t i = 0; i < length; i++)
        fprintf(json, "%02x", bytes[offset + i] = (unsigned char)value_of(8));
    fputc('"', json);
    place(name, offset * 8, length * 8);
}

static void text(const char *name, size_t offset, size_t length, const char *words)
{
    memcpy(bytes + offset, words, strlen(words));
    entry(name);
    fprintf(json, "\"%s\"", words);
    place(name, offset * 8, length * 8);
}

static void texts(const char *name, size_t offset, size_t length, size_t times)
{
    char words[32], path[64];

    entry(name);
    for (size_t i = 0; i < times; i++) {
        snprintf(words, sizeof words, "name %zu", i);
        memcpy(bytes + offset + i * length, words, strlen(words));
        fprintf(json, "%s\"%s\"", i == 0 ? "[" : ", ", words);
        snprintf(path, sizeof path, "%s[%zu]", name, i);
        place(path, (offset + i * length) * 8, length * 8);
    }
    fputc(']', json);
}

/* Some bits of a number, as the header's mask has them. */
static void part(const char *member, const char *name, size_t offset, uint32_t mask)
{
    unsigned low = (unsigned)__builtin_ctz(mask), width = (unsigned)__builtin_popcount(mask);
    uint32_t value = (uint32_t)value_of(width), word;
    char path[128];

    memcpy(&word, bytes + offset, 4);
    word |= value << low;
    memcpy(bytes + offset, &word, 4);
    fprintf(json, "%s\"%s\": %u", inner_count++ == 0 ? "" : ", ", name, value);
    snprintf(path, sizeof path, "%s.%s", member, name);
    place(path, offset * 8 + low, width);
}

#define AT(m) offsetof(STRUCTURE, m)
#define SIZE(m) sizeof(((STRUCTURE *)0)->m)
#define N(m) number(#m, AT(m), SIZE(m), value_of(SIZE(m) * 8));
#define IS(m, v) number(#m, AT(m), SIZE(m), v);
#define RAW(m) raw(#m, AT(m), SIZE(m));
#define TEXT(m, words) text(#m, AT(m), SIZE(m), words);
#define TEXTS(m) texts(#m, AT(m), SIZE(m[0]), SIZE(m) / SIZE(m[0]));
#define OPEN(m) entry(#m); fputs("{ ", json); inner_count = 0;
#define PART(m, name, mask) part(#m, #name, AT(m), mask);
#define CLOSE fputs(" }", json);
#define REQUEST(NAME, name, rest) { typedef struct hwrm_##name##_input STRUCTURE; begin(#NAME, "request", "hwrm_" #name "_input", sizeof(STRUCTURE)); \
    IS(req_type, HWRM_##NAME) IS(cmpl_ring, 0xffff) N(seq_id) IS(target_id, 0xffff) N(resp_addr) rest end(); }
#define REPLY(NAME, name, rest) { typedef struct hwrm_##name##_output STRUCTURE; begin(#NAME, "reply", "hwrm_" #name "_output", sizeof(STRUCTURE)); \
    N(error_code) IS(req_type, HWRM_##NAME) N(seq_id) IS(resp_len, sizeof(STRUCTURE)) rest N(valid) end(); }

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    REQUEST(VER_GET, ver_get, IS(hwrm_intf_maj, HWRM_VERSION_MAJOR) IS(hwrm_intf_min, HWRM_VERSION_MINOR) IS(hwrm_intf_upd, HWRM_VERSION_UPDATE))
    REPLY(VER_GET, ver_get, N(hwrm_intf_maj_8b) N(hwrm_intf_min_8b) N(hwrm_intf_upd_8b) N(hwrm_fw_maj_8b) N(hwrm_fw_min_8b) N(hwrm_fw_bld_8b) N(mgmt_fw_maj_8b)
        N(dev_caps_cfg) TEXT(hwrm_fw_name, "firmware") TEXT(active_pkg_name, "231.1.162.1") N(chip_num) N(chip_rev) N(chip_metal) N(chip_bond_id) N(chip_platform_type)
        N(max_req_win_len) N(max_resp_len) N(def_req_timeout) N(flags) N(always_1) N(hwrm_intf_major) N(hwrm_fw_patch) N(roce_fw_patch) N(max_ext_req_len) N(max_req_timeout))
    REQUEST(FUNC_QCAPS, func_qcaps, N(fid))
    REPLY(FUNC_QCAPS, func_qcaps, N(fid) N(port_id) N(flags) RAW(mac_address) N(max_rsscos_ctx) N(max_vfs) N(max_hw_ring_grps) N(flags_ext) N(flags_ext2) RAW(device_serial_number)
        N(max_tso_segs) N(flags_ext3))
    REQUEST(FUNC_QCFG, func_qcfg, N(fid))
    REPLY(FUNC_QCFG, func_qcfg, N(fid) N(port_id) N(vlan) N(flags) RAW(mac_address) N(pci_id) N(alloc_tx_rings) N(port_partition_type) N(port_pf_cnt)
        OPEN(min_bw) PART(min_bw, BW_VALUE, FUNC_QCFG_RESP_MIN_BW_BW_VALUE_MASK) PART(min_bw, SCALE, FUNC_QCFG_RESP_MIN_BW_SCALE) PART(min_bw, BW_VALUE_UNIT, FUNC_QCFG_RESP_MIN_BW_BW_VALUE_UNIT_MASK) CLOSE
        N(evb_mode) N(alloc_stat_ctx) N(l2_doorbell_bar_size_kb) N(host_mtu) N(negotiated_link_speed))
    REQUEST(FUNC_QSTATS, func_qstats, N(fid) N(flags))
    REPLY(FUNC_QSTATS, func_qstats, N(tx_ucast_pkts) N(tx_drop_pkts) N(tx_bcast_bytes) N(rx_ucast_pkts) N(rx_bcast_bytes) N(rx_agg_aborts) N(clear_seq))
    REQUEST(FUNC_QSTATS_EXT, func_qstats_ext, N(fid) N(flags) N(enables) N(schq_id) N(traffic_class))
    REPLY(FUNC_QSTATS_EXT, func_qstats_ext, N(rx_ucast_pkts) N(rx_error_pkts) N(tx_error_pkts) N(tx_discard_pkts) N(rx_tpa_events))
    REQUEST(PORT_PHY_QCFG, port_phy_qcfg, N(port_id))
    REPLY(PORT_PHY_QCFG, port_phy_qcfg, N(link)
        OPEN(active_fec_signal_mode) PART(active_fec_signal_mode, SIGNAL_MODE, PORT_PHY_QCFG_RESP_SIGNAL_MODE_MASK) PART(active_fec_signal_mode, ACTIVE_FEC, PORT_PHY_QCFG_RESP_ACTIVE_FEC_MASK) CLOSE
        N(link_speed) N(duplex_cfg) N(pause) N(support_speeds) N(auto_link_speed_mask) N(module_status) N(preemphasis) N(phy_type) N(media_type) N(fec_cfg)
        TEXT(phy_vendor_name, "A vendor") TEXT(phy_vendor_partnumber, "PART-1") N(support_speeds2) N(active_lanes))
    REPLY(PORT_PHY_QCAPS, port_phy_qcaps, N(flags) N(port_cnt) N(supported_speeds_force_mode) N(flags2) N(supported_speeds2_auto_mode))
    REQUEST(PORT_PHY_I2C_READ, port_phy_i2c_read, N(flags) N(enables) N(port_id) N(i2c_slave_addr) N(bank_number) N(page_number) N(page_offset) N(data_length))
    REPLY(PORT_PHY_I2C_READ, port_phy_i2c_read, RAW(data))
    REQUEST(PORT_PHY_I2C_WRITE, port_phy_i2c_write, N(flags) N(enables) N(port_id) N(i2c_slave_addr) N(page_offset) N(data_length) RAW(data))
    REQUEST(PORT_PHY_FDRSTAT, port_phy_fdrstat, N(port_id) IS(ops, PORT_PHY_FDRSTAT_REQ_OPS_COUNTER))
    REQUEST(PORT_PHY_MDIO_WRITE, port_phy_mdio_write, N(port_id) N(phy_addr) N(dev_addr) N(reg_addr) N(reg_data) N(cl45_mdio))
    REPLY(TEMP_MONITOR_QUERY, temp_monitor_query, N(temp) N(phy_temp) N(om_temp) N(flags) N(temp2) N(phy_temp2) N(om_temp2) N(warn_threshold) N(critical_threshold) N(fatal_threshold) N(shutdown_threshold))
    REQUEST(NVM_FIND_DIR_ENTRY, nvm_find_dir_entry, N(enables) N(dir_idx) N(dir_type) N(dir_ordinal) N(dir_ext))
    REPLY(NVM_FIND_DIR_ENTRY, nvm_find_dir_entry, N(dir_item_length) N(dir_data_length) N(fw_ver) N(dir_ordinal) N(dir_idx))
    REPLY(NVM_GET_DEV_INFO, nvm_get_dev_info, N(manufacturer_id) N(device_id) N(sector_size) N(nvram_size) N(available_size) N(nvm_cfg_ver_upd) TEXT(pkg_name, "231.1.162.1") N(srt2_fw_patch))
    REQUEST(NVM_MOD_DIR_ENTRY, nvm_mod_dir_entry, N(enables) N(dir_idx) N(dir_ordinal) N(dir_ext) N(dir_attr) N(checksum))
    REQUEST(FW_SET_TIME, fw_set_time, N(year) N(month) N(day) N(hour) N(minute) N(second) N(millisecond) N(zone))
    REPLY(SELFTEST_QLIST, selftest_qlist, N(num_tests) N(available_tests) N(offline_tests) N(test_timeout) TEXTS(test_name))
    REPLY(DBG_QCFG, dbg_qcfg, N(fid) N(coredump_size) N(flags) N(async_cmpl_ring) N(crashdump_size))
    return 0;
}
