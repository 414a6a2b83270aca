#ifndef AUXCTL_ENVIRONMENT_H_
#define AUXCTL_ENVIRONMENT_H_

#include <napi.h>
#include <uv.h>

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "completion_port.h"
#include "job.h"
#include "poller.h"

namespace auxctl {

/// Everything that one environment (the main program or one worker thread) has; nothing is shared between environments.
class Environment {
 public:
  static Environment& Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  explicit Environment(Napi::Env env) : env_(env) {}
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  /// Prepares the completion port and the end of the environment. Returns 0 or an errno.
  int Initialize();

  uv_loop_t* loop() const { return loop_; }
  const std::shared_ptr<CompletionPort>& port() const { return port_; }

  /// Sets the function that is called with the id of every job that has come back.
  void SetOnCompletion(Napi::Function function) { on_completion_ = Napi::Persistent(function); }
  void SetMappingClass(Napi::Function constructor) { mapping_class_ = Napi::Persistent(constructor); }
  Napi::FunctionReference& mapping_class() { return mapping_class_; }

  /// Takes note of a job that goes to a worker; the loop stays alive until it is back or abandoned.
  double Register(Job* job);
  /// What Abandon found: the job never begins, is running (and left alone if only queued ones were meant), or is over.
  enum Abandoned { kDropped = 0, kRunning = 1, kOver = 2 };
  Abandoned Abandon(double id, bool only_queued);
  /// The job whose completion is being reported, if it has this id.
  Job* Completed(double id) const;

  void AddPoller(Poller* poller) { pollers_.insert(poller); }
  void RemovePoller(Poller* poller);

  /// Calls a function from the event loop; what it throws ends the program as any uncaught exception does.
  void Call(Napi::Function function, std::initializer_list<napi_value> arguments);

 private:
  static void OnTeardown(napi_async_cleanup_hook_handle hook, void* environment);
  void FinishTeardown();
  void DrainCompletions();
  void Release(Job* job);

  Napi::Env env_;
  uv_loop_t* loop_ = nullptr;
  std::shared_ptr<CompletionPort> port_;
  std::shared_ptr<Poller> completions_;
  Napi::FunctionReference on_completion_;
  Napi::FunctionReference mapping_class_;
  std::unordered_map<double, Job*> jobs_;
  std::unordered_set<Poller*> pollers_;
  napi_async_cleanup_hook_handle teardown_ = nullptr;
  bool ending_ = false;
  double last_id_ = 0;
  size_t awaited_ = 0;
  Job* completed_ = nullptr;
};

}  // namespace auxctl

#endif  // AUXCTL_ENVIRONMENT_H_
