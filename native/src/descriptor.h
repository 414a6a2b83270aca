#ifndef AUXCTL_DESCRIPTOR_H_
#define AUXCTL_DESCRIPTOR_H_

#include <napi.h>

#include <memory>

#include "poller.h"
#include "unique_fd.h"

namespace auxctl {

/// The JavaScript object that owns a file descriptor and can wait for it on the event loop.
class Descriptor : public Napi::ObjectWrap<Descriptor> {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  /// Arguments: the descriptor to take over, the function that is called with (status, events) when a watch reports.
  explicit Descriptor(const Napi::CallbackInfo& info);
  ~Descriptor() override;

 private:
  Napi::Value Number(const Napi::CallbackInfo& info);
  Napi::Value Watch(const Napi::CallbackInfo& info);
  Napi::Value Release(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  int StartWatch(Napi::Env env, int events);
  void EndWatch();
  void OnEvent(Napi::Env env, int status, int events);
  void EndPoller();

  UniqueFd fd_;
  std::shared_ptr<Poller> poller_;
  // Held strongly only while a watch is on, so that an object that nobody waits for can be collected, and its descriptor closed.
  Napi::FunctionReference on_event_;
  bool watching_ = false;
};

}  // namespace auxctl

#endif  // AUXCTL_DESCRIPTOR_H_
