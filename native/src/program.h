#ifndef AUXCTL_PROGRAM_H_
#define AUXCTL_PROGRAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "region.h"

namespace auxctl {

/// What one step of a program does. The numbers are shared with plan.ts.
enum class Op : uint32_t {
  kIoctl = 1,       // a request, b argument position, c argument length
  kIoctlValue = 2,  // a request, b low and c high half of the value
  kPread = 3,       // a buffer position, b length, c low and d high half of the file position
  kPwrite = 4,      // as kPread
  kRead = 5,        // a buffer position, b length
  kWrite = 6,       // as kRead
  kOpen = 7,        // a position and b length of the path with its NUL, c open(2) flags
  kLock = 8,        // a 1 shared, 2 exclusive, 0 unlock; never waits
  kSize = 9,        // a position of 8 bytes that receive the file's size
  kMap = 10,        // a position of 3 x 64 bits: file position, length, writable
  kClose = 11,
  kAwait = 12,      // a position of 4 bytes to read into, b position of a Condition, c low and d high half of the file position
  kMerge = 13,      // a position of a word, b mask, c bits that replace the masked ones
};

/// A step as it lies in the plan, followed by `fixup_count` pairs of words: position of a pointer slot, position it points to.
struct Step {
  uint32_t op;
  uint32_t a;
  uint32_t b;
  uint32_t c;
  uint32_t d;
  uint32_t fixup_count;
};

/// When the word that kAwait reads is the one waited for. It lies in the arena, so that it can be compared with what an earlier step has read.
struct Condition {
  uint32_t mask;
  uint32_t expected;  // position of the word to compare with
  uint32_t differs;   // 0: equal under the mask, else: not equal
  uint32_t tries;     // reads at most
  uint32_t failure;   // errno when none of them was it
};

/// How a step ended: its result and 0, or -1 and an errno, or -1 and kNotRun.
struct Outcome {
  int32_t result;
  int32_t error;
};

inline constexpr int32_t kNotRun = -1;

/**
 * System calls on one file, and the private memory (arena) that they read and write. Everything is copied in when it is made, so the
 * system calls never see memory of the JavaScript heap, and it lives until they have returned. After `Load` running it allocates nothing.
 */
class Program {
 public:
  /// Checks the plan and copies everything. Returns nullptr, or what is wrong.
  /// The steps from `cleanup_from` on run in any case: also after a failure that stops the others, and when abandoned.
  const char* Load(const uint8_t* arena, size_t arena_length, const uint32_t* plan, size_t plan_words, bool stop_on_error, size_t cleanup_from);

  /// Runs the steps on `file`, which kOpen and kClose change. Goes on with the clean-up between steps once `abandoned` is set.
  void Run(int& file, const std::atomic<bool>& abandoned);

  /// Copies the arena back, with the pointer slots as they were before.
  void CopyOut(uint8_t* arena, size_t arena_length) const;

  size_t arena_length() const { return arena_length_; }
  const Outcome* outcomes() const { return outcomes_.get(); }
  size_t outcome_count() const { return step_count_; }
  /// Whether the first step that failed did so with this errno.
  bool FailedWith(int32_t error) const;
  void Swap(Program& other) { std::swap(*this, other); }
  Region TakeRegion() { return std::move(region_); }

 private:
  const char* CheckPlan();
  const char* CheckStep(const Step& step, const uint32_t* fixups) const;
  bool Fits(uint64_t position, uint64_t length) const { return position <= arena_length_ && length <= arena_length_ - position; }
  void PatchPointers(const Step& step, const uint32_t* fixups);
  int64_t Execute(const Step& step, int& file, const std::atomic<bool>* abandoned);
  int64_t Transfer(const Step& step, int file);
  int64_t Open(const Step& step, int& file) const;
  int64_t Map(const Step& step, int file);
  int64_t Size(const Step& step, int file);
  int64_t Await(const Step& step, int file, const std::atomic<bool>* abandoned);
  void Merge(const Step& step);

  std::unique_ptr<uint8_t[]> arena_;
  std::unique_ptr<uint32_t[]> plan_;
  std::unique_ptr<Outcome[]> outcomes_;
  size_t arena_length_ = 0;
  size_t plan_words_ = 0;
  size_t step_count_ = 0;
  size_t cleanup_from_ = SIZE_MAX;
  bool stop_on_error_ = false;
  Region region_;
};

}  // namespace auxctl

#endif  // AUXCTL_PROGRAM_H_
