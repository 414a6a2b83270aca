/* The driver's own structures, as the compiler takes them from the kernel's header. */
#include <fwctl/pds.h>

#include "sample.h"

/* Members of the two inner structures have names of their own in the layout. */
#define MEMBER(name, member) sample_integer(name, offsetof(struct fwctl_rpc_pds, member), sizeof(((struct fwctl_rpc_pds *)0)->member))

int main(int count, char **arguments)
{
    if (count != 2)
        return 1;
    sample_folder(arguments[1]);
    sample_begin("structures/driver", "fwctl_rpc_pds", "fwctl_rpc_pds", sizeof(struct fwctl_rpc_pds));
    MEMBER("op", in.op);
    MEMBER("ep", in.ep);
    MEMBER("in_rsvd", in.rsvd);
    MEMBER("in_len", in.len);
    MEMBER("in_payload", in.payload);
    MEMBER("retval", out.retval);
    MEMBER("out_rsvd0", out.rsvd[0]);
    MEMBER("out_rsvd1", out.rsvd[1]);
    MEMBER("out_len", out.len);
    MEMBER("out_payload", out.payload);
    sample_end();
    sample_begin("structures/driver", "fwctl_info_pds", "fwctl_info_pds", sizeof(struct fwctl_info_pds));
    sample_constant("uctx_caps", offsetof(struct fwctl_info_pds, uctx_caps), sizeof(__u32), 1u << PDS_FWCTL_QUERY_CAP | 1u << PDS_FWCTL_SEND_CAP);
    sample_end();
    return 0;
}
