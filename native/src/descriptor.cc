#include "descriptor.h"

#include <cerrno>
#include <utility>

#include "arguments.h"
#include "environment.h"

namespace auxctl {

void Descriptor::Define(Napi::Env env, Napi::Object exports) {
  exports.Set("Descriptor", DefineClass(env, "Descriptor",
                                        {InstanceMethod<&Descriptor::Number>("number"), InstanceMethod<&Descriptor::Watch>("watch"),
                                         InstanceMethod<&Descriptor::Release>("release"), InstanceMethod<&Descriptor::Close>("close")}));
}

Descriptor::Descriptor(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Descriptor>(info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const Napi::Function on_event = arguments.Function("onEvent");
  if (!arguments.ok()) return;
  fd_.Reset(fd);
  on_event_ = Napi::Weak(on_event);
}

Descriptor::~Descriptor() {
  // The reference is going with the object; there is nothing left to give back.
  watching_ = false;
  EndPoller();
}

void Descriptor::EndWatch() {
  if (std::exchange(watching_, false)) on_event_.Unref();
}

void Descriptor::EndPoller() {
  EndWatch();
  if (poller_ != nullptr) poller_->Close();
  poller_.reset();
}

/// number() returns the descriptor, or -1 when it is closed.
Napi::Value Descriptor::Number(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), fd_.Get()); }

/// watch(events) waits once for events (bits as in libuv; 0 stops); returns 0 or a negative errno.
Napi::Value Descriptor::Watch(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int events = static_cast<int>(arguments.Integer("events", 0, UV_READABLE | UV_WRITABLE | UV_DISCONNECT | UV_PRIORITIZED));
  if (!arguments.ok()) return info.Env().Undefined();
  int error = 0;
  if (events != 0) {
    error = StartWatch(info.Env(), events);
  } else if (poller_ != nullptr) {
    poller_->Unwatch();
  }
  if (events == 0 || error != 0) EndWatch();
  return Napi::Number::New(info.Env(), -error);
}

int Descriptor::StartWatch(Napi::Env env, int events) {
  int error = fd_ ? 0 : EBADF;
  if (error == 0 && poller_ == nullptr) {
    const auto callback = [this, env](int status, int ready) { OnEvent(env, status, ready); };
    poller_ = Poller::Create(Environment::Of(env), fd_.Get(), callback, &error);
  }
  if (error == 0) error = poller_->Watch(events);
  if (error == 0 && !std::exchange(watching_, true)) on_event_.Ref();
  return error;
}

void Descriptor::OnEvent(Napi::Env env, int status, int events) {
  Napi::HandleScope scope(env);
  const Napi::Function on_event = on_event_.Value();
  EndWatch();
  Environment::Of(env).Call(on_event, {Napi::Number::New(env, status), Napi::Number::New(env, events)});
}

/// release() returns the descriptor and gives up its ownership.
Napi::Value Descriptor::Release(const Napi::CallbackInfo& info) {
  EndPoller();
  return Napi::Number::New(info.Env(), fd_.Release());
}

Napi::Value Descriptor::Close(const Napi::CallbackInfo& info) {
  EndPoller();
  fd_.Reset();
  return info.Env().Undefined();
}

}  // namespace auxctl
