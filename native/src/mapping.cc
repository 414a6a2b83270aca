#include "mapping.h"

#include <cstring>
#include <type_traits>

#include "arguments.h"
#include "environment.h"

namespace auxctl {

namespace {

constexpr bool kBigHost = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

/// Turns a value of the host's byte order into the one wanted, or back.
template <typename T>
T Reorder(T value, bool big) {
  if (big == kBigHost) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
  return value;
}

/// Orders accesses to device memory as well as to ordinary memory.
void FullBarrier() {
#if defined(__aarch64__)
  asm volatile("dsb sy" ::: "memory");
#else
  __sync_synchronize();
#endif
}

void ReadBarrier() {
#if defined(__x86_64__)
  asm volatile("lfence" ::: "memory");
#elif defined(__aarch64__)
  asm volatile("dsb ld" ::: "memory");
#else
  __sync_synchronize();
#endif
}

void WriteBarrier() {
#if defined(__x86_64__)
  asm volatile("sfence" ::: "memory");
#elif defined(__aarch64__)
  asm volatile("dsb st" ::: "memory");
#else
  __sync_synchronize();
#endif
}

/// barrier(kind): 0 full, 1 read, 2 write.
Napi::Value Barrier(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int64_t kind = arguments.Integer("kind", 0, 2);
  if (!arguments.ok()) return info.Env().Undefined();
  if (kind == 0) FullBarrier();
  if (kind == 1) ReadBarrier();
  if (kind == 2) WriteBarrier();
  return info.Env().Undefined();
}

/// mapDescriptor(fd, offset, length, writable) returns a mapping, or a negative errno.
Napi::Value MapDescriptor(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const uint64_t offset = arguments.Unsigned64("offset");
  const uint64_t length = arguments.Unsigned64("length");
  const bool writable = arguments.Flag("writable");
  if (!arguments.ok()) return info.Env().Undefined();
  Region region;
  if (const int error = region.Map(fd, offset, length, writable); error != 0) return Napi::Number::New(info.Env(), -error);
  return Mapping::Wrap(info.Env(), std::move(region));
}

}  // namespace

void Mapping::Define(Napi::Env env, Napi::Object exports) {
  const Napi::Function constructor = DefineClass(env, "Mapping",
                                                 {InstanceMethod<&Mapping::Read<uint8_t>>("read8"),
                                                  InstanceMethod<&Mapping::Read<uint16_t>>("read16"),
                                                  InstanceMethod<&Mapping::Read<uint32_t>>("read32"),
                                                  InstanceMethod<&Mapping::Read<uint64_t>>("read64"),
                                                  InstanceMethod<&Mapping::Write<uint8_t>>("write8"),
                                                  InstanceMethod<&Mapping::Write<uint16_t>>("write16"),
                                                  InstanceMethod<&Mapping::Write<uint32_t>>("write32"),
                                                  InstanceMethod<&Mapping::Write<uint64_t>>("write64"),
                                                  InstanceMethod<&Mapping::CopyOut>("copyOut"),
                                                  InstanceMethod<&Mapping::CopyIn>("copyIn"),
                                                  InstanceMethod<&Mapping::Close>("close")});
  Environment::Of(env).SetMappingClass(constructor);
  exports.Set("mapDescriptor", Napi::Function::New<MapDescriptor>(env, "mapDescriptor"));
  exports.Set("barrier", Napi::Function::New<Barrier>(env, "barrier"));
}

Napi::Value Mapping::Wrap(Napi::Env env, Region region) {
  const Napi::Object object = Environment::Of(env).mapping_class().New({});
  if (env.IsExceptionPending()) return env.Undefined();
  Unwrap(object)->region_ = std::move(region);
  return object;
}

uint8_t* Mapping::At(Napi::Env env, uint64_t position, size_t length, bool aligned, bool writing) const {
  const char* fault = nullptr;
  if (!region_) {
    fault = "mapping: closed";
  } else if (position > region_.length() || length > region_.length() - position) {
    fault = "offset: outside the mapping";
  } else if (aligned && reinterpret_cast<uintptr_t>(region_.data() + position) % length != 0) {
    fault = "offset: not aligned";
  } else if (writing && !region_.writable()) {
    fault = "mapping: read-only";
  }
  if (fault == nullptr) return region_.data() + position;
  ThrowArgument(env, fault);
  return nullptr;
}

template <typename T>
Napi::Value Mapping::Read(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments(info);
  const uint64_t position = arguments.Unsigned64("offset");
  const bool big = arguments.Flag("big");
  if (!arguments.ok()) return env.Undefined();
  const uint8_t* at = At(env, position, sizeof(T), true, false);
  if (at == nullptr) return env.Undefined();
  const T raw = *reinterpret_cast<const volatile T*>(at);
  const T value = Reorder(raw, big);
  if constexpr (std::is_same_v<T, uint64_t>) {
    return Napi::BigInt::New(env, value);
  } else {
    return Napi::Number::New(env, value);
  }
}

template <typename T>
Napi::Value Mapping::Write(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Arguments arguments(info);
  const uint64_t position = arguments.Unsigned64("offset");
  const uint64_t wide = arguments.Unsigned64("value");
  const bool big = arguments.Flag("big");
  if (!arguments.ok()) return env.Undefined();
  uint8_t* at = At(env, position, sizeof(T), true, true);
  if (at == nullptr) return env.Undefined();
    *reinterpret_cast<volatile T*>(at) = Reorder(static_cast<T>(wide), big);
  return env.Undefined();
}

/// copyOut(offset, target)
Napi::Value Mapping::CopyOut(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const uint64_t position = arguments.Unsigned64("offset");
  const Span<uint8_t> target = arguments.Bytes("target");
  if (!arguments.ok()) return info.Env().Undefined();
  const uint8_t* at = At(info.Env(), position, target.length, false, false);
  if (at != nullptr && target.length > 0) std::memcpy(target.data, at, target.length);
  return info.Env().Undefined();
}

/// copyIn(offset, bytes)
Napi::Value Mapping::CopyIn(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const uint64_t position = arguments.Unsigned64("offset");
  const Span<uint8_t> bytes = arguments.Bytes("bytes");
  if (!arguments.ok()) return info.Env().Undefined();
  uint8_t* at = At(info.Env(), position, bytes.length, false, true);
  if (at != nullptr && bytes.length > 0) std::memcpy(at, bytes.data, bytes.length);
  return info.Env().Undefined();
}

Napi::Value Mapping::Close(const Napi::CallbackInfo& info) {
  region_.Unmap();
  return info.Env().Undefined();
}

}  // namespace auxctl
