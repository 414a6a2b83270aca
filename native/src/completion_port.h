#ifndef AUXCTL_COMPLETION_PORT_H_
#define AUXCTL_COMPLETION_PORT_H_

#include <atomic>

#include "job.h"
#include "unique_fd.h"

namespace auxctl {

/**
 * Where the workers of one environment put their finished jobs. It is shared by the environment and its workers, so that a system call
 * may return long after the environment has gone; what nobody takes is deleted with it.
 */
class CompletionPort {
 public:
  explicit CompletionPort(UniqueFd event) : event_(std::move(event)) {}
  ~CompletionPort();
  CompletionPort(const CompletionPort&) = delete;
  CompletionPort& operator=(const CompletionPort&) = delete;

  /// The event descriptor that becomes readable when jobs have come.
  int event() const { return event_.Get(); }

  /// Called by workers: hands a job over; `event` is the worker's own duplicate of the event descriptor. Allocates nothing.
  void Push(Job* job, int event);

  /// Called by the environment: resets the event and takes all jobs, the first finished first.
  Job* TakeAll();

 private:
  UniqueFd event_;
  std::atomic<Job*> finished_{nullptr};
};

}  // namespace auxctl

#endif  // AUXCTL_COMPLETION_PORT_H_
