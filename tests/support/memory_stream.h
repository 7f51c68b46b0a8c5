// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace wsproof::test {

/// Counts operations and says which is to fail: the Nth, counted from 1; none where N is 0. A test
/// loops N upward until nothing fails any more, and has then been through every error branch.
class FailCount {
 public:
  explicit FailCount(std::size_t nth) : nth_(nth) {}

  /// One more operation: whether it is the one.
  [[nodiscard]] bool strikes() { return ++count_ == nth_; }
  [[nodiscard]] bool has_struck() const { return nth_ != 0 && count_ >= nth_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t nth_;
  std::size_t count_ = 0;
};

/// How the operation fails: as when TCP is reset, which both ends learn; or as when the peer's FIN
/// came in place of what it had sent.
enum class Fault { kReset, kEof };

/// Two ends of a connection in memory. Each end's reads, writes and shutdowns are operations that
/// count; one of them may fail.
class MemoryLink {
 public:
  MemoryLink(FailCount& fail_count, Fault fault) : fail_count_(fail_count), fault_(fault) {}

  struct Direction {
    std::string octets;
    bool ended = false;  ///< FIN is behind the octets
  };

  /// Whether this operation works. After a reset none does.
  [[nodiscard]] bool operate(Direction& reading) {
    if (lost_) return false;
    if (!fail_count_.strikes()) return true;
    if (fault_ == Fault::kEof) {
      reading.octets.clear();
      reading.ended = true;
      return true;
    }
    lost_ = true;
    return false;
  }
  void lose() { lost_ = true; }
  [[nodiscard]] bool lost() const { return lost_; }

  Direction to_server;
  Direction to_client;

 private:
  FailCount& fail_count_;
  Fault fault_;
  bool lost_ = false;
};

/// One end of a MemoryLink.
class MemoryStream {
 public:
  using Direction = MemoryLink::Direction;

  MemoryStream(MemoryLink& link, Direction& incoming, Direction& outgoing)
      : link_(link), incoming_(incoming), outgoing_(outgoing) {}

  enum class Status { kOctets, kNothing, kEof, kLost };
  struct Read {
    Status status;
    std::string octets{};
  };

  /// At most `most` octets of what the other end has written. Where there is nothing to read the
  /// call does not count, since no real stream would have made it.
  [[nodiscard]] Read read(std::size_t most) {
    if (!link_.lost() && incoming_.octets.empty() && !incoming_.ended) return {Status::kNothing};
    if (!link_.operate(incoming_)) return {Status::kLost};
    if (incoming_.octets.empty()) return {Status::kEof};
    Read read{Status::kOctets, incoming_.octets.substr(0, most)};
    incoming_.octets.erase(0, read.octets.size());
    return read;
  }

  /// False: the connection is lost.
  [[nodiscard]] bool write(std::string_view octets) {
    if (!link_.operate(incoming_)) return false;
    if (!outgoing_.ended) outgoing_.octets += octets;
    return true;
  }
  [[nodiscard]] bool shutdown() {
    if (!link_.operate(incoming_)) return false;
    outgoing_.ended = true;
    return true;
  }
  /// Never fails. The other end reads what is on its way, then the end.
  void close() { outgoing_.ended = true; }

 private:
  MemoryLink& link_;
  Direction& incoming_;
  Direction& outgoing_;
};

}  // namespace wsproof::test
