// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// What both sides agreed on (RFC 7692 7.1), in the words of one direction each.
struct Compression {
  int server_bits = 15;
  int client_bits = 15;
  bool server_forgets = false;  ///< server_no_context_takeover
  bool client_forgets = false;
};

/// Messages of the peer, inflated with zlib.
class Inflater {
 public:
  Inflater(bool forgets, const Faults& faults);

  /// A piece of a message's payload; `last`: its end. Nothing where it is no deflate.
  [[nodiscard]] std::optional<std::string> push(std::string_view piece, bool last);

 private:
  [[nodiscard]] bool run(std::string_view octets, std::string& out);

  struct End {
    void operator()(z_stream* stream) const;
  };
  const Faults& faults_;
  bool forgets_;
  bool over_ = false;  ///< behind a block that is marked as the last
  std::unique_ptr<z_stream, End> stream_;
};

/// Messages of our own, deflated with zlib.
class Deflater {
 public:
  Deflater(int bits, bool forgets, const Faults& faults);

  [[nodiscard]] std::string message(std::string_view octets);

 private:
  struct End {
    void operator()(z_stream* stream) const;
  };
  const Faults& faults_;
  bool forgets_;
  std::unique_ptr<z_stream, End> stream_;
};

}  // namespace wsproof::faulty
