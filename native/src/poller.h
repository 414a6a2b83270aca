#ifndef AUXCTL_POLLER_H_
#define AUXCTL_POLLER_H_

#include <uv.h>

#include <functional>
#include <memory>

namespace auxctl {

class Environment;

/**
 * Tells when a descriptor becomes ready, on the environment's own event loop. One watch reports once. Between watches the
 * registration is left in place as long as nothing happens, which saves two system calls a watch; it does not keep the loop alive then.
 */
class Poller : public std::enable_shared_from_this<Poller> {
 public:
  using Callback = std::function<void(int status, int events)>;

  /// Returns nullptr with a positive errno when the descriptor cannot be watched.
  static std::shared_ptr<Poller> Create(Environment& environment, int fd, Callback callback, int* error);
  ~Poller() = default;

  /// Watches for UV_READABLE, UV_WRITABLE, UV_PRIORITIZED; replaces the watch before. Returns 0 or a positive errno.
  int Watch(int events);
  /// Forgets the watch.
  void Unwatch();
  /// Whether the loop stays alive for a watch. Default true.
  void SetReferenced(bool referenced);
  /// Keeps the watch after it has reported, until Unwatch.
  void SetRepeating() { repeating_ = true; }
  /// Ends it; the descriptor may be closed right after. Harmless when repeated.
  void Close();

 private:
  Poller(Environment& environment, Callback callback) : environment_(environment), callback_(std::move(callback)) {}
  static void OnEvent(uv_poll_t* handle, int status, int events);
  static void OnClosed(uv_handle_t* handle);
  void UpdateReference();

  Environment& environment_;
  Callback callback_;
  uv_poll_t handle_{};
  std::shared_ptr<Poller> self_;
  int events_ = 0;
  bool armed_ = false;
  bool referenced_ = true;
  bool repeating_ = false;
  bool closed_ = false;
};

}  // namespace auxctl

#endif  // AUXCTL_POLLER_H_
