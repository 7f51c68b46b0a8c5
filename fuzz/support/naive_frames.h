// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fuzz/support/frames.h"
#include "server/protocol/bytes.h"

namespace wsproof::fuzz {

/// The frames in a stream that is all there, read by the figure of RFC 6455 5.2 and by nothing
/// else: bit by bit, with no code in common with the parser that is tested.
[[nodiscard]] std::vector<SeenFrame> read_frames_naively(Bytes stream);

/// Whether the frames, up to and with frame `index`, are what a peer of this role may send under
/// RFC 6455 5, with permessage-deflate or without.
[[nodiscard]] bool is_legal_naively(const std::vector<SeenFrame>& frames, std::size_t index,
                                    bool from_client, bool deflate);

}  // namespace wsproof::fuzz
