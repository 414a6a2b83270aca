#ifndef AUXCTL_UNIQUE_FD_H_
#define AUXCTL_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace auxctl {

/// Owns a file descriptor and closes it at the end of its life.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  int Get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1) {
    int previous = std::exchange(fd_, fd);
    if (previous >= 0) ::close(previous);
  }

 private:
  int fd_ = -1;
};

}  // namespace auxctl

#endif  // AUXCTL_UNIQUE_FD_H_
