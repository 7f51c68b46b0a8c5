// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {

std::uint64_t CorpusRandom::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

std::string cut_to_size(std::string text, std::size_t size) {
  std::size_t end = text.size() < size ? text.size() : size;
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  text.resize(end);
  text.resize(size, ' ');
  return text;
}

}  // namespace wsproof::conformance
