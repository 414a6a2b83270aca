/*
 * Makes samples of requests and replies whose places a compiler takes from the kernel's own description of the interface.
 *
 * cc -idirafter HEADERS/include/uapi -o make kernel.c && ./make FOLDER
 *
 * HEADERS is a kernel source tree or a distribution's linux-headers-*-common folder, of Linux 7.2; the machine is little-endian.
 */
#include <stddef.h>
#include <string.h>
#define __packed __attribute__((packed))
#ifndef __counted_by_le
#define __counted_by_le(member)
#endif
#ifndef BIT
#define BIT(n) (1u << (n))
#endif
#include <fwctl/cxl.h>
#include "golden.h"

#define REQUEST_BYTES(member) (offsetof(struct fwctl_rpc_cxl, member) + sizeof(((struct fwctl_rpc_cxl *)0)->member))

static const unsigned char uuid[16] = { 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b, 0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a };
static unsigned char bytes[256];

int main(int argc, char **argv)
{
    struct fwctl_rpc_cxl *request = (void *)bytes;
    struct fwctl_rpc_cxl_out *reply = (void *)bytes;
    struct cxl_feat_entry *entry = reply->get_sup_feats_out.ents;

    if (argc > 1)
        folder = argv[1];

    request->opcode = 0x0500;
    request->op_size = sizeof request->get_sup_feats_in;
    request->get_sup_feats_in.count = 65520;
    request->get_sup_feats_in.start_idx = 0x1234;
    sample("GET_SUPPORTED_FEATURES-request", "commands/GET_SUPPORTED_FEATURES", "request",
           "{ \"opcode\": 1280, \"op_size\": 8, \"count\": 65520, \"start_index\": 4660 }", bytes, REQUEST_BYTES(get_sup_feats_in));

    memset(bytes, 0, sizeof bytes);
    reply->size = sizeof reply->get_sup_feats_out + sizeof *entry;
    reply->get_sup_feats_out.num_entries = 1;
    reply->get_sup_feats_out.supported_feats = 0x0203;
    memcpy(entry->uuid, uuid, sizeof uuid);
    entry->id = 0x0405;
    entry->get_feat_size = 0x0607;
    entry->set_feat_size = 0x0809;
    entry->flags = CXL_FEATURE_F_CHANGEABLE | CXL_FEATURE_F_PERSIST_FW_UPDATE | CXL_FEATURE_F_SAVED_SEL;
    entry->get_feat_ver = 0x0a;
    entry->set_feat_ver = 0x0b;
    entry->effects = CXL_CMD_CONFIG_CHANGE_COLD_RESET | CXL_CMD_SECURITY_STATE_CHANGE | CXL_CMD_EFFECTS_VALID | CXL_CMD_CONFIG_CHANGE_CXL_RESET;
    sample("GET_SUPPORTED_FEATURES-reply", "commands/GET_SUPPORTED_FEATURES", "reply",
           "{ \"size\": 56, \"status\": 0, \"num_entries\": 1, \"supported_features\": 515, \"features\": [{ \"uuid\": \"96dad7d6fde8482ba73375774e06db8a\", "
           "\"index\": 1029, \"get_size\": 1543, \"set_size\": 2057, \"flags\": 81, \"get_version\": 10, \"set_version\": 11, \"effects\": 2593 }] }",
           bytes, offsetof(struct fwctl_rpc_cxl_out, payload) + reply->size);

    memset(bytes, 0, sizeof bytes);
    request->opcode = 0x0501;
    request->op_size = sizeof request->get_feat_in;
    memcpy(request->get_feat_in.uuid, uuid, sizeof uuid);
    request->get_feat_in.offset = 0x0102;
    request->get_feat_in.count = 0x0304;
    request->get_feat_in.selection = CXL_GET_FEAT_SEL_SAVED_VALUE;
    sample("GET_FEATURE-request", "commands/GET_FEATURE", "request",
           "{ \"opcode\": 1281, \"op_size\": 21, \"uuid\": \"96dad7d6fde8482ba73375774e06db8a\", \"offset\": 258, \"count\": 772, \"selection\": 2 }",
           bytes, REQUEST_BYTES(get_feat_in));

    memset(bytes, 0, sizeof bytes);
    reply->size = 4;
    reply->retval = 0x1a;
    memcpy(reply->payload, "\xef\xbe\xad\xde", 4);
    sample("GET_FEATURE-reply", "commands/GET_FEATURE", "reply", "{ \"size\": 4, \"status\": 26, \"data\": \"efbeadde\" }",
           bytes, offsetof(struct fwctl_rpc_cxl_out, payload) + reply->size);

    memset(bytes, 0, sizeof bytes);
    request->opcode = 0x0502;
    request->op_size = offsetof(struct cxl_mbox_set_feat_in, feat_data) + 4;
    memcpy(request->set_feat_in.uuid, uuid, sizeof uuid);
    request->set_feat_in.flags = CXL_SET_FEAT_FLAG_FINISH_DATA_TRANSFER | CXL_SET_FEAT_FLAG_DATA_SAVED_ACROSS_RESET;
    request->set_feat_in.offset = 0x0506;
    request->set_feat_in.version = 7;
    memcpy(request->set_feat_in.feat_data, "\x78\x56\x34\x12", 4);
    sample("SET_FEATURE-request", "commands/SET_FEATURE", "request",
           "{ \"opcode\": 1282, \"op_size\": 36, \"uuid\": \"96dad7d6fde8482ba73375774e06db8a\", \"set_flags\": 11, \"offset\": 1286, \"version\": 7, \"data\": \"78563412\" }",
           bytes, offsetof(struct fwctl_rpc_cxl, set_feat_in) + request->op_size);

    memset(bytes, 0, sizeof bytes);
    reply->retval = 0x19;
    sample("SET_FEATURE-reply", "commands/SET_FEATURE", "reply", "{ \"size\": 0, \"status\": 25 }", bytes, offsetof(struct fwctl_rpc_cxl_out, payload));
    return 0;
}
