#include <napi.h>

#include <string>

#include "channel.h"
#include "descriptor.h"
#include "environment.h"
#include "mapping.h"
#include "system.h"

namespace {

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  auto* environment = new auxctl::Environment(env);
  env.SetInstanceData(environment);
  if (const int error = environment->Initialize(); error != 0) {
    Napi::Error::New(env, "the addon cannot watch its event descriptor: errno " + std::to_string(error)).ThrowAsJavaScriptException();
    return exports;
  }
  auxctl::Channel::Define(env, exports);
  auxctl::Mapping::Define(env, exports);
  auxctl::Descriptor::Define(env, exports);
  auxctl::DefineSystem(env, exports);
  auxctl::DefineUnixSocket(env, exports);
  auxctl::DefineNetlink(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(auxctl, Initialize)
