#ifndef AUXCTL_WORKER_LAUNCH_H_
#define AUXCTL_WORKER_LAUNCH_H_

#include <memory>

#include "worker.h"

namespace auxctl {

/**
 * Gives a worker something to run on. Both kinds begin with a detached thread with all signals blocked. The thread runs the worker
 * itself, or starts a process that shares the memory but neither thread group nor descriptor table and then does nothing but wait for
 * it. The difference shows when a system call hangs uninterruptibly: a process is not reaped while one of its threads cannot die and
 * keeps its pipes open until then, whereas the waiting thread can die at any time. A surviving process has a session of its own, so that what
 * kills the program's group spares it, and learns of the program's death by a signal.
 */
class WorkerLaunch {
 public:
  /// Returns 0 or an errno. The worker then lives until its loop has ended, whoever else holds it.
  static int Launch(WorkerKind kind, std::shared_ptr<Worker> worker);

 private:
  struct Start;
  static void* ThreadMain(void* start);
  static int ProcessMain(void* start);
  static void ListenForBereavement();
  static void OnBereavement(int signal);
  static void RunInThread(Worker& worker);
  static bool RunInProcess(Start& start);
};

}  // namespace auxctl

#endif  // AUXCTL_WORKER_LAUNCH_H_
