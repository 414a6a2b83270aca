#include "descriptor.h"

#include <cerrno>

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
  if (arguments.ok()) fd_.Reset(fd);
}

Descriptor::~Descriptor() { EndPoller(); }

void Descriptor::EndPoller() {
  if (poller_ != nullptr) poller_->Close();
  poller_.reset();
}

/// number() returns the descriptor, or -1 when it is closed.
Napi::Value Descriptor::Number(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), fd_.Get()); }

/// watch(events, callback) waits once for events (bits as in libuv; 0 stops); returns 0 or a negative errno.
Napi::Value Descriptor::Watch(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments(info);
  const int events = static_cast<int>(arguments.Integer("events", 0, UV_READABLE | UV_WRITABLE | UV_DISCONNECT | UV_PRIORITIZED));
  const Napi::Function callback = arguments.Function("callback");
  if (!arguments.ok()) return env.Undefined();
  int error = fd_ ? 0 : EBADF;
  if (error == 0 && poller_ == nullptr && events != 0) {
    Environment& environment = Environment::Of(env);
    poller_ = Poller::Create(
        environment, fd_.Get(),
        [this, &environment, env](int status, int ready) {
          Napi::HandleScope scope(env);
          environment.Call(on_event_, {Napi::Number::New(env, status), Napi::Number::New(env, ready)});
        },
        &error);
  }
  if (error == 0 && poller_ != nullptr) {
    if (events == 0) {
      poller_->Unwatch();
    } else {
      on_event_ = Napi::Persistent(callback);
      error = poller_->Watch(events);
    }
  }
  return Napi::Number::New(env, -error);
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
