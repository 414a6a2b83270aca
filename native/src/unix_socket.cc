#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "arguments.h"
#include "system.h"
#include "unique_fd.h"

namespace auxctl {

namespace {

// The kernel passes at most this many descriptors with one message (SCM_MAX_FD).
constexpr size_t kMaxDescriptors = 253;

union ControlBuffer {
  cmsghdr align;
  char bytes[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
};

bool FillAddress(const std::string& path, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address->sun_path) || path.find('\0') != std::string::npos) {
    errno = path.empty() ? ENOENT : ENAMETOOLONG;
    return false;
  }
  std::memcpy(address->sun_path, path.data(), path.size());
  return true;
}

UniqueFd UnixSocket(int type) { return UniqueFd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

int Listen(const std::string& path, mode_t mode, int backlog) {
  sockaddr_un address;
  if (!FillAddress(path, &address)) return -1;
  UniqueFd fd = UnixSocket(SOCK_STREAM);
  // The file takes over the socket's mode, so it is never there with wider permissions.
  if (!fd || ::fchmod(fd.Get(), mode) != 0) return -1;
  if (::bind(fd.Get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return -1;
  if (::listen(fd.Get(), backlog) != 0) return -1;
  return fd.Release();
}

int Connect(const std::string& path, int type) {
  sockaddr_un address;
  if (!FillAddress(path, &address)) return -1;
  UniqueFd fd = UnixSocket(type);
  if (!fd || ::connect(fd.Get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return -1;
  return fd.Release();
}

/// listenUnix(path, mode, backlog) returns a descriptor or a negative errno.
Napi::Value ListenUnix(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.Text("path");
  const mode_t mode = static_cast<mode_t>(arguments.Integer("mode", 0, 0777));
  const int backlog = static_cast<int>(arguments.Integer("backlog", 0, 65535));
  if (!arguments.ok()) return info.Env().Undefined();
  const int listening = Listen(path, mode, backlog);
  return ResultOrErrno(info.Env(), listening, errno);
}

Napi::Value ConnectTo(const Napi::CallbackInfo& info, int type) {
  Arguments arguments(info);
  const std::string path = arguments.Text("path");
  if (!arguments.ok()) return info.Env().Undefined();
  const int connected = Connect(path, type);
  return ResultOrErrno(info.Env(), connected, errno);
}

/// connectUnix(path) returns a descriptor or a negative errno (EAGAIN when too many connections wait to be accepted).
Napi::Value ConnectUnix(const Napi::CallbackInfo& info) { return ConnectTo(info, SOCK_STREAM); }

/// connectDatagram(path) returns a descriptor of a socket that sends datagrams, or a negative errno.
Napi::Value ConnectDatagram(const Napi::CallbackInfo& info) { return ConnectTo(info, SOCK_DGRAM); }

/// accept(fd) returns a descriptor or a negative errno.
Napi::Value Accept(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return ResultOrErrno(info.Env(), accepted, errno);
}

/// socketPair(pair) fills in two descriptors; returns 0 or a negative errno.
Napi::Value SocketPair(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Span<int32_t> pair = arguments.Integers("pair");
  if (!arguments.ok()) return info.Env().Undefined();
  int fds[2] = {-1, -1};
  const int result = pair.length < 2 ? -1 : ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds);
  const int error = pair.length < 2 ? EINVAL : errno;
  for (size_t i = 0; result == 0 && i < 2; i++) pair.data[i] = fds[i];
  return ResultOrErrno(info.Env(), result, error);
}

void CloseAll(const int* fds, size_t count) {
  for (size_t i = 0; i < count; i++) ::close(fds[i]);
}

/// Copies the received descriptors to `fds` (count first), or closes them all when there are too many. Returns 0 or an errno.
int TakeDescriptors(msghdr& message, Span<int32_t> fds) {
  size_t taken = 0;
  bool overflow = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int received[kMaxDescriptors];
    const size_t count = std::min((header->cmsg_len - CMSG_LEN(0)) / sizeof(int), kMaxDescriptors);
    std::memcpy(received, CMSG_DATA(header), count * sizeof(int));
    overflow = overflow || count > fds.length - 1 - taken;
    if (overflow) {
      CloseAll(received, count);
      continue;
    }
    std::memcpy(fds.data + 1 + taken, received, count * sizeof(int));
    taken += count;
  }
  if (overflow) CloseAll(fds.data + 1, taken);
  fds.data[0] = static_cast<int32_t>(overflow ? 0 : taken);
  return overflow ? EMFILE : 0;
}

/**
 * receive(fd, target, offset, fds) reads into target from offset to its end; fds[0] becomes the number of descriptors that follow in
 * it. Returns the number of bytes, or a negative errno: EMFILE when more descriptors came than fit.
 */
Napi::Value Receive(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const Span<uint8_t> target = arguments.Bytes("target");
  const size_t offset = static_cast<size_t>(arguments.Integer("offset", 0, static_cast<int64_t>(target.length)));
  const Span<int32_t> fds = arguments.Integers("fds");
  if (!arguments.ok() || fds.length < 1) return info.Env().Undefined();
  ControlBuffer control;
  iovec part = {target.data + offset, target.length - offset};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  fds.data[0] = 0;
  const ssize_t received = ::recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return ResultOrErrno(info.Env(), -1, errno);
  const int error = TakeDescriptors(message, fds);
  return ResultOrErrno(info.Env(), error == 0 ? received : -1, error);
}

ssize_t SendMessage(int fd, Span<uint8_t> data, Span<int32_t> fds) {
  ControlBuffer control = {};
  iovec part = {data.data, data.length};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fds.length > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(fds.length * sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(fds.length * sizeof(int));
    std::memcpy(CMSG_DATA(header), fds.data, fds.length * sizeof(int));
  }
  return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// send(fd, data, offset, fds) sends from offset to the end, with the descriptors; returns the number of bytes or a negative errno.
Napi::Value Send(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const Span<uint8_t> data = arguments.Bytes("data");
  const size_t offset = static_cast<size_t>(arguments.Integer("offset", 0, static_cast<int64_t>(data.length)));
  const Span<int32_t> fds = arguments.Integers("fds");
  if (!arguments.ok()) return info.Env().Undefined();
  if (fds.length > kMaxDescriptors) return ResultOrErrno(info.Env(), -1, EINVAL);
  const ssize_t sent = SendMessage(fd, {data.data + offset, data.length - offset}, fds);
  return ResultOrErrno(info.Env(), sent, errno);
}

/// peerCredentials(fd, credentials) fills in pid, uid, gid; returns 0 or a negative errno.
Napi::Value PeerCredentials(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const Span<uint32_t> credentials = arguments.Words("credentials");
  if (!arguments.ok()) return info.Env().Undefined();
  if (credentials.length < 3) return ResultOrErrno(info.Env(), -1, EINVAL);
  ucred peer = {};
  socklen_t length = sizeof(peer);
  const int result = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
  const int error = errno;
  credentials.data[0] = static_cast<uint32_t>(peer.pid);
  credentials.data[1] = peer.uid;
  credentials.data[2] = peer.gid;
  return ResultOrErrno(info.Env(), result, error);
}

}  // namespace

void DefineUnixSocket(Napi::Env env, Napi::Object exports) {
  exports.Set("listenUnix", Napi::Function::New<ListenUnix>(env, "listenUnix"));
  exports.Set("connectUnix", Napi::Function::New<ConnectUnix>(env, "connectUnix"));
  exports.Set("connectDatagram", Napi::Function::New<ConnectDatagram>(env, "connectDatagram"));
  exports.Set("accept", Napi::Function::New<Accept>(env, "accept"));
  exports.Set("socketPair", Napi::Function::New<SocketPair>(env, "socketPair"));
  exports.Set("receive", Napi::Function::New<Receive>(env, "receive"));
  exports.Set("send", Napi::Function::New<Send>(env, "send"));
  exports.Set("peerCredentials", Napi::Function::New<PeerCredentials>(env, "peerCredentials"));
}

}  // namespace auxctl
