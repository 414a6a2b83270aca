/* FWCTL_RPC in C: QUERY_ADAPTER, one at a time. Prints the nanoseconds of each call, one a line. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

struct rpc {
	uint32_t size, scope, in_len, out_len;
	uint64_t in, out;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int calls = argc > 2 ? atoi(argv[2]) : 0;
	int fd = argc > 1 ? open(argv[1], O_RDWR) : -1;
	uint8_t in[16] = { 0x01, 0x01 }, out[272];

	if (fd < 0 || calls <= 0) {
		perror("open");
		return 1;
	}
	for (int i = 0; i < calls; i++) {
		struct rpc rpc = { sizeof(rpc), 1, sizeof(in), sizeof(out), (uintptr_t)in, (uintptr_t)out };
		int64_t start = now_ns();

		if (ioctl(fd, 0x9a01, &rpc) != 0 || out[0] != 0) {
			perror("ioctl");
			return 1;
		}
		printf("%lld\n", (long long)(now_ns() - start));
	}
	return close(fd);
}
