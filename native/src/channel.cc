#include "channel.h"

#include <fcntl.h>

#include <cerrno>
#include <new>

#include "arguments.h"
#include "environment.h"
#include "mapping.h"

namespace auxctl {

namespace {

/// Copies a completed job's memory and outcomes back: collect(id, arena, outcomes) returns 0, 1 when the worker ended before it, or -1.
Napi::Value Collect(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const double id = static_cast<double>(arguments.Integer("id", 0, 1LL << 53));
  const Span<uint8_t> arena = arguments.Bytes("arena");
  const Span<int32_t> outcomes = arguments.Integers("outcomes");
  if (!arguments.ok()) return info.Env().Undefined();
  const Job* job = Environment::Of(info.Env()).Completed(id);
  if (job == nullptr) return Napi::Number::New(info.Env(), -1);
  if (job->orphaned) return Napi::Number::New(info.Env(), 1);
  if (job->is_will) return Napi::Number::New(info.Env(), 0);
  const Program& program = job->program;
  if (arena.length != program.arena_length() || outcomes.length != program.outcome_count() * 2) {
    ThrowArgument(info.Env(), "arena, outcomes: expected the lengths of the job");
    return info.Env().Undefined();
  }
  program.CopyOut(arena.data, arena.length);
  for (size_t i = 0; i < program.outcome_count(); i++) {
    outcomes.data[2 * i] = program.outcomes()[i].result;
    outcomes.data[2 * i + 1] = program.outcomes()[i].error;
  }
  return Napi::Number::New(info.Env(), 0);
}

/// Takes the mapping that a completed job has made: takeMapping(id).
Napi::Value TakeMapping(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const double id = static_cast<double>(arguments.Integer("id", 0, 1LL << 53));
  if (!arguments.ok()) return info.Env().Undefined();
  Job* job = Environment::Of(info.Env()).Completed(id);
  if (job == nullptr) return info.Env().Undefined();
  return Mapping::Wrap(info.Env(), job->program.TakeRegion());
}

/// Gives a job up, or only if it has not begun: abandon(id, onlyQueued) returns 0 when it never begins, 1 when it is running, 2 when it is over.
Napi::Value Abandon(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const double id = static_cast<double>(arguments.Integer("id", 0, 1LL << 53));
  const bool only_queued = arguments.Flag("onlyQueued");
  if (!arguments.ok()) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), Environment::Of(info.Env()).Abandon(id, only_queued));
}

Napi::Value SetOnCompletion(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Napi::Function function = arguments.Function("callback");
  if (arguments.ok()) Environment::Of(info.Env()).SetOnCompletion(function);
  return info.Env().Undefined();
}

}  // namespace

void Channel::Define(Napi::Env env, Napi::Object exports) {
  exports.Set("Channel", DefineClass(env, "Channel", {InstanceMethod<&Channel::Submit>("submit"), InstanceMethod<&Channel::Stop>("stop")}));
  exports.Set("collect", Napi::Function::New<Collect>(env, "collect"));
  exports.Set("takeMapping", Napi::Function::New<TakeMapping>(env, "takeMapping"));
  exports.Set("abandon", Napi::Function::New<Abandon>(env, "abandon"));
  exports.Set("setOnCompletion", Napi::Function::New<SetOnCompletion>(env, "setOnCompletion"));
}

Channel::Channel(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Channel>(info) {
  Arguments arguments(info);
  const int64_t kind = arguments.Integer("kind", 0, 2);
  const int64_t fd = arguments.Integer("fd", -1, INT32_MAX);
  if (!arguments.ok()) return;
  UniqueFd file(static_cast<int>(fd));
  int error = 0;
  worker_ = Worker::Start(static_cast<WorkerKind>(kind), Environment::Of(info.Env()).port(), std::move(file), &error);
  info.This().As<Napi::Object>().Set("error", Napi::Number::New(info.Env(), error));
}

Channel::~Channel() {
  if (worker_ != nullptr) worker_->Stop();
}

/// submit(arena, plan, stopOnError, cleanupFrom, isWill) returns the job's id.
Napi::Value Channel::Submit(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Span<uint8_t> arena = arguments.Bytes("arena");
  const Span<uint32_t> plan = arguments.Words("plan");
  const bool stop_on_error = arguments.Flag("stopOnError");
  const uint64_t cleanup_from = arguments.Unsigned64("cleanupFrom");
  const bool is_will = arguments.Flag("isWill");
  if (!arguments.ok()) return info.Env().Undefined();
  std::unique_ptr<Job> job(new (std::nothrow) Job);
  const char* fault = job == nullptr || worker_ == nullptr
                          ? "channel: not usable"
                          : job->program.Load(arena.data, arena.length, plan.data, plan.length, stop_on_error, cleanup_from);
  if (fault != nullptr) {
    ThrowArgument(info.Env(), fault);
    return info.Env().Undefined();
  }
  job->is_will = is_will;
  const double id = Environment::Of(info.Env()).Register(job.get());
  worker_->Enqueue(job.release());
  return Napi::Number::New(info.Env(), id);
}

Napi::Value Channel::Stop(const Napi::CallbackInfo& info) {
  if (worker_ != nullptr) worker_->Stop();
  return info.Env().Undefined();
}

}  // namespace auxctl
