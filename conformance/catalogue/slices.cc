// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/slices.h"

namespace wsproof::conformance {

std::vector<std::string_view> cut_slices(std::string_view corpus, std::uint64_t size, bool text) {
  std::vector<std::string_view> slices;
  std::size_t at = 0;
  while (size != 0 && corpus.size() - at >= size) {
    std::size_t length = static_cast<std::size_t>(size);
    const auto continues = [&](std::size_t place) {
      return place < corpus.size() && (static_cast<unsigned char>(corpus[place]) & 0xC0U) == 0x80U;
    };
    while (text && length > 1 && continues(at + length)) --length;
    slices.push_back(corpus.substr(at, length));
    at += length;
  }
  return slices;
}

}  // namespace wsproof::conformance
