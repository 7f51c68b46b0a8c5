// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/message_series.h"

#include <map>
#include <tuple>
#include <utility>

#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/slices.h"
#include "server/protocol/bytes.h"

namespace wsproof::conformance {
namespace {

constexpr int kMemLevel = 8;

using Key = std::tuple<std::string, std::uint64_t, bool, std::optional<Compression>>;

}  // namespace

std::shared_ptr<MessageSeries> MessageSeries::of(const Exchange& exchange,
                                                 const std::optional<Compression>& compression) {
  if (exchange.corpus.empty()) return std::make_shared<MessageSeries>(exchange, compression);
  // All series of the catalogue together are some 20 MB.
  thread_local std::map<Key, std::shared_ptr<MessageSeries>> known;
  auto& series = known[{exchange.corpus, exchange.slice, exchange.binary, compression}];
  if (series == nullptr) series = std::make_shared<MessageSeries>(exchange, compression);
  return series;
}

MessageSeries::MessageSeries(const Exchange& exchange,
                             const std::optional<Compression>& compression)
    : compression_(compression) {
  const std::string* corpus = find_corpus(exchange.corpus);
  if (corpus != nullptr) messages_ = cut_slices(*corpus, exchange.slice, !exchange.binary);
  if (messages_.empty()) {
    payload_ = exchange.payload.octets();
    messages_ = {payload_};
  }
  if (!compression_) return;
  deflater_.emplace(compression_->window_bits, compression_->no_context_takeover,
                    compression_->level, kMemLevel);
  if (compression_->no_context_takeover) return;
  const std::uint64_t window = std::uint64_t{1} << static_cast<unsigned>(compression_->window_bits);
  std::uint64_t round = 0;
  for (const std::string_view one : messages_) round += one.size();
  for (std::uint64_t before = 0; before < window && round != 0; ++warm_) {
    before += message(warm_).size();
  }
}

std::string_view MessageSeries::message(std::uint64_t index) const {
  return messages_[static_cast<std::size_t>(index % messages_.size())];
}

/// A message is compressed anew until the window before it is full, and the messages have come
/// round once since: then it has been compressed behind the very same octets.
std::uint64_t MessageSeries::place_on_wire(std::uint64_t index) const {
  return index < warm_ ? index : warm_ + (index - warm_) % messages_.size();
}

std::string_view MessageSeries::on_wire(std::uint64_t index) {
  if (!compression_) return message(index);
  const std::uint64_t place = place_on_wire(index);
  while (on_wire_.size() <= place) {
    std::vector<std::uint8_t> out;
    deflater_->push(as_bytes(message(on_wire_.size())), true, out);
    on_wire_.emplace_back(as_text(out));
  }
  return on_wire_[static_cast<std::size_t>(place)];
}

}  // namespace wsproof::conformance
