#ifndef AUXCTL_CHANNEL_H_
#define AUXCTL_CHANNEL_H_

#include <napi.h>

#include <memory>

#include "worker.h"

namespace auxctl {

/// The JavaScript object that stands for one worker.
class Channel : public Napi::ObjectWrap<Channel> {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  /// Arguments: whether the worker is a process, a descriptor to take over or -1.
  explicit Channel(const Napi::CallbackInfo& info);
  ~Channel() override;

 private:
  Napi::Value Submit(const Napi::CallbackInfo& info);
  Napi::Value Stop(const Napi::CallbackInfo& info);

  std::shared_ptr<Worker> worker_;
};

}  // namespace auxctl

#endif  // AUXCTL_CHANNEL_H_
