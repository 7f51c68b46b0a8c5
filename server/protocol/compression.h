// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/deflate.h"
#include "server/protocol/extension.h"
#include "server/protocol/frame_rules.h"

namespace wsproof {

/// permessage-deflate as one end of one connection uses it: its inflater for what the peer sends,
/// its deflater for what it sends itself, each with the parameters of its own direction.
class Compression {
 public:
  /// `role` is this end's.
  Compression(Role role, const DeflateParameters& agreed, const DeflateOptions& options);

  [[nodiscard]] MessageInflater& inflater() { return inflater_; }

  /// Appends the compressed form of a whole message to `out` and says true. Says false, with `out`
  /// as it was, where the message is better sent as it is. Where it throws, what was compressed is
  /// forgotten, and what comes next refers to nothing before it.
  [[nodiscard]] bool deflate(Bytes message, std::vector<std::uint8_t>& out);

  /// The peer has not been sent what was compressed last: nothing may refer to it.
  void forget();

  /// Called now and then while the peer is silent: gives back the deflater's state, its window with
  /// it, where nothing was compressed since the last call. A peer does not notice: what refers to
  /// less than it remembers is as good.
  void rest();

 private:
  MessageInflater inflater_;
  std::optional<MessageDeflater> deflater_;  // none where zlib has no window as small as agreed
  bool context_takeover_;                    // of the deflater
  bool worked_ = false;                      // since the last rest()
};

}  // namespace wsproof
