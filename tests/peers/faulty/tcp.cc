// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/tcp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace wsproof::faulty {
namespace {

constexpr std::size_t kRead = 64 * 1024;

Time now() {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now().time_since_epoch());
}

int checked(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
  return result;
}

sockaddr_in address(const std::string& host, int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  const std::string number = host == "localhost" ? "127.0.0.1" : host;
  if (inet_pton(AF_INET, number.c_str(), &where.sin_addr) != 1) {
    throw std::invalid_argument("\"" + host + "\" is no IPv4 address");
  }
  return where;
}

void make_quick(int fd) {
  checked(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

int sooner(int a, int b) {
  if (a < 0) return b;
  return b < 0 ? a : std::min(a, b);
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

Connection::Connection(Socket socket, EndpointOptions options)
    : socket_(std::move(socket)), endpoint_(std::move(options)) {
  make_quick(fd());
  endpoint_.connected(now());
  write();
}

short Connection::wanted() const {
  return static_cast<short>(POLLIN | (output_.empty() ? 0 : POLLOUT));
}

int Connection::timeout() const {
  const auto deadline = endpoint_.next_deadline();
  if (!deadline) return -1;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count() + 1, 0, 60'000));
}

void Connection::on_events(short events) {
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) read();
  if (!over_) write();
}

void Connection::tick() {
  endpoint_.advance(now());
  write();
}

void Connection::read() {
  std::array<char, kRead> octets;
  const ssize_t count = recv(fd(), octets.data(), octets.size(), 0);
  if (count > 0) {
    // Behind the end that the endpoint has made, what still comes is read and thrown away.
    endpoint_.receive({octets.data(), static_cast<std::size_t>(count)}, now());
  } else if (count == 0) {
    endpoint_.receive_eof(now());
    over_ = half_closed_ || endpoint_.end() != End::kOpen;
    // One that never ends TCP would be told of this again and again.
    if (!over_) over_ = !endpoint_.next_deadline();
  } else if (!would_block()) {
    over_ = true;
  }
}

void Connection::write() {
  output_ += endpoint_.take_output();
  while (!output_.empty()) {
    const ssize_t count = send(fd(), output_.data(), output_.size(), MSG_NOSIGNAL);
    if (count < 0) {
      if (!would_block()) over_ = true;
      return;
    }
    output_.erase(0, static_cast<std::size_t>(count));
  }
  if (endpoint_.end() == End::kReset) {
    const linger at_once{1, 0};
    setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    over_ = true;
  } else if (endpoint_.end() == End::kFin && !half_closed_) {
    half_closed_ = true;
    shutdown(fd(), SHUT_WR);
  }
}

Server::Server(Faults faults, int port)
    : faults_(faults), listener_(checked(socket(AF_INET, SOCK_STREAM, 0), "socket")) {
  sockaddr_in where = address("127.0.0.1", port);
  const int on = 1;
  setsockopt(listener_.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  checked(bind(listener_.fd(), reinterpret_cast<sockaddr*>(&where), sizeof where), "bind");
  checked(listen(listener_.fd(), SOMAXCONN), "listen");
  socklen_t size = sizeof where;
  checked(getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&where), &size), "getsockname");
  port_ = ntohs(where.sin_port);
}

void Server::run() {
  while (true) {
    std::vector<pollfd> polled{{listener_.fd(), POLLIN, 0}};
    int timeout = -1;
    for (const auto& connection : connections_) {
      polled.push_back({connection->fd(), connection->wanted(), 0});
      timeout = sooner(timeout, connection->timeout());
    }
    poll(polled.data(), polled.size(), timeout);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      Connection& connection = *connections_[i];
      if (polled[i + 1].revents != 0) connection.on_events(polled[i + 1].revents);
      if (!connection.over()) connection.tick();
    }
    connections_.erase(std::remove_if(connections_.begin(), connections_.end(),
                                      [](const auto& connection) { return connection->over(); }),
                       connections_.end());
    if (polled[0].revents == 0) continue;
    Socket accepted(accept(listener_.fd(), nullptr, nullptr));
    if (accepted.fd() < 0) continue;
    connections_.push_back(std::make_unique<Connection>(
        std::move(accepted), EndpointOptions{Role::kServer, faults_, {}, {}}));
  }
}

void run_client(Faults faults, const std::string& url) {
  const std::string rest = url.substr(5);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string authority = rest.substr(0, slash);
  const std::size_t colon = authority.find(':');
  const std::string digits =
      colon == std::string::npos ? std::string("80") : authority.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    throw std::invalid_argument("\"" + url + "\" has no port");
  }
  const sockaddr_in where = address(authority.substr(0, colon), std::stoi(digits));
  Socket opened(checked(socket(AF_INET, SOCK_STREAM, 0), "socket"));
  checked(connect(opened.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where), "connect");
  const std::string target = slash == rest.size() ? std::string("/") : rest.substr(slash);
  Connection connection(std::move(opened), {Role::kClient, faults, authority, target});
  while (!connection.over()) {
    pollfd polled{connection.fd(), connection.wanted(), 0};
    poll(&polled, 1, connection.timeout());
    if (polled.revents != 0) connection.on_events(polled.revents);
    if (!connection.over()) connection.tick();
  }
}

}  // namespace wsproof::faulty
