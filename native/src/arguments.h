#ifndef AUXCTL_ARGUMENTS_H_
#define AUXCTL_ARGUMENTS_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace auxctl {

/// Memory of a typed array, valid until JavaScript runs again.
template <typename T>
struct Span {
  T* data = nullptr;
  size_t length = 0;
};

/**
 * Takes the arguments of a call from JavaScript one by one. The TypeScript side has checked them already, so a fault here is a fault of
 * this package; but nothing that JavaScript can pass may touch memory that is not its own. The first fault throws a TypeError with
 * `ERR_NATIVE_ARGUMENT` naming the argument; from then on `ok` is false and every value empty.
 */
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  bool ok() const { return ok_; }
  /// A whole number within the limits.
  int64_t Integer(const char* name, int64_t lowest, int64_t highest);
  int Fd(const char* name = "fd") { return static_cast<int>(Integer(name, 0, INT32_MAX)); }
  /// A number, or a BigInt of at most 64 bits, not negative.
  uint64_t Unsigned64(const char* name);
  bool Flag(const char* name);
  std::string Text(const char* name);
  Napi::Function Function(const char* name);
  Span<uint8_t> Bytes(const char* name);
  Span<uint32_t> Words(const char* name);
  Span<int32_t> Integers(const char* name);

 private:
  template <typename T>
  Span<T> Array(const char* name, napi_typedarray_type type, const char* expected);
  Napi::Value Take() { return info_[next_++]; }
  void Fail(const char* name, const char* expected);

  const Napi::CallbackInfo& info_;
  size_t next_ = 0;
  bool ok_ = true;
};

/// Throws a TypeError with `ERR_NATIVE_ARGUMENT`.
void ThrowArgument(Napi::Env env, const std::string& message);

}  // namespace auxctl

#endif  // AUXCTL_ARGUMENTS_H_
