// A file system with one file, "hang", whose ioctls are answered only when told to: their callers wait uninterruptibly once killed.
// usage: hang MOUNTPOINT. Prints "ready", then "ioctl" for each request; a line on standard input answers all, its end ends it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILE_NODE = 2, MAX_WAITING = 64, BUFFER_BYTES = 1 << 17 };

static int device;
static uint64_t waiting[MAX_WAITING];
static int waiting_count;

static void reply(uint64_t unique, int error, const void *body, size_t length) {
  struct fuse_out_header header = {.len = (uint32_t)(sizeof(header) + length), .error = -error, .unique = unique};
  struct iovec parts[] = {{&header, sizeof(header)}, {(void *)(uintptr_t)body, length}};
  if (writev(device, parts, 2) < 0 && errno != ENOENT) perror("writev");
}

static struct fuse_attr attributes(uint64_t node) {
  struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = 4096};
  attr.mode = node == FILE_NODE ? S_IFREG | 0600 : S_IFDIR | 0700;
  return attr;
}

static void answer_init(const struct fuse_in_header *in) {
  struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096};
  reply(in->unique, 0, &out, sizeof(out));
}

static void answer_lookup(const struct fuse_in_header *in, const char *name) {
  if (strcmp(name, "hang") != 0) {
    reply(in->unique, ENOENT, NULL, 0);
    return;
  }
  struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr = attributes(FILE_NODE)};
  reply(in->unique, 0, &out, sizeof(out));
}

static void answer(const struct fuse_in_header *in, const char *body) {
  switch (in->opcode) {
    case FUSE_INIT:
      answer_init(in);
      return;
    case FUSE_LOOKUP:
      answer_lookup(in, body);
      return;
    case FUSE_GETATTR: {
      struct fuse_attr_out out = {.attr = attributes(in->nodeid)};
      reply(in->unique, 0, &out, sizeof(out));
      return;
    }
    case FUSE_OPEN: {
      struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_DIRECT_IO};
      reply(in->unique, 0, &out, sizeof(out));
      return;
    }
    case FUSE_IOCTL:
      if (waiting_count < MAX_WAITING) waiting[waiting_count++] = in->unique;
      puts("ioctl");
      return;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
      return;
    case FUSE_FLUSH:
    case FUSE_RELEASE:
      reply(in->unique, 0, NULL, 0);
      return;
    default:
      reply(in->unique, ENOSYS, NULL, 0);
  }
}

static void answer_waiting(void) {
  struct fuse_ioctl_out out = {.result = 0};
  while (waiting_count > 0) reply(waiting[--waiting_count], 0, &out, sizeof(out));
}

int main(int argc, char **argv) {
  static char buffer[BUFFER_BYTES] __attribute__((aligned(16)));
  char options[64];
  if (argc != 2) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  if (device < 0 || mount("auxctl-test", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
    printf("unavailable: %s\n", strerror(errno));
    return 1;
  }
  puts("ready");
  struct pollfd polled[] = {{device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(polled, 2, -1) > 0) {
    if (polled[1].revents != 0) {
      char line[64];
      if (read(STDIN_FILENO, line, sizeof(line)) <= 0) break;
      answer_waiting();
    }
    if (polled[0].revents != 0 && read(device, buffer, sizeof(buffer)) > 0) {
      answer((const struct fuse_in_header *)buffer, buffer + sizeof(struct fuse_in_header));
    }
  }
  umount2(argv[1], MNT_DETACH);
  return 0;
}
