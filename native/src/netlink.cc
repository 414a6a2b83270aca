#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "arguments.h"
#include "system.h"
#include "unique_fd.h"

namespace auxctl {

namespace {

constexpr uint32_t kUnknownUid = UINT32_MAX;

bool SetOption(int fd, int level, int name, int value) { return ::setsockopt(fd, level, name, &value, sizeof(value)) == 0; }

int Open(int protocol, int receive_buffer, bool extended_ack) {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!fd || !SetOption(fd.Get(), SOL_SOCKET, SO_PASSCRED, 1)) return -1;
  if (extended_ack && (!SetOption(fd.Get(), SOL_NETLINK, NETLINK_EXT_ACK, 1) || !SetOption(fd.Get(), SOL_NETLINK, NETLINK_CAP_ACK, 1))) return -1;
  // The forced form exceeds the system's limit, and is reserved to the administrator.
  if (receive_buffer > 0 && !SetOption(fd.Get(), SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer) &&
      !SetOption(fd.Get(), SOL_SOCKET, SO_RCVBUF, receive_buffer)) {
    return -1;
  }
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  if (::bind(fd.Get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return -1;
  return fd.Release();
}

/// openNetlink(protocol, receiveBufferBytes, extendedAck) returns a descriptor or a negative errno.
Napi::Value OpenNetlink(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int protocol = static_cast<int>(arguments.Integer("protocol", 0, 255));
  const int receive_buffer = static_cast<int>(arguments.Integer("receiveBufferBytes", 0, INT32_MAX / 2));
  const bool extended_ack = arguments.Flag("extendedAck");
  if (!arguments.ok()) return info.Env().Undefined();
  const int opened = Open(protocol, receive_buffer, extended_ack);
  return ResultOrErrno(info.Env(), opened, errno);
}

/// joinNetlinkGroup(fd, group) returns 0 or a negative errno.
Napi::Value JoinNetlinkGroup(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const int group = static_cast<int>(arguments.Integer("group", 1, INT32_MAX));
  if (!arguments.ok()) return info.Env().Undefined();
  const bool joined = SetOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
  return ResultOrErrno(info.Env(), joined ? 0 : -1, errno);
}

/// netlinkPort(fd) returns the socket's own port or a negative errno.
Napi::Value NetlinkPort(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  sockaddr_nl address = {};
  socklen_t length = sizeof(address);
  const int result = ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ResultOrErrno(info.Env(), result < 0 ? -1 : static_cast<int64_t>(address.nl_pid), errno);
}

/// netlinkPending(fd) returns the length of the next datagram or a negative errno.
Napi::Value NetlinkPending(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  if (!arguments.ok()) return info.Env().Undefined();
  const ssize_t length = ::recv(fd, nullptr, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
  return ResultOrErrno(info.Env(), length, errno);
}

uint32_t SenderUid(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) continue;
    ucred credentials;
    std::memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
    return credentials.uid;
  }
  return kUnknownUid;
}

/// netlinkReceive(fd, target, sender) fills in port, groups and user id (2^32-1: unknown); returns the datagram's length or a negative errno.
Napi::Value NetlinkReceive(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int fd = arguments.Fd();
  const Span<uint8_t> target = arguments.Bytes("target");
  const Span<uint32_t> sender = arguments.Words("sender");
  if (!arguments.ok()) return info.Env().Undefined();
  if (sender.length < 3) return ResultOrErrno(info.Env(), -1, EINVAL);
  union {
    cmsghdr align;
    char bytes[256];
  } control;
  sockaddr_nl address = {};
  iovec part = {target.data, target.length};
  msghdr message = {};
  message.msg_name = &address;
  message.msg_namelen = sizeof(address);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);
  const ssize_t received = ::recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC);
  if (received < 0) return ResultOrErrno(info.Env(), -1, errno);
  sender.data[0] = address.nl_pid;
  sender.data[1] = address.nl_groups;
  sender.data[2] = SenderUid(message);
  return ResultOrErrno(info.Env(), received, 0);
}

}  // namespace

void DefineNetlink(Napi::Env env, Napi::Object exports) {
  exports.Set("openNetlink", Napi::Function::New<OpenNetlink>(env, "openNetlink"));
  exports.Set("joinNetlinkGroup", Napi::Function::New<JoinNetlinkGroup>(env, "joinNetlinkGroup"));
  exports.Set("netlinkPort", Napi::Function::New<NetlinkPort>(env, "netlinkPort"));
  exports.Set("netlinkPending", Napi::Function::New<NetlinkPending>(env, "netlinkPending"));
  exports.Set("netlinkReceive", Napi::Function::New<NetlinkReceive>(env, "netlinkReceive"));
}

}  // namespace auxctl
