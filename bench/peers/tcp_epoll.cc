// SPDX-License-Identifier: Apache-2.0
// Octets that come back as they came, with epoll alone: what no server can go below by much.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace {

char buffer[256 * 1024];

/// Blocks for the rest where the kernel takes no more: the generator always reads.
bool send_all(int socket, const char* from, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = send(socket, from, count, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      return false;
    }
    from += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

void serve(int socket) {
  const ssize_t count = recv(socket, buffer, sizeof(buffer), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0 || !send_all(socket, buffer, static_cast<std::size_t>(count))) close(socket);
}

void watch(int epoll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

}  // namespace

int main() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener, 4096) != 0) {
    std::perror("tcp_epoll");
    return 1;
  }
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on tcp://127.0.0.1:%d/\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int epoll = epoll_create1(0);
  watch(epoll, listener);
  for (;;) {
    epoll_event events[1024];
    const int count = epoll_wait(epoll, events, 1024, -1);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.fd != listener) {
        serve(events[i].data.fd);
        continue;
      }
      for (;;) {
        const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (socket < 0) break;
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        watch(epoll, socket);
      }
    }
  }
}
