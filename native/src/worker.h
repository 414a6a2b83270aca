#ifndef AUXCTL_WORKER_H_
#define AUXCTL_WORKER_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "completion_port.h"
#include "job.h"
#include "unique_fd.h"

namespace auxctl {

/// Where a worker runs: in a thread of this process, or in a process of its own that shares this one's memory, and that dies with it or survives it
/// until it has ended the running job and carried out its last will. The numbers are shared with native.ts.
enum class WorkerKind { kThread = 0, kProcess = 1, kSurvivor = 2 };

/**
 * Runs the jobs of one channel in order, and owns the channel's file. The environment's side calls Start, Enqueue and Stop; the rest
 * belongs to the worker. It never waits for the environment nor the environment for it, so a system call that hangs holds up nobody.
 */
class Worker {
 public:
  /// Starts a worker on `file` (may be empty: a job will open it). Returns nullptr with an errno when the system refuses.
  static std::shared_ptr<Worker> Start(WorkerKind kind, std::shared_ptr<CompletionPort> port, UniqueFd file, int* error);

  Worker(std::shared_ptr<CompletionPort> port, UniqueFd event, UniqueFd file);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Gives the worker a job, and its ownership.
  void Enqueue(Job* job);

  /// Ends the worker as soon as the running job has ended; the file is closed, jobs not begun come back orphaned.
  void Stop();

 private:
  friend class WorkerLaunch;

  /// Says that the program has died: the worker ends as soon as the running job has ended. Safe in a signal handler.
  void Bereave();

  /// The worker's loop: returns after a job that closes the file, or when stopped or bereaved. In the latter cases the last will is carried out.
  void Run();
  void Do(Job* job);
  void CarryOutWill();
  Job* Next();
  /// Waits for something to do: first looking around, then asleep.
  void Rest();
  /// Called when the loop has ended, or the process that ran it has died: gives every job back.
  void Finish();
  void OrphanAll(Job* list);

  std::shared_ptr<CompletionPort> port_;
  UniqueFd event_;
  int file_;
  std::atomic<Job*> inbox_{nullptr};
  std::atomic<uint32_t> wake_count_{0};
  std::atomic<bool> resting_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  std::atomic<bool> bereaved_{false};
  Program will_;
  Job* backlog_ = nullptr;
  Job* current_ = nullptr;
};

}  // namespace auxctl

#endif  // AUXCTL_WORKER_H_
