// The cost of FIONREAD on a pipe in C: prints nanoseconds a call, one number for each of ROUNDS rounds of CALLS calls.
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 51;
  const int calls = argc > 2 ? atoi(argv[2]) : 1000;
  int ends[2];
  if (pipe(ends) != 0) return 1;
  for (int round = 0; round < rounds; round++) {
    const double start_ns = now_ns();
    for (int call = 0; call < calls; call++) {
      int available = -1;
      if (ioctl(ends[0], FIONREAD, &available) != 0 || available != 0) return 1;
    }
    printf("%.1f\n", (now_ns() - start_ns) / calls);
  }
  return 0;
}
