#include "worker_launch.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace auxctl {

namespace {

constexpr size_t kThreadStackBytes = 512 * 1024;
constexpr size_t kProcessStackBytes = 256 * 1024;
constexpr char kName[] = "auxctl-channel";

/// A stack with an unmapped page below it, so that an overflow faults instead of overwriting its neighbour.
class Stack {
 public:
  Stack() : guard_(static_cast<size_t>(::sysconf(_SC_PAGESIZE))) {
    void* base = ::mmap(nullptr, guard_ + kProcessStackBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) return;
    base_ = static_cast<char*>(base);
    if (::mprotect(base_ + guard_, kProcessStackBytes, PROT_READ | PROT_WRITE) != 0) Unmap();
  }
  ~Stack() { Unmap(); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  char* top() const { return base_ == nullptr ? nullptr : base_ + guard_ + kProcessStackBytes; }

 private:
  void Unmap() {
    if (base_ != nullptr) ::munmap(base_, guard_ + kProcessStackBytes);
    base_ = nullptr;
  }

  size_t guard_;
  char* base_ = nullptr;
};

void CloseRange(unsigned first, unsigned last) {
  if (first > last || ::syscall(SYS_close_range, first, last, 0) == 0) return;
  const unsigned limit = static_cast<unsigned>(std::max(0L, ::sysconf(_SC_OPEN_MAX)));
  for (unsigned fd = first; fd <= last && fd < limit; fd++) ::close(static_cast<int>(fd));
}

/// Closes all descriptors but two (either may be -1), so that the process keeps nobody's pipe, socket or lock open.
void CloseAllBut(int one, int other) {
  const auto [low, high] = std::minmax(one, other);
  unsigned next = 0;
  for (const int kept : {low, high}) {
    if (kept < 0) continue;
    if (static_cast<unsigned>(kept) > next) CloseRange(next, static_cast<unsigned>(kept) - 1);
    next = static_cast<unsigned>(kept) + 1;
  }
  CloseRange(next, ~0U);
}

constexpr int kBereavement = SIGUSR1;

/// The worker of the process that looks. A process has the thread-local storage of the thread that waits for it.
thread_local Worker* bereaved_worker = nullptr;
thread_local pid_t program_of_worker = 0;

}  // namespace

struct WorkerLaunch::Start {
  WorkerKind kind;
  std::shared_ptr<Worker> worker;
  pid_t program = ::getpid();
};

int WorkerLaunch::Launch(WorkerKind kind, std::shared_ptr<Worker> worker) {
  auto* start = new (std::nothrow) Start{kind, std::move(worker)};
  if (start == nullptr) return ENOMEM;
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  sigset_t all;
  sigset_t previous;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  const int error = ::pthread_create(&thread, &attributes, ThreadMain, start);
  ::pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  ::pthread_attr_destroy(&attributes);
  if (error != 0) delete start;
  return error;
}

void* WorkerLaunch::ThreadMain(void* argument) {
  std::unique_ptr<Start> start(static_cast<Start*>(argument));
  ::prctl(PR_SET_NAME, kName);
  if (start->kind == WorkerKind::kThread || !RunInProcess(*start)) {
    // A thread dies with the program, so it is no substitute for a survivor.
    if (start->kind == WorkerKind::kSurvivor) start->worker->Stop();
    RunInThread(*start->worker);
  }
  return nullptr;
}

void WorkerLaunch::OnBereavement(int) {
  if (::getppid() != program_of_worker) bereaved_worker->Bereave();
}

void WorkerLaunch::ListenForBereavement() {
  ::setsid();
  struct sigaction action = {};
  action.sa_handler = OnBereavement;
  action.sa_flags = SA_RESTART;
  ::sigaction(kBereavement, &action, nullptr);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, kBereavement);
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

void WorkerLaunch::RunInThread(Worker& worker) {
  worker.Run();
  worker.Finish();
}

bool WorkerLaunch::RunInProcess(Start& start) {
  Worker& worker = *start.worker;
  const Stack stack;
  if (stack.top() == nullptr) return false;
  const int inherited = worker.file_;
  bereaved_worker = &worker;
  program_of_worker = start.program;
  // The new process uses this thread's thread-local storage (errno, for one), which is safe since this thread only waits meanwhile.
  const pid_t process = ::clone(ProcessMain, stack.top(), CLONE_VM, &start);
  if (process < 0) return false;
  if (inherited >= 0) ::close(inherited);
  siginfo_t status;
  while (::waitid(P_PID, static_cast<id_t>(process), &status, WEXITED | __WALL) != 0 && errno == EINTR) continue;
  // The file was in the descriptor table that has ended with the process.
  worker.file_ = -1;
  worker.Finish();
  return true;
}

int WorkerLaunch::ProcessMain(void* argument) {
  const Start& start = *static_cast<Start*>(argument);
  if (start.kind == WorkerKind::kSurvivor) ListenForBereavement();
  ::prctl(PR_SET_PDEATHSIG, start.kind == WorkerKind::kSurvivor ? kBereavement : SIGKILL);
  if (::getppid() != start.program) return 1;
  CloseAllBut(start.worker->event_.Get(), start.worker->file_);
  start.worker->Run();
  return 0;
}

std::shared_ptr<Worker> Worker::Start(WorkerKind kind, std::shared_ptr<CompletionPort> port, UniqueFd file, int* error) {
  UniqueFd event(::fcntl(port->event(), F_DUPFD_CLOEXEC, 3));
  if (!event) {
    *error = errno;
    return nullptr;
  }
  auto worker = std::make_shared<Worker>(std::move(port), std::move(event), std::move(file));
  *error = WorkerLaunch::Launch(kind, worker);
  if (*error == 0) return worker;
  if (worker->file_ >= 0) ::close(worker->file_);
  return nullptr;
}

}  // namespace auxctl
