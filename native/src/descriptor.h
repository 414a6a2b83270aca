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
  void EndPoller();

  UniqueFd fd_;
  std::shared_ptr<Poller> poller_;
  Napi::FunctionReference on_event_;
};

}  // namespace auxctl

#endif  // AUXCTL_DESCRIPTOR_H_
