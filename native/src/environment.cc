#include "environment.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <vector>

namespace auxctl {

int Environment::Initialize() {
  if (napi_get_uv_event_loop(env_, &loop_) != napi_ok) return ENOSYS;
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return errno;
  port_ = std::make_shared<CompletionPort>(std::move(event));
  int error = 0;
  completions_ = Poller::Create(*this, port_->event(), [this](int, int) { DrainCompletions(); }, &error);
  if (completions_ == nullptr) return error;
  completions_->SetReferenced(false);
  completions_->SetRepeating();
  if (napi_add_async_cleanup_hook(env_, OnTeardown, this, &teardown_) != napi_ok) return ENOMEM;
  return completions_->Watch(UV_READABLE);
}

// The jobs still out belong to the workers and then to the port, which outlives this object as long as a worker holds it.
Environment::~Environment() = default;

double Environment::Register(Job* job) {
  job->id = ++last_id_;
  jobs_.emplace(job->id, job);
  if (awaited_++ == 0) completions_->SetReferenced(true);
  return job->id;
}

void Environment::Release(Job* job) {
  if (job->abandoned.load()) return;
  if (--awaited_ == 0) completions_->SetReferenced(false);
}

Environment::Abandoned Environment::Abandon(double id, bool only_queued) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end() || found->second->abandoned.load()) return kOver;
  Job* job = found->second;
  uint32_t expected = Job::kQueued;
  const bool dropped = job->state.compare_exchange_strong(expected, Job::kDropped);
  if (!dropped && only_queued) return kRunning;
  Release(job);
  job->abandoned.store(true);
  return dropped ? kDropped : kRunning;
}

Job* Environment::Completed(double id) const { return completed_ != nullptr && completed_->id == id ? completed_ : nullptr; }

void Environment::DrainCompletions() {
  for (Job* job = port_->TakeAll(); job != nullptr;) {
    const std::unique_ptr<Job> owned(job);
    job = job->next;
    jobs_.erase(owned->id);
    Release(owned.get());
    completed_ = owned.get();
    Napi::HandleScope scope(env_);
    Call(on_completion_.Value(), {Napi::Number::New(env_, owned->id)});
    completed_ = nullptr;
  }
}

void Environment::Call(Napi::Function function, std::initializer_list<napi_value> arguments) {
  if (ending_ || function.IsEmpty()) return;
  Napi::HandleScope scope(env_);
  napi_value receiver;
  napi_value result;
  if (napi_get_global(env_, &receiver) != napi_ok) return;
  napi_make_callback(env_, nullptr, receiver, function, arguments.size(), arguments.begin(), &result);
  bool pending = false;
  if (napi_is_exception_pending(env_, &pending) != napi_ok || !pending) return;
  napi_value exception;
  if (napi_get_and_clear_last_exception(env_, &exception) == napi_ok) napi_fatal_exception(env_, exception);
}

void Environment::RemovePoller(Poller* poller) {
  pollers_.erase(poller);
  if (ending_ && pollers_.empty()) FinishTeardown();
}

void Environment::OnTeardown(napi_async_cleanup_hook_handle, void* argument) {
  auto* environment = static_cast<Environment*>(argument);
  environment->ending_ = true;
  const std::vector<Poller*> pollers(environment->pollers_.begin(), environment->pollers_.end());
  for (Poller* poller : pollers) poller->Close();
  if (pollers.empty()) environment->FinishTeardown();
}

void Environment::FinishTeardown() {
  // This may delete the environment.
  if (teardown_ != nullptr) napi_remove_async_cleanup_hook(std::exchange(teardown_, nullptr));
}

}  // namespace auxctl
