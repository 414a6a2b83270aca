#include "arguments.h"

#include <cmath>

namespace auxctl {

void ThrowArgument(Napi::Env env, const std::string& message) {
  if (env.IsExceptionPending()) return;
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_NATIVE_ARGUMENT"));
  error.ThrowAsJavaScriptException();
}

void Arguments::Fail(const char* name, const char* expected) {
  if (ok_) ThrowArgument(info_.Env(), std::string(name) + ": expected " + expected);
  ok_ = false;
}

int64_t Arguments::Integer(const char* name, int64_t lowest, int64_t highest) {
  double value = NAN;
  if (napi_get_value_double(info_.Env(), Take(), &value) != napi_ok) value = NAN;
  if (std::trunc(value) != value || value < static_cast<double>(lowest) || value > static_cast<double>(highest)) {
    Fail(name, "a whole number within its limits");
    return lowest;
  }
  return static_cast<int64_t>(value);
}

uint64_t Arguments::Unsigned64(const char* name) {
  const Napi::Value value = Take();
  if (value.IsBigInt()) {
    bool lossless = false;
    const uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
    if (lossless) return number;
  } else if (value.IsNumber()) {
    constexpr double kMaxSafe = 9007199254740991.0;
    const double number = value.As<Napi::Number>().DoubleValue();
    if (std::trunc(number) == number && number >= 0 && number <= kMaxSafe) return static_cast<uint64_t>(number);
  }
  Fail(name, "a whole number from 0 to 2^64-1");
  return 0;
}

bool Arguments::Flag(const char* name) {
  const Napi::Value value = Take();
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  Fail(name, "a boolean");
  return false;
}

std::string Arguments::Text(const char* name) {
  const Napi::Value value = Take();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  Fail(name, "a string");
  return {};
}

Napi::Function Arguments::Function(const char* name) {
  const Napi::Value value = Take();
  if (value.IsFunction()) return value.As<Napi::Function>();
  Fail(name, "a function");
  return {};
}

template <typename T>
Span<T> Arguments::Array(const char* name, napi_typedarray_type type, const char* expected) {
  const Napi::Value value = Take();
  const napi_env env = info_.Env();
  napi_typedarray_type actual;
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  bool valid = value.IsTypedArray() && napi_get_typedarray_info(env, value, &actual, &length, &data, &buffer, nullptr) == napi_ok;
  valid = valid && actual == type;
  // Memory shared between threads could change while it is read, and detached memory is gone.
  bool plain = false;
  bool detached = false;
  valid = valid && napi_is_arraybuffer(env, buffer, &plain) == napi_ok && plain;
  valid = valid && napi_is_detached_arraybuffer(env, buffer, &detached) == napi_ok && !detached;
  if (!valid) {
    Fail(name, expected);
    return {};
  }
  if (!ok_) return {};
  return {static_cast<T*>(data), length};
}

Span<uint8_t> Arguments::Bytes(const char* name) {
  return Array<uint8_t>(name, napi_uint8_array, "a Uint8Array, neither shared nor detached");
}

Span<uint32_t> Arguments::Words(const char* name) {
  return Array<uint32_t>(name, napi_uint32_array, "a Uint32Array, neither shared nor detached");
}

Span<int32_t> Arguments::Integers(const char* name) {
  return Array<int32_t>(name, napi_int32_array, "an Int32Array, neither shared nor detached");
}

}  // namespace auxctl
