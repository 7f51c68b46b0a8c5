// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wsproof::test {

/// A TCP client with nothing in between: blocking, and told nothing by a library. Waits are bounded
/// by ten seconds so that a broken peer fails a test rather than hanging it.
class RawSocket {
 public:
  /// A socket that is not connected, of IPv4 or IPv6.
  explicit RawSocket(bool ipv6 = false);
  /// Connected to this port of the loopback.
  static RawSocket to(std::uint16_t port, bool ipv6 = false);
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;

  /// False where the connection is refused.
  bool connect(std::uint16_t port);
  /// Keeps the kernel's buffers small, so that a peer that sends fills them soon. Before connect().
  void shrink_buffers();

  /// All of it, or false where the peer has gone or does not take it.
  bool send(std::string_view octets);
  /// As much as the kernel takes at once.
  std::size_t send_some(std::string_view octets);

  /// Waits for octets: at most `most`, as they come. Empty: see ended().
  std::string receive_some(std::size_t most = 65536);
  /// Waits for exactly so many; fewer where the peer ends first.
  std::string receive(std::size_t count);
  /// Up to and with `mark`.
  std::string receive_until(std::string_view mark);
  /// Everything until the end.
  std::string receive_all();
  /// Whether octets, or the end, are there now.
  [[nodiscard]] bool readable() const;

  enum class End : std::uint8_t { kNone, kFin, kReset, kTimeout };
  /// How the last receive found the connection to end.
  [[nodiscard]] End end() const { return end_; }

  void shutdown_write();
  /// RST.
  void reset();
  void close();
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  bool ipv6_ = false;
  End end_ = End::kNone;
};

}  // namespace wsproof::test
