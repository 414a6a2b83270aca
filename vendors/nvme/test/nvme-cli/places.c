/*
 * Prints where libnvme's header has the members of its structures and its bit fields: layout, name, offset and size in bits.
 *
 *   cc -I HEADERS -o places places.c && ./places >places.txt
 *
 * HEADERS is the usr/include of Debian's libnvme-dev, 1.13 or later.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <nvme/types.h>

#define MEMBER(layout, structure, member) \
	printf("%s %s %zu %zu\n", layout, #member, 8 * offsetof(struct structure, member), 8 * sizeof(((struct structure *)0)->member));
#define BITS(layout, name, constant) \
	printf("%s %s %d %d\n", layout, name, (int)constant##_SHIFT, __builtin_popcountll((uint64_t)constant##_MASK));

int main(void)
{
#include "members.h"
	return 0;
}
