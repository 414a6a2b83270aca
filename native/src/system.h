#ifndef AUXCTL_SYSTEM_H_
#define AUXCTL_SYSTEM_H_

#include <napi.h>

namespace auxctl {

/// Single system calls that never wait: memfd, eventfd, duplication, poll, and the names of errors.
void DefineSystem(Napi::Env env, Napi::Object exports);

/// UNIX stream sockets.
void DefineUnixSocket(Napi::Env env, Napi::Object exports);

/// Netlink sockets.
void DefineNetlink(Napi::Env env, Napi::Object exports);

/// What functions return that return a number or a negative errno.
inline Napi::Value ResultOrErrno(Napi::Env env, int64_t result, int error) {
  return Napi::Number::New(env, static_cast<double>(result < 0 ? -error : result));
}

}  // namespace auxctl

#endif  // AUXCTL_SYSTEM_H_
