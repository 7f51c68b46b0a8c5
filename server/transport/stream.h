// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "server/protocol/bytes.h"

namespace wsproof {

/// Why a transport failed: libuv's name ("ECONNRESET") and a sentence.
struct TransportError {
  int code = 0;  ///< libuv's negative number
  std::string name;
  std::string message;
};

/// What a stream tells its owner. The owner may close the stream from within any call.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  /// Octets arrived. They lie in the loop's receive buffer and may be changed until the call
  /// returns.
  virtual void on_data(MutableBytes bytes) = 0;
  /// The peer ended its half; nothing more will arrive.
  virtual void on_eof() = 0;
  /// The connection is lost (reset, timed out); nothing can be sent any more.
  virtual void on_error(const TransportError& error) = 0;
  /// All that was written has left, after pending() had been above zero at the end of a tick.
  virtual void on_drained() {}
};

/// A connected, ordered stream of octets: TCP now, TLS behind the same face.
///
/// Destroying a Stream closes it; libuv's handle lives on by itself until its close callback.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Sets who is told; starts reading.
  virtual void start(StreamHandler& handler) = 0;

  /// Writes `head` then `body`, in order with what was written before. Octets are gathered and
  /// leave together at the end of the tick; they are copied where they cannot leave during this
  /// call. After shutdown(), close(), reset() or a failure they are dropped.
  virtual void write(Bytes head, Bytes body = {}) = 0;

  /// The same for octets that many receivers share: a reference is held until they have left.
  virtual void write_shared(std::shared_ptr<const std::string> octets) = 0;

  /// Sends what is gathered at once, as one segment of its own as far as TCP allows it.
  virtual void flush() = 0;

  /// Octets accepted by write() that the kernel has not taken yet.
  [[nodiscard]] virtual std::size_t pending() const = 0;

  /// Back-pressure: no on_data until resume_reading().
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  /// FIN once everything pending has left; reading goes on.
  virtual void shutdown() = 0;
  /// Ends at once with RST where the transport knows it; nothing pending is sent.
  virtual void reset() = 0;
  /// Closes at once without a FIN handshake of our own making; nothing pending is sent. No call to
  /// the handler follows.
  virtual void close() = 0;

  /// "127.0.0.1:4711", "[::1]:4711".
  [[nodiscard]] virtual std::string peer_address() const = 0;
};

}  // namespace wsproof
