#include "region.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>

namespace auxctl {

Region::Region(Region&& other) noexcept { *this = std::move(other); }

Region& Region::operator=(Region&& other) noexcept {
  if (this == &other) return *this;
  Unmap();
  base_ = std::exchange(other.base_, nullptr);
  skip_ = std::exchange(other.skip_, 0);
  length_ = std::exchange(other.length_, 0);
  writable_ = other.writable_;
  return *this;
}

Region::~Region() { Unmap(); }

void Region::Unmap() {
  if (base_ != nullptr) ::munmap(base_, skip_ + length_);
  base_ = nullptr;
  skip_ = length_ = 0;
}

namespace {

/// Access beyond the end of a regular file raises SIGBUS, so such a range is refused; devices report no size and check for themselves.
int CheckExtent(int fd, uint64_t end) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return errno;
  if (S_ISREG(status.st_mode) && end > static_cast<uint64_t>(status.st_size)) return ENXIO;
  return 0;
}

}  // namespace

int Region::Map(int fd, uint64_t offset, uint64_t length, bool writable) {
  const uint64_t page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const uint64_t skip = offset % page;
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<off_t>::max());
  if (length == 0 || offset > limit || length > limit - offset) return EINVAL;
  if (length > std::numeric_limits<size_t>::max() - skip) return EOVERFLOW;
  if (int error = CheckExtent(fd, offset + length); error != 0) return error;
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* base = ::mmap(nullptr, static_cast<size_t>(skip + length), protection, MAP_SHARED, fd, static_cast<off_t>(offset - skip));
  if (base == MAP_FAILED) return errno;
  Unmap();
  base_ = static_cast<uint8_t*>(base);
  skip_ = static_cast<size_t>(skip);
  length_ = static_cast<size_t>(length);
  writable_ = writable;
  return 0;
}

}  // namespace auxctl
