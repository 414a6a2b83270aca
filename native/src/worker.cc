#include "worker.h"

#include <sched.h>
#include <time.h>

#include <cerrno>

#include "futex.h"

namespace auxctl {

namespace {

// Waking a sleeping thread costs several times what a cheap request does, so a worker looks around before it sleeps: long
// enough for the event loop to come back with the next call of a row. It
// yields meanwhile: the thread that has the next job may be waiting for the same processor.
constexpr int64_t kSpinNs = 50'000;
constexpr int kSpinChecks = 32;

// A last will that finds its object busy is tried again for about five seconds.
constexpr int kWillAttempts = 2500;
constexpr timespec kWillPause = {0, 2'000'000};

int64_t NowNs() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void Relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

Worker::Worker(std::shared_ptr<CompletionPort> port, UniqueFd event, UniqueFd file)
    : port_(std::move(port)), event_(std::move(event)), file_(file.Release()) {}

Worker::~Worker() { OrphanAll(inbox_.exchange(nullptr)); }

void Worker::Enqueue(Job* job) {
  PushJob(inbox_, job);
  if (ended_.load()) {
    OrphanAll(inbox_.exchange(nullptr));
    return;
  }
  wake_count_.fetch_add(1);
  if (resting_.load()) FutexWake(wake_count_);
}

void Worker::Stop() {
  stopping_.store(true);
  wake_count_.fetch_add(1);
  FutexWake(wake_count_);
}

void Worker::Run() {
  for (Job* job = Next(); job != nullptr; job = Next()) {
    current_ = job;
    const bool had_file = file_ >= 0;
    Do(job);
    current_ = nullptr;
    port_->Push(job, event_.Get());
    if (had_file && file_ < 0) return;
  }
  CarryOutWill();
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void Worker::Do(Job* job) {
  uint32_t expected = Job::kQueued;
  if (!job->state.compare_exchange_strong(expected, Job::kRunning)) return;
  // The old will goes back with the job, to be freed where memory is freed.
  if (job->is_will) will_.Swap(job->program);
  else job->program.Run(file_, job->abandoned);
}

void Worker::CarryOutWill() {
  const std::atomic<bool> abandoned{false};
  for (int attempt = 0; attempt < kWillAttempts && file_ >= 0 && will_.outcome_count() > 0; attempt++) {
    will_.Run(file_, abandoned);
    if (!will_.FailedWith(EAGAIN)) return;
    ::nanosleep(&kWillPause, nullptr);
  }
}

void Worker::Bereave() {
  bereaved_.store(true);
  wake_count_.fetch_add(1);
}

Job* Worker::Next() {
  for (;;) {
    if (stopping_.load() || bereaved_.load()) return nullptr;
    if (backlog_ == nullptr) backlog_ = ReverseJobs(inbox_.exchange(nullptr));
    if (backlog_ != nullptr) {
      Job* job = backlog_;
      backlog_ = job->next;
      return job;
    }
    Rest();
  }
}

void Worker::Rest() {
  for (const int64_t until = NowNs() + kSpinNs; NowNs() < until; ::sched_yield()) {
    for (int i = 0; i < kSpinChecks; i++, Relax()) {
      if (inbox_.load(std::memory_order_relaxed) != nullptr) return;
    }
  }
  const uint32_t count = wake_count_.load();
  resting_.store(true);
  if (inbox_.load() == nullptr && !stopping_.load() && !bereaved_.load()) FutexWait(wake_count_, count);
  resting_.store(false);
}

void Worker::Finish() {
  ended_.store(true);
  if (Job* job = std::exchange(current_, nullptr); job != nullptr) {
    job->next = nullptr;
    OrphanAll(job);
  }
  OrphanAll(std::exchange(backlog_, nullptr));
  OrphanAll(inbox_.exchange(nullptr));
}

void Worker::OrphanAll(Job* list) {
  for (Job* job = list; job != nullptr;) {
    Job* next = job->next;
    job->orphaned = true;
    port_->Push(job, event_.Get());
    job = next;
  }
}

}  // namespace auxctl
