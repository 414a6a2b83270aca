#include "completion_port.h"

#include <unistd.h>

#include <cstdint>

namespace auxctl {

CompletionPort::~CompletionPort() {
  Job* job = finished_.exchange(nullptr);
  while (job != nullptr) {
    Job* next = job->next;
    delete job;
    job = next;
  }
}

void CompletionPort::Push(Job* job, int event) {
  if (!PushJob(finished_, job)) return;
  const uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(event, &one, sizeof(one));
}

Job* CompletionPort::TakeAll() {
  uint64_t count;
  [[maybe_unused]] ssize_t taken = ::read(event_.Get(), &count, sizeof(count));
  return ReverseJobs(finished_.exchange(nullptr));
}

}  // namespace auxctl
