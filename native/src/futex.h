#ifndef AUXCTL_FUTEX_H_
#define AUXCTL_FUTEX_H_

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace auxctl {

// Raw calls, since a worker may live in a process of its own that shares only the memory: the C library's locks know threads.

inline void FutexWait(std::atomic<uint32_t>& word, uint32_t expected) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

inline void FutexWake(std::atomic<uint32_t>& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

}  // namespace auxctl

#endif  // AUXCTL_FUTEX_H_
