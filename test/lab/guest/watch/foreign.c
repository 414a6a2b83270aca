/*
 * A program that is not auxctl: sends one firmware RPC to a node of the fwctl class, as often as asked, and ends at once unless it is to stay.
 *
 *   foreign NODE SCOPE HEX [WORD=VALUE..]
 *
 * name=TEXT     what it calls itself, with \n for a newline
 * times=N       so often
 * stay=MS       how long the thread that sent stays afterwards
 * also=NODE     opened as well, and not used
 * place=WHERE   where the request is: `edge` ends at the end of a page with nothing mapped behind it; `absent` in memory that is not there until the kernel fetches it;
 *               `nowhere` not in memory at all; `full` in a buffer without any zero behind it; `reply` where the reply goes too
 * thread=1      sends from a thread that is not the first
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

struct rpc {
  uint32_t size, scope, in_len, out_len;
  uint64_t in, out;
};

#define RPC _IO(0x9A, 1)
#define PAGE 4096
#define REPLY 4096

static int node;
static struct rpc rpc;
static unsigned long times = 1, stay;

static void *send_all(void *result) {
  uint32_t room = rpc.out_len;
  for (unsigned long count = 0; count < times; count += 1) {
    rpc.out_len = room;
    *(int *)result = ioctl(node, RPC, &rpc) == 0 ? 0 : errno;
  }
  usleep(1000 * stay);
  return NULL;
}

static void die(const char *what) {
  perror(what);
  exit(2);
}

static uint8_t *pages(size_t bytes) {
  uint8_t *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) die("mmap");
  return at;
}

static const char *value(int argc, char **argv, const char *word, const char *otherwise) {
  size_t length = strlen(word);
  for (int index = 4; index < argc; index += 1)
    if (strncmp(argv[index], word, length) == 0 && argv[index][length] == '=') return argv[index] + length + 1;
  return otherwise;
}

/* Memory that the kernel reads from a file when it is touched, and not before. */
static uint8_t *absent(const uint8_t *bytes, size_t length) {
  char path[] = "/var/tmp/foreign-XXXXXX";
  int file = mkstemp(path);
  if (file < 0 || ftruncate(file, 2 * PAGE) != 0 || pwrite(file, bytes, length, 0) != (ssize_t)length) die(path);
  unlink(path);
  uint8_t *at = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, file, 0);
  if (at == MAP_FAILED) die("mmap");
  return at;
}

static uint8_t *place(const char *where, const uint8_t *bytes, size_t length, uint8_t *reply) {
  if (strcmp(where, "absent") == 0) return absent(bytes, length);
  if (strcmp(where, "nowhere") == 0) return (uint8_t *)PAGE;
  if (strcmp(where, "reply") == 0) return memcpy(reply, bytes, length);
  uint8_t *at = pages(4 * PAGE);
  if (strcmp(where, "full") == 0) memset(at, 0x41, 4 * PAGE);
  if (strcmp(where, "edge") != 0) return memcpy(at, bytes, length);
  if (mprotect(at + PAGE, PAGE, PROT_NONE) != 0) die("mprotect");
  return memcpy(at + PAGE - length, bytes, length);
}

int main(int argc, char **argv) {
  static uint8_t bytes[PAGE];
  static uint8_t reply[REPLY] __attribute__((aligned(4096)));
  if (argc < 4) return 2;
  size_t length = strlen(argv[3]) / 2;
  for (size_t index = 0; index < length && index < sizeof bytes; index += 1) sscanf(argv[3] + 2 * index, "%2hhx", &bytes[index]);

  char name[32] = "";
  strncpy(name, value(argc, argv, "name", ""), sizeof name - 1);
  for (char *at = name; (at = strstr(at, "\\n")) != NULL; memmove(at + 1, at + 2, strlen(at + 1))) *at = '\n';
  if (name[0] != 0) prctl(PR_SET_NAME, name, 0, 0, 0);
  times = strtoul(value(argc, argv, "times", "1"), NULL, 0);

  stay = strtoul(value(argc, argv, "stay", "0"), NULL, 0);

  node = open(argv[1], O_RDWR);
  if (node < 0) die(argv[1]);
  const char *also = value(argc, argv, "also", NULL);
  if (also != NULL && open(also, O_RDWR) < 0) die(also);

  uint8_t *request = place(value(argc, argv, "place", ""), bytes, length, reply);
  rpc = (struct rpc){ sizeof rpc, strtoul(argv[2], NULL, 0), length, sizeof reply, (uintptr_t)request, (uintptr_t)reply };
  int result = 0;
  pthread_t thread;
  if (value(argc, argv, "thread", NULL) == NULL) send_all(&result);
  else if (pthread_create(&thread, NULL, send_all, &result) != 0 || pthread_join(thread, NULL) != 0) die("thread");

  printf("%d %d\n", getpid(), result);
  return 0;
}
