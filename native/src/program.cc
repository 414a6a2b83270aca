#include "program.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace auxctl {

namespace {

constexpr size_t kStepWords = sizeof(Step) / sizeof(uint32_t);
constexpr size_t kPointerBytes = 8;
constexpr size_t kWordBytes = 4;
// A device that is slow to answer is asked at a gentle pace.
constexpr uint32_t kTriesBetweenPauses = 16;
constexpr timespec kPause = {0, 1'000'000};
// A request that writes more than its argument's stated length must not reach the heap's own memory behind the last buffer.
constexpr size_t kSlackBytes = 4096;
constexpr uint32_t kOpenFlags = O_ACCMODE | O_NONBLOCK;
constexpr int kFirstFileNumber = 3;

uint64_t Join(uint32_t low, uint32_t high) { return static_cast<uint64_t>(high) << 32 | low; }

}  // namespace

const char* Program::Load(const uint8_t* arena, size_t arena_length, const uint32_t* plan, size_t plan_words, bool stop_on_error,
                          size_t cleanup_from) {
  if (arena_length > UINT32_MAX) return "arena: longer than 4 GiB";
  arena_.reset(new (std::nothrow) uint8_t[arena_length + kSlackBytes]);
  plan_.reset(new (std::nothrow) uint32_t[plan_words + 1]);
  if (arena_ == nullptr || plan_ == nullptr) return "arena: not enough memory";
  if (arena_length > 0) std::memcpy(arena_.get(), arena, arena_length);
  std::memset(arena_.get() + arena_length, 0, kSlackBytes);
  if (plan_words > 0) std::memcpy(plan_.get(), plan, plan_words * sizeof(uint32_t));
  arena_length_ = arena_length;
  plan_words_ = plan_words;
  stop_on_error_ = stop_on_error;
  cleanup_from_ = cleanup_from;
  if (const char* fault = CheckPlan(); fault != nullptr) return fault;
  outcomes_.reset(new (std::nothrow) Outcome[step_count_]);
  if (outcomes_ == nullptr) return "plan: not enough memory";
  for (size_t i = 0; i < step_count_; i++) outcomes_[i] = {-1, kNotRun};
  return nullptr;
}

const char* Program::CheckPlan() {
  size_t at = 0;
  step_count_ = 0;
  while (at < plan_words_) {
    if (plan_words_ - at < kStepWords) return "plan: ends within a step";
    Step step;
    std::memcpy(&step, &plan_[at], sizeof(step));
    at += kStepWords;
    if (step.fixup_count > (plan_words_ - at) / 2) return "plan: ends within a step's pointers";
    if (const char* fault = CheckStep(step, &plan_[at]); fault != nullptr) return fault;
    at += size_t{step.fixup_count} * 2;
    step_count_++;
  }
  return step_count_ == 0 ? "plan: no steps" : nullptr;
}

const char* Program::CheckStep(const Step& step, const uint32_t* fixups) const {
  const Op op = static_cast<Op>(step.op);
  for (uint32_t i = 0; i < step.fixup_count; i++) {
    if (!Fits(fixups[2 * i], kPointerBytes)) return "plan: a pointer slot outside the arena";
    if (!Fits(fixups[2 * i + 1], 0)) return "plan: a pointer's target outside the arena";
  }
  if (step.fixup_count > 0 && op != Op::kIoctl) return "plan: pointers in a step that takes none";
  switch (op) {
    case Op::kIoctl:
      return Fits(step.b, step.c) ? nullptr : "plan: an argument outside the arena";
    case Op::kPread:
    case Op::kPwrite:
    case Op::kRead:
    case Op::kWrite:
      return Fits(step.a, step.b) ? nullptr : "plan: a buffer outside the arena";
    case Op::kOpen:
      if (step.b == 0 || !Fits(step.a, step.b) || arena_[size_t{step.a} + step.b - 1] != 0) return "plan: a path without its end";
      return (step.c & ~kOpenFlags) == 0 ? nullptr : "plan: unknown open flags";
    case Op::kLock:
      return step.a <= 2 ? nullptr : "plan: unknown lock mode";
    case Op::kSize:
      return Fits(step.a, sizeof(uint64_t)) ? nullptr : "plan: a buffer outside the arena";
    case Op::kMap:
      return Fits(step.a, 3 * sizeof(uint64_t)) ? nullptr : "plan: a buffer outside the arena";
    case Op::kAwait: {
      if (!Fits(step.a, kWordBytes) || !Fits(step.b, sizeof(Condition))) return "plan: a word outside the arena";
      Condition condition;
      std::memcpy(&condition, arena_.get() + step.b, sizeof(condition));
      return Fits(condition.expected, kWordBytes) && condition.tries > 0 ? nullptr : "plan: an impossible condition";
    }
    case Op::kMerge:
      return Fits(step.a, kWordBytes) ? nullptr : "plan: a word outside the arena";
    case Op::kIoctlValue:
    case Op::kClose:
      return nullptr;
  }
  return "plan: unknown step";
}

void Program::Run(int& file, const std::atomic<bool>& abandoned) {
  size_t at = 0;
  bool skipping = false;
  for (size_t i = 0; i < step_count_; i++) {
    const bool cleaning = i >= cleanup_from_;
    if (!cleaning && abandoned.load(std::memory_order_relaxed)) skipping = true;
    Step step;
    std::memcpy(&step, &plan_[at], sizeof(step));
    at += kStepWords;
    PatchPointers(step, &plan_[at]);
    at += size_t{step.fixup_count} * 2;
    outcomes_[i] = {-1, kNotRun};
    if (skipping && !cleaning) continue;
    const int64_t result = Execute(step, file, cleaning ? nullptr : &abandoned);
    outcomes_[i] = result < 0 ? Outcome{-1, errno} : Outcome{static_cast<int32_t>(result), 0};
    if (result < 0 && cleaning) return;
    if (result < 0 && stop_on_error_) skipping = true;
  }
}

void Program::PatchPointers(const Step& step, const uint32_t* fixups) {
  for (uint32_t i = 0; i < step.fixup_count; i++) {
    const uint64_t address = reinterpret_cast<uintptr_t>(arena_.get() + fixups[2 * i + 1]);
    std::memcpy(arena_.get() + fixups[2 * i], &address, kPointerBytes);
  }
}

int64_t Program::Execute(const Step& step, int& file, const std::atomic<bool>* abandoned) {
  switch (static_cast<Op>(step.op)) {
    case Op::kIoctl:
      return ::ioctl(file, static_cast<unsigned long>(step.a), arena_.get() + step.b);
    case Op::kIoctlValue:
      return ::ioctl(file, static_cast<unsigned long>(step.a), static_cast<uintptr_t>(Join(step.b, step.c)));
    case Op::kPread:
    case Op::kPwrite:
    case Op::kRead:
    case Op::kWrite:
      return Transfer(step, file);
    case Op::kOpen:
      return Open(step, file);
    case Op::kLock:
      return ::flock(file, step.a == 0 ? LOCK_UN : (step.a == 1 ? LOCK_SH : LOCK_EX) | LOCK_NB);
    case Op::kSize:
      return Size(step, file);
    case Op::kMap:
      return Map(step, file);
    case Op::kClose:
      if (file >= 0) ::close(file);
      file = -1;
      return 0;
    case Op::kAwait:
      return Await(step, file, abandoned);
    case Op::kMerge:
      Merge(step);
      return 0;
  }
  errno = EINVAL;
  return -1;
}

int64_t Program::Transfer(const Step& step, int file) {
  uint8_t* buffer = arena_.get() + step.a;
  const off_t position = static_cast<off_t>(Join(step.c, step.d));
  switch (static_cast<Op>(step.op)) {
    case Op::kPread:
      return ::pread(file, buffer, step.b, position);
    case Op::kPwrite:
      return ::pwrite(file, buffer, step.b, position);
    case Op::kRead:
      return ::read(file, buffer, step.b);
    default:
      return ::write(file, buffer, step.b);
  }
}

int64_t Program::Open(const Step& step, int& file) const {
  if (file >= 0) {
    errno = EISCONN;
    return -1;
  }
  const char* path = reinterpret_cast<const char*>(arena_.get() + step.a);
  int fd = ::open(path, static_cast<int>(step.c) | O_CLOEXEC | O_NOCTTY);
  if (fd >= 0 && fd < kFirstFileNumber) {
    // The worker may have no standard streams, and nothing that a library prints to them must reach the device.
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, kFirstFileNumber);
    const int error = errno;
    ::close(fd);
    errno = error;
    fd = moved;
  }
  if (fd < 0) return -1;
  file = fd;
  return 0;
}

int64_t Program::Size(const Step& step, int file) {
  struct stat status;
  if (::fstat(file, &status) != 0) return -1;
  const uint64_t size = static_cast<uint64_t>(status.st_size);
  std::memcpy(arena_.get() + step.a, &size, sizeof(size));
  return 0;
}

int64_t Program::Map(const Step& step, int file) {
  uint64_t range[3];
  std::memcpy(range, arena_.get() + step.a, sizeof(range));
  errno = region_.Map(file, range[0], range[1], range[2] != 0);
  return errno == 0 ? 0 : -1;
}

int64_t Program::Await(const Step& step, int file, const std::atomic<bool>* abandoned) {
  Condition condition;
  std::memcpy(&condition, arena_.get() + step.b, sizeof(condition));
  const off_t position = static_cast<off_t>(Join(step.c, step.d));
  for (uint32_t tried = 1;; tried++) {
    const ssize_t length = ::pread(file, arena_.get() + step.a, kWordBytes, position);
    if (length < 0) return -1;
    errno = ENODATA;
    if (length != kWordBytes) return -1;
    uint32_t word;
    uint32_t expected;
    std::memcpy(&word, arena_.get() + step.a, kWordBytes);
    std::memcpy(&expected, arena_.get() + condition.expected, kWordBytes);
    if ((((word ^ expected) & condition.mask) != 0) == (condition.differs != 0)) return 0;
    errno = static_cast<int>(condition.failure);
    if (tried >= condition.tries || (abandoned != nullptr && abandoned->load(std::memory_order_relaxed))) return -1;
    if (tried % kTriesBetweenPauses == 0) ::nanosleep(&kPause, nullptr);
  }
}

void Program::Merge(const Step& step) {
  uint32_t word;
  std::memcpy(&word, arena_.get() + step.a, kWordBytes);
  word = (word & ~step.b) | (step.c & step.b);
  std::memcpy(arena_.get() + step.a, &word, kWordBytes);
}

bool Program::FailedWith(int32_t error) const {
  for (size_t i = 0; i < step_count_; i++) {
    if (outcomes_[i].error > 0) return outcomes_[i].error == error;
  }
  return false;
}

void Program::CopyOut(uint8_t* arena, size_t arena_length) const {
  if (arena_length != arena_length_ || arena_length == 0) return;
  size_t at = 0;
  for (size_t i = 0; i < step_count_; i++) {
    Step step;
    std::memcpy(&step, &plan_[at], sizeof(step));
    at += kStepWords;
    for (uint32_t k = 0; k < step.fixup_count; k++, at += 2) {
      std::memcpy(arena_.get() + plan_[at], arena + plan_[at], kPointerBytes);
    }
  }
  std::memcpy(arena, arena_.get(), arena_length);
}

}  // namespace auxctl
