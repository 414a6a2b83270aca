/*
 * A program that is not auxctl: sends one firmware command to a node of the fwctl class by its own system call, and prints the reply in hexadecimal. It stays
 * for a while, as a tool does that has more to do: of one that ends at once a watcher learns no more than its name.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MOST 4096
#define STAYS_US 2000000
#define FWCTL_RPC _IO(0x9A, 1)

int main(int argc, char **argv) {
  static uint8_t request[MOST], reply[MOST];
  struct { uint32_t size, scope, in_length, out_length; uint64_t in, out; } rpc;
  if (argc != 3) return 2;
  size_t length = strlen(argv[2]) / 2;
  if (length > MOST) return 2;
  for (size_t at = 0; at < length; at += 1) {
    if (sscanf(argv[2] + 2 * at, "%2hhx", &request[at]) != 1) return 2;
  }
  int node = open(argv[1], O_RDWR);
  if (node < 0) { perror(argv[1]); return 1; }
  rpc.size = sizeof rpc;
  rpc.scope = 0;
  rpc.in_length = (uint32_t)length;
  rpc.out_length = (uint32_t)length;
  rpc.in = (uintptr_t)request;
  rpc.out = (uintptr_t)reply;
  if (ioctl(node, FWCTL_RPC, &rpc) != 0) { perror("FWCTL_RPC"); return 1; }
  for (size_t at = 0; at < rpc.out_length && at < MOST; at += 1) printf("%02x", reply[at]);
  printf("\n");
  usleep(STAYS_US);
  return close(node);
}
