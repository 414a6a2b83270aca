#ifndef AUXCTL_REGION_H_
#define AUXCTL_REGION_H_

#include <cstddef>
#include <cstdint>

namespace auxctl {

/// A shared memory mapping, unmapped at the end of its life.
class Region {
 public:
  Region() = default;
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region();

  /// Maps `length` bytes of `fd` from any byte position. Returns 0 or an errno; ENXIO when a regular file ends before the range does.
  int Map(int fd, uint64_t offset, uint64_t length, bool writable);
  void Unmap();

  uint8_t* data() const { return base_ == nullptr ? nullptr : base_ + skip_; }
  size_t length() const { return length_; }
  bool writable() const { return writable_; }
  explicit operator bool() const { return base_ != nullptr; }

 private:
  uint8_t* base_ = nullptr;
  size_t skip_ = 0;
  size_t length_ = 0;
  bool writable_ = false;
};

}  // namespace auxctl

#endif  // AUXCTL_REGION_H_
