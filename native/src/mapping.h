#ifndef AUXCTL_MAPPING_H_
#define AUXCTL_MAPPING_H_

#include <napi.h>

#include "region.h"

namespace auxctl {

/// The JavaScript object that owns a region of mapped memory.
class Mapping : public Napi::ObjectWrap<Mapping> {
 public:
  static void Define(Napi::Env env, Napi::Object exports);
  static Napi::Value Wrap(Napi::Env env, Region region);

  /// Makes an empty mapping; Wrap fills it.
  explicit Mapping(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Mapping>(info) {}

 private:
  template <typename T>
  Napi::Value Read(const Napi::CallbackInfo& info);
  template <typename T>
  Napi::Value Write(const Napi::CallbackInfo& info);
  Napi::Value CopyOut(const Napi::CallbackInfo& info);
  Napi::Value CopyIn(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  /// Where an access of `length` bytes goes, or nullptr with an exception when it may not.
  uint8_t* At(Napi::Env env, uint64_t position, size_t length, bool aligned, bool writing) const;

  Region region_;
};

}  // namespace auxctl

#endif  // AUXCTL_MAPPING_H_
