#ifndef AUXCTL_JOB_H_
#define AUXCTL_JOB_H_

#include <atomic>
#include <cstdint>

#include "program.h"

namespace auxctl {

/// A program on its way to a worker and back. Whoever takes it out of a list owns it; the environment's side makes and deletes it.
struct Job {
  enum State : uint32_t { kQueued, kRunning, kDropped };

  Program program;
  double id = 0;
  /// Queued becomes running (by the worker) or dropped (by the environment), whichever comes first.
  std::atomic<uint32_t> state{kQueued};
  /// The result is no longer wanted: steps not begun yet are left out.
  std::atomic<bool> abandoned{false};
  /// Not to be run but kept by the worker as its last will, in place of the one before.
  bool is_will = false;
  /// The worker ended before the job did.
  bool orphaned = false;
  Job* next = nullptr;
};

/// Turns a list round: lists are pushed at the front, and jobs run in the order in which they were given.
inline Job* ReverseJobs(Job* list) {
  Job* reversed = nullptr;
  while (list != nullptr) {
    Job* rest = list->next;
    list->next = reversed;
    reversed = list;
    list = rest;
  }
  return reversed;
}

/// Pushes at the front of a list that others push to or take as a whole. Returns whether the list was empty.
inline bool PushJob(std::atomic<Job*>& list, Job* job) {
  Job* head = list.load();
  do {
    job->next = head;
  } while (!list.compare_exchange_weak(head, job));
  return head == nullptr;
}

}  // namespace auxctl

#endif  // AUXCTL_JOB_H_
