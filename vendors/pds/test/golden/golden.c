/* The simulated firmware package's messages, written down from its description as C structures. */
#include "sample.h"

#pragma pack(push, 1)

struct request { uint16_t op; uint8_t version; uint8_t passed_on; uint32_t ep; };
struct reply { uint32_t retval; };

struct version_reply { uint32_t retval; char firmware[32], package[32], serial[32]; uint32_t build; uint8_t asic_type, asic_revision; uint16_t spare; };
struct capabilities_request { struct request head; uint32_t set, mode; };
struct status_reply { uint32_t retval; uint64_t uptime; uint32_t restarts, ports_up; };
struct restart_request { struct request head; uint32_t delay, down; };

struct port_request { struct request head; uint32_t port; };
struct port_status_reply { uint32_t retval, port; uint8_t oper_state, admin_state, fec_active, loopback; uint32_t speed, link_changes; char module[16]; };
struct counters_reply { uint32_t retval; uint64_t rx_frames, rx_octets, tx_frames, tx_octets, rx_errors, tx_errors, rx_drops, tx_drops, fec_corrected, fec_uncorrected; };
struct loopback_request { struct request head; uint32_t port; uint8_t mode, spare[3]; };

struct block_request { struct request head; uint32_t block; };
struct block_reply { uint32_t retval, length; };
struct save_reply { uint32_t retval, changed; };

struct log_request { struct request head; uint32_t first; };
struct log_entry { uint64_t time; uint8_t level, module; uint16_t spare; uint32_t sequence; char text[48]; };
struct log_reply { uint32_t retval, count, next; struct log_entry entries[8]; };

struct memory_request { struct request head; uint32_t address, length; };
struct memory_write_request { struct request head; uint32_t address; };
struct test_request { struct request head; uint32_t tests; };
struct test_reply { uint32_t retval, failed, duration; };

struct device_name { char name[64]; };
struct log_config { uint8_t level, spare[3]; uint32_t modules; };
struct port_config { uint32_t port; uint8_t admin_state, fec, flags, spare; uint32_t speed; uint16_t mtu, spare2; };
struct sensors { int16_t asic, board; uint16_t power, spare; };
struct features { uint32_t features, spare; };
struct limits { uint16_t ports, spare; uint32_t log_entries, memory, max_speed; };

#pragma pack(pop)

enum { SYSTEM = 0x53494d01, PORT, CONFIG, LOG, DIAG, TAIL = 12 };

/* A request of so many bytes, its head filled. `op` is the operation's number, and from bit 16 on the version that is asked for, if it is a certain one. */
static void request(const char *layout, const char *name, size_t size, unsigned op, unsigned ep)
{
    sample_begin(layout, name, "request", size);
    CONSTANT(request, op, op & 0xffff);
    if (op >> 16 != 0)
        CONSTANT(request, version, op >> 16);
    else
        INTEGER(request, version);
    CONSTANT(request, ep, ep);
}

static void plain_request(const char *layout, const char *name, unsigned op, unsigned ep)
{
    request(layout, name, sizeof(struct request), op, ep);
    sample_end();
}

static void reply(const char *layout, const char *name, size_t size)
{
    sample_begin(layout, name, "reply", size);
    INTEGER(reply, retval);
}

static void plain_reply(const char *layout, const char *name)
{
    reply(layout, name, sizeof(struct reply));
    sample_end();
}

static void system_operations(void)
{
    plain_request("commands/SYSTEM_VERSION", "SYSTEM_VERSION-request", 1, SYSTEM);
    reply("commands/SYSTEM_VERSION", "SYSTEM_VERSION-reply", sizeof(struct version_reply));
    TEXT(version_reply, firmware); TEXT(version_reply, package); TEXT(version_reply, serial);
    INTEGER(version_reply, build); INTEGER(version_reply, asic_type); INTEGER(version_reply, asic_revision);
    sample_end();
    request("commands/SYSTEM_CAPABILITIES", "SYSTEM_CAPABILITIES-request", sizeof(struct capabilities_request), 2, SYSTEM);
    INTEGER(capabilities_request, set); INTEGER(capabilities_request, mode);
    sample_end();
    reply("commands/SYSTEM_CAPABILITIES", "SYSTEM_CAPABILITIES-reply", sizeof(struct reply) + TAIL);
    sample_bytes("image", sizeof(struct reply), TAIL);
    sample_end();
    plain_request("commands/SYSTEM_STATUS", "SYSTEM_STATUS-request", 3, SYSTEM);
    reply("commands/SYSTEM_STATUS", "SYSTEM_STATUS-reply", sizeof(struct status_reply));
    INTEGER(status_reply, uptime); INTEGER(status_reply, restarts); INTEGER(status_reply, ports_up);
    sample_end();
    request("commands/SYSTEM_RESTART", "SYSTEM_RESTART-request", sizeof(struct restart_request), 4, SYSTEM);
    INTEGER(restart_request, delay); INTEGER(restart_request, down);
    sample_end();
    plain_reply("commands/SYSTEM_RESTART", "SYSTEM_RESTART-reply");
}

static void on_port(const char *layout, const char *name, unsigned op)
{
    request(layout, name, sizeof(struct port_request), op, PORT);
    INTEGER(port_request, port);
    sample_end();
}

static void port_operations(void)
{
    on_port("commands/PORT_STATUS", "PORT_STATUS-request", 1);
    reply("commands/PORT_STATUS", "PORT_STATUS-reply", sizeof(struct port_status_reply));
    INTEGER(port_status_reply, port); INTEGER(port_status_reply, oper_state); INTEGER(port_status_reply, admin_state); INTEGER(port_status_reply, fec_active);
    INTEGER(port_status_reply, loopback); INTEGER(port_status_reply, speed); INTEGER(port_status_reply, link_changes); TEXT(port_status_reply, module);
    sample_end();
    on_port("commands/PORT_COUNTERS", "PORT_COUNTERS-request", 0x10002);
    reply("commands/PORT_COUNTERS", "PORT_COUNTERS-reply", sizeof(struct counters_reply));
    INTEGER(counters_reply, rx_frames); INTEGER(counters_reply, rx_octets); INTEGER(counters_reply, tx_frames); INTEGER(counters_reply, tx_octets);
    INTEGER(counters_reply, rx_errors); INTEGER(counters_reply, tx_errors); INTEGER(counters_reply, rx_drops); INTEGER(counters_reply, tx_drops);
    INTEGER(counters_reply, fec_corrected); INTEGER(counters_reply, fec_uncorrected);
    sample_end();
    on_port("commands/PORT_CLEAR_COUNTERS", "PORT_CLEAR_COUNTERS-request", 3);
    plain_reply("commands/PORT_CLEAR_COUNTERS", "PORT_CLEAR_COUNTERS-reply");
    request("commands/PORT_SET_LOOPBACK", "PORT_SET_LOOPBACK-request", sizeof(struct loopback_request), 4, PORT);
    INTEGER(loopback_request, port); INTEGER(loopback_request, mode);
    sample_end();
    plain_reply("commands/PORT_SET_LOOPBACK", "PORT_SET_LOOPBACK-reply");
}

static void on_block(const char *layout, const char *request_name, const char *reply_name, unsigned op)
{
    request(layout, request_name, sizeof(struct block_request) + TAIL, op, CONFIG);
    INTEGER(block_request, block);
    sample_bytes("image", sizeof(struct block_request), TAIL);
    sample_end();
    reply(layout, reply_name, sizeof(struct block_reply) + TAIL);
    INTEGER(block_reply, length);
    sample_bytes("image", sizeof(struct block_reply), TAIL);
    sample_end();
}

static void config_operations(void)
{
    on_block("commands/CONFIG_READ", "CONFIG_READ-request", "CONFIG_READ-reply", 1);
    on_block("commands/CONFIG_WRITE", "CONFIG_WRITE-request", "CONFIG_WRITE-reply", 2);
    plain_request("commands/CONFIG_SAVE", "CONFIG_SAVE-request", 3, CONFIG);
    reply("commands/CONFIG_SAVE", "CONFIG_SAVE-reply", sizeof(struct save_reply));
    INTEGER(save_reply, changed);
    sample_end();
}

static void log_operations(void)
{
    request("commands/LOG_READ", "LOG_READ-request", sizeof(struct log_request), 1, LOG);
    INTEGER(log_request, first);
    sample_end();
    reply("commands/LOG_READ", "LOG_READ-reply", sizeof(struct log_reply));
    INTEGER(log_reply, count); INTEGER(log_reply, next);
    sample_open("entries", 1);
    for (unsigned index = 0; index < 8; index++) {
        size_t at = offsetof(struct log_reply, entries) + index * sizeof(struct log_entry);

        sample_open("", 0);
        sample_integer("time", at + offsetof(struct log_entry, time), 8);
        sample_integer("level", at + offsetof(struct log_entry, level), 1);
        sample_integer("module", at + offsetof(struct log_entry, module), 1);
        sample_integer("sequence", at + offsetof(struct log_entry, sequence), 4);
        sample_text("text", at + offsetof(struct log_entry, text), 48);
        sample_close();
    }
    sample_close();
    sample_end();
    plain_request("commands/LOG_CLEAR", "LOG_CLEAR-request", 2, LOG);
    plain_reply("commands/LOG_CLEAR", "LOG_CLEAR-reply");
}

static void diagnostic_operations(void)
{
    request("commands/MEMORY_READ", "MEMORY_READ-request", sizeof(struct memory_request), 1, DIAG);
    INTEGER(memory_request, address); INTEGER(memory_request, length);
    sample_end();
    reply("commands/MEMORY_READ", "MEMORY_READ-reply", sizeof(struct block_reply) + TAIL);
    INTEGER(block_reply, length);
    sample_bytes("data", sizeof(struct block_reply), TAIL);
    sample_end();
    request("commands/MEMORY_WRITE", "MEMORY_WRITE-request", sizeof(struct memory_write_request) + TAIL, 2, DIAG);
    INTEGER(memory_write_request, address);
    sample_bytes("data", sizeof(struct memory_write_request), TAIL);
    sample_end();
    plain_reply("commands/MEMORY_WRITE", "MEMORY_WRITE-reply");
    request("commands/SELF_TEST", "SELF_TEST-request", sizeof(struct test_request), 3, DIAG);
    INTEGER(test_request, tests);
    sample_end();
    reply("commands/SELF_TEST", "SELF_TEST-reply", sizeof(struct test_reply));
    INTEGER(test_reply, failed); INTEGER(test_reply, duration);
    sample_end();
}

static void blocks(void)
{
    sample_begin("registers/DEVICE_NAME", "DEVICE_NAME", "device_name", sizeof(struct device_name));
    TEXT(device_name, name);
    sample_end();
    sample_begin("registers/LOG_CONFIG", "LOG_CONFIG", "log_config", sizeof(struct log_config));
    INTEGER(log_config, level); INTEGER(log_config, modules);
    sample_end();
    sample_begin("registers/PORT_CONFIG", "PORT_CONFIG", "port_config", sizeof(struct port_config));
    INTEGER(port_config, port); INTEGER(port_config, admin_state); INTEGER(port_config, fec); INTEGER(port_config, flags); INTEGER(port_config, speed);
    INTEGER(port_config, mtu);
    sample_end();
    sample_begin("registers/SENSORS", "SENSORS", "sensors", sizeof(struct sensors));
    SIGNED(sensors, asic); SIGNED(sensors, board); INTEGER(sensors, power);
    sample_end();
    sample_begin("capabilities/FEATURES", "FEATURES", "features", sizeof(struct features));
    INTEGER(features, features);
    sample_end();
    sample_begin("capabilities/LIMITS", "LIMITS", "limits", sizeof(struct limits));
    INTEGER(limits, ports); INTEGER(limits, log_entries); INTEGER(limits, memory); INTEGER(limits, max_speed);
    sample_end();
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 1;
    sample_folder(arguments[1]);
    system_operations();
    port_operations();
    config_operations();
    log_operations();
    diagnostic_operations();
    blocks();
    return 0;
}
