#include "system.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "arguments.h"
#include "unique_fd.h"

namespace auxctl {

namespace {

int MakeMemfd(const char* name, off_t length) {
  UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ::ftruncate(fd.Get(), length) != 0) return -1;
  // Nobody it is passed to can shrink it and so make our own accesses fault.
  if (::fcntl(fd.Get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) return -1;
  return fd.Release();
}

/// createMemfd(name, length) returns a descriptor or a negative errno.
Napi::Value CreateMemfd(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string name = arguments.Text("name");
  const int64_t length = arguments.Integer("length", 0, 1LL << 53);
  if (!arguments.ok()) return info.Env().Undefined();
  const int made = MakeMemfd(name.c_str(), static_cast<off_t>(length));
  return ResultOrErrno(info.Env(), made, errno);
}

/// createEventfd(initial) returns a descriptor or a negative errno.
Napi::Value CreateEventfd(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int64_t initial = arguments.Integer("initial", 0, UINT32_MAX);
  if (!arguments.ok()) return info.Env().Undefined();
  const int fd = ::eventfd(static_cast<unsigned>(initial), EFD_CLOEXEC | EFD_NONBLOCK);
  return ResultOrErrno(info.Env(), fd, errno);
}

/// signalEventfd(fd, count) returns 0 or a negative errno.
Napi::Value SignalEventfd(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const uint64_t count = arguments.Unsigned64("count");
  if (!arguments.ok()) return info.Env().Undefined();
  const ssize_t written = ::write(fd, &count, sizeof(count));
  return ResultOrErrno(info.Env(), written < 0 ? -1 : 0, errno);
}

/// takeEventfd(fd) returns the counter as a BigInt, or a negative errno as a number.
Napi::Value TakeEventfd(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  uint64_t count = 0;
  const ssize_t taken = ::read(fd, &count, sizeof(count));
  if (taken == static_cast<ssize_t>(sizeof(count))) return Napi::BigInt::New(info.Env(), count);
  return ResultOrErrno(info.Env(), -1, taken < 0 ? errno : EINVAL);
}

/// setNonBlocking(fd): makes the descriptor non-blocking as it must be on an event loop; returns 0 or a negative errno.
Napi::Value SetNonBlocking(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  const int flags = ::fcntl(fd, F_GETFL);
  const int result = flags < 0 || (flags & O_NONBLOCK) != 0 ? flags : ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return ResultOrErrno(info.Env(), result < 0 ? -1 : 0, errno);
}

/// duplicate(fd) returns a new descriptor or a negative errno.
Napi::Value Duplicate(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  const int result = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return ResultOrErrno(info.Env(), result, errno);
}

/// openDatagram() returns an IPv4 datagram socket that is bound to nothing, or a negative errno.
Napi::Value OpenDatagram(const Napi::CallbackInfo& info) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return ResultOrErrno(info.Env(), fd, errno);
}

/// pollNow(entries) takes and changes triples fd, events, revents (bits as in poll(2)); returns the number ready or a negative errno.
Napi::Value PollNow(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Span<int32_t> entries = arguments.Integers("entries");
  if (!arguments.ok()) return info.Env().Undefined();
  std::vector<pollfd> polled(entries.length / 3);
  for (size_t i = 0; i < polled.size(); i++) {
    polled[i] = {entries.data[3 * i], static_cast<short>(entries.data[3 * i + 1]), 0};
  }
  const int ready = ::poll(polled.data(), polled.size(), 0);
  const int error = errno;
  for (size_t i = 0; i < polled.size(); i++) entries.data[3 * i + 2] = polled[i].revents;
  return ResultOrErrno(info.Env(), ready, error);
}

/// errnoText(errno) returns [name, description]; the name of an unknown number is made from it.
Napi::Value ErrnoText(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int error = static_cast<int>(arguments.Integer("errno", 0, INT32_MAX));
  if (!arguments.ok()) return info.Env().Undefined();
  const char* name = ::strerrorname_np(error);
  const char* description = ::strerrordesc_np(error);
  const std::string number = std::to_string(error);
  Napi::Array text = Napi::Array::New(info.Env(), 2);
  text.Set(0U, name == nullptr ? "E" + number : std::string(name));
  text.Set(1U, description == nullptr ? "unknown error " + number : std::string(description));
  return text;
}

}  // namespace

void DefineSystem(Napi::Env env, Napi::Object exports) {
  exports.Set("createMemfd", Napi::Function::New<CreateMemfd>(env, "createMemfd"));
  exports.Set("createEventfd", Napi::Function::New<CreateEventfd>(env, "createEventfd"));
  exports.Set("signalEventfd", Napi::Function::New<SignalEventfd>(env, "signalEventfd"));
  exports.Set("takeEventfd", Napi::Function::New<TakeEventfd>(env, "takeEventfd"));
  exports.Set("setNonBlocking", Napi::Function::New<SetNonBlocking>(env, "setNonBlocking"));
  exports.Set("duplicate", Napi::Function::New<Duplicate>(env, "duplicate"));
  exports.Set("openDatagram", Napi::Function::New<OpenDatagram>(env, "openDatagram"));
  exports.Set("pollNow", Napi::Function::New<PollNow>(env, "pollNow"));
  exports.Set("errnoText", Napi::Function::New<ErrnoText>(env, "errnoText"));
}

}  // namespace auxctl
