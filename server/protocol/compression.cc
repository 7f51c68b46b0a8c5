// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/compression.h"

#include <cstddef>
#include <utility>

namespace wsproof {
namespace {

// Messages below these sizes are sent as they are. The end of each compressed message costs an
// octet or two, and a short text alone has little to say twice: English of 100 octets loses a tenth
// of its size for some 20 microseconds of work. With context takeover it can refer to the messages
// before it, and what is alike from message to message (the keys of JSON) is gone from the second
// on.
constexpr std::size_t kWorthAlone = 128;
constexpr std::size_t kWorthWithContext = 32;

}  // namespace

Compression::Compression(Role role, const DeflateParameters& agreed, const DeflateOptions& options)
    : inflater_(
          role == Role::kServer ? agreed.client_max_window_bits : agreed.server_max_window_bits,
          role == Role::kServer ? agreed.client_no_context_takeover
                                : agreed.server_no_context_takeover),
      context_takeover_(role == Role::kServer ? !agreed.server_no_context_takeover
                                              : !agreed.client_no_context_takeover) {
  const int window_bits =
      role == Role::kServer ? agreed.server_max_window_bits : agreed.client_max_window_bits;
  if (window_bits >= MessageDeflater::kMinWindowBits) {
    deflater_.emplace(window_bits, !context_takeover_, options.level, options.mem_level);
  }
}

bool Compression::deflate(Bytes message, std::vector<std::uint8_t>& out) {
  if (!deflater_) return false;
  if (message.size() < (context_takeover_ ? kWorthWithContext : kWorthAlone)) return false;
  worked_ = true;
  const std::size_t before = out.size();
  deflater_->push(message, true, out);
  // RFC 7692, 7.3: "If a side disallows context takeover, its endpoint can easily figure out
  // whether or not a certain message will be shorter if compressed." With takeover the message is
  // in the window, so the peer has to see it.
  if (!context_takeover_ && out.size() - before >= message.size()) {
    out.resize(before);
    return false;
  }
  return true;
}

void Compression::forget() {
  if (deflater_) deflater_->release();
}

void Compression::rest() {
  if (deflater_ && !std::exchange(worked_, false)) deflater_->release();
}

}  // namespace wsproof
