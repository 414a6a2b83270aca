#include "poller.h"

#include <cerrno>

#include "environment.h"

namespace auxctl {

std::shared_ptr<Poller> Poller::Create(Environment& environment, int fd, Callback callback, int* error) {
  std::shared_ptr<Poller> poller(new Poller(environment, std::move(callback)));
  *error = -uv_poll_init(environment.loop(), &poller->handle_, fd);
  if (*error != 0) return nullptr;
  poller->handle_.data = poller.get();
  // The loop holds the memory of the handle until it has called OnClosed.
  poller->self_ = poller;
  environment.AddPoller(poller.get());
  poller->UpdateReference();
  return poller;
}

int Poller::Watch(int events) {
  if (closed_) return EBADF;
  if (events != events_) {
    const int error = -uv_poll_start(&handle_, events, OnEvent);
    if (error != 0) return error;
    events_ = events;
  }
  armed_ = true;
  UpdateReference();
  return 0;
}

void Poller::Unwatch() {
  armed_ = false;
  if (!closed_) UpdateReference();
}

void Poller::SetReferenced(bool referenced) {
  referenced_ = referenced;
  if (!closed_) UpdateReference();
}

void Poller::UpdateReference() {
  uv_handle_t* handle = reinterpret_cast<uv_handle_t*>(&handle_);
  if (armed_ && referenced_) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
}

void Poller::OnEvent(uv_poll_t* handle, int status, int events) {
  // Held, since the callback may close it.
  const std::shared_ptr<Poller> poller = static_cast<Poller*>(handle->data)->shared_from_this();
  if (!poller->armed_ || status != 0) {
    uv_poll_stop(handle);
    poller->events_ = 0;
  }
  if (!poller->armed_) return;
  if (!poller->repeating_) poller->Unwatch();
  poller->callback_(status, events);
}

void Poller::Close() {
  if (closed_) return;
  closed_ = true;
  armed_ = false;
  uv_poll_stop(&handle_);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_), OnClosed);
}

void Poller::OnClosed(uv_handle_t* handle) {
  const std::shared_ptr<Poller> poller = std::move(static_cast<Poller*>(handle->data)->self_);
  poller->environment_.RemovePoller(poller.get());
}

}  // namespace auxctl
