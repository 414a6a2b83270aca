// Stands in for ioctl(2), as a preloaded library, with requests that no driver has; all others go to the C library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum request {
  REVERSE = 0x7101,  // struct reverse: copies `in` backwards to `out`
  CHAIN = 0x7102,    // struct chain: follows `next` and leaves the running sum of `value` in each
  BLOCK = 0x7103,    // reads one byte from the FIFO named by AUXCTL_TEST_GATE, then fills 16 bytes with 0x5a
  FAIL = 0x7104,     // fails with the errno in the argument's first 4 bytes
  WHERE = 0x7105,    // stores the process and thread id, 4 bytes each
  DIE = 0x7106,      // kills the calling process
  VALUE = 0x7107,    // returns the argument itself, passed by value
  COUNT = 0x7108,    // stores the number of interposed calls so far, 4 bytes; is not counted itself
};

struct reverse {
  uint64_t in;
  uint32_t in_bytes;
  uint32_t out_bytes;
  uint64_t out;
};

struct chain {
  uint64_t next;
  uint64_t value;
  uint64_t sum;
};

static int calls;

static int reverse(struct reverse *arg) {
  const unsigned char *in = (const unsigned char *)(uintptr_t)arg->in;
  unsigned char *out = (unsigned char *)(uintptr_t)arg->out;
  if (arg->in_bytes > arg->out_bytes) {
    errno = EMSGSIZE;
    return -1;
  }
  for (uint32_t i = 0; i < arg->in_bytes; i++) out[i] = in[arg->in_bytes - 1 - i];
  return (int)arg->in_bytes;
}

static int follow(struct chain *link) {
  uint64_t sum = 0;
  int length = 0;
  for (; link != NULL; link = (struct chain *)(uintptr_t)link->next, length++) link->sum = sum += link->value;
  return length;
}

static int block(void *arg) {
  char byte;
  const int gate = open(getenv("AUXCTL_TEST_GATE"), O_RDONLY | O_CLOEXEC);
  if (gate < 0 || read(gate, &byte, 1) != 1) return -1;
  close(gate);
  memset(arg, 0x5a, 16);
  return 0;
}

static int interposed(unsigned long request, void *arg) {
  int32_t ids[2] = {getpid(), gettid()};
  switch (request) {
    case REVERSE:
      return reverse(arg);
    case CHAIN:
      return follow(arg);
    case BLOCK:
      return block(arg);
    case FAIL:
      memcpy(&errno, arg, sizeof(int));
      return -1;
    case WHERE:
      memcpy(arg, ids, sizeof(ids));
      return 0;
    case DIE:
      return kill(getpid(), SIGKILL);
    case VALUE:
      return (int)(uintptr_t)arg;
    default:
      memcpy(arg, &calls, sizeof(calls));
      return 0;
  }
}

int ioctl(int fd, unsigned long request, ...) {
  va_list list;
  va_start(list, request);
  void *arg = va_arg(list, void *);
  va_end(list);
  if (request >= REVERSE && request <= COUNT) {
    if (request != COUNT) __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    return interposed(request, arg);
  }
  int (*real)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))(uintptr_t)dlsym(RTLD_NEXT, "ioctl");
  return real(fd, request, arg);
}
