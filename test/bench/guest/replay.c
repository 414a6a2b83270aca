/* FWCTL_RPC in C: the requests of a file, in a row, again and again. Prints the nanoseconds of each pass, one a line. */
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

/* As in the file: three numbers, then the request. */
struct head {
	uint32_t scope, in_len, out_len;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct rpc *load(const char *path, int *count)
{
	struct rpc *all = NULL;
	struct head head;
	FILE *file = fopen(path, "rb");

	for (*count = 0; file && fread(&head, sizeof(head), 1, file) == 1; ++*count) {
		uint8_t *in = calloc(1, head.in_len), *out = calloc(1, head.out_len);

		all = realloc(all, (*count + 1) * sizeof(*all));
		if (!all || !in || !out || fread(in, 1, head.in_len, file) != head.in_len)
			return NULL;
		all[*count] = (struct rpc){ sizeof(*all), head.scope, head.in_len, head.out_len, (uintptr_t)in, (uintptr_t)out };
	}
	return all;
}

int main(int argc, char **argv)
{
	int fd = argc > 3 ? open(argv[1], O_RDWR) : -1, count = 0;
	struct rpc *all = argc > 3 ? load(argv[2], &count) : NULL;

	if (fd < 0 || !all) {
		perror("open");
		return 1;
	}
	for (int pass = 0; pass < atoi(argv[3]); pass++) {
		int64_t start = now_ns();

		for (int i = 0; i < count; i++) {
			struct rpc rpc = all[i];

			/* What the driver refuses is part of a dump. */
			ioctl(fd, 0x9a01, &rpc);
		}
		printf("%lld\n", (long long)(now_ns() - start));
	}
	return close(fd);
}
