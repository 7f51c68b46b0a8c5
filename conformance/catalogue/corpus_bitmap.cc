// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {
namespace {

void put_number(std::string& octets, std::size_t value, std::size_t size) {
  for (; size > 0; --size) {
    octets += static_cast<char>(static_cast<unsigned char>(value & 0xFFU));
    value >>= 8U;
  }
}

}  // namespace

// A Windows bitmap of 8 bits a pixel: soft shapes, and the noise that a camera adds. The noise
// makes it compress about as badly as a photograph.
std::string make_bitmap_corpus(std::size_t side) {
  constexpr std::size_t kHeaders = 14 + 40 + 4 * 256;
  std::string octets = "BM";
  put_number(octets, kHeaders + side * side, 4);
  put_number(octets, 0, 4);
  put_number(octets, kHeaders, 4);
  put_number(octets, 40, 4);
  put_number(octets, side, 4);
  put_number(octets, side, 4);
  put_number(octets, 1, 2);
  put_number(octets, 8, 2);
  put_number(octets, 0, 4);
  put_number(octets, side * side, 4);
  put_number(octets, 2835, 4);
  put_number(octets, 2835, 4);
  put_number(octets, 256, 4);
  put_number(octets, 0, 4);
  for (std::size_t grey = 0; grey < 256; ++grey) put_number(octets, grey * 0x010101U, 4);

  CorpusRandom random(2);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      // Integers alone: floating point may differ from machine to machine.
      const std::size_t ring = ((x * x + 2 * y * y) / 1500) % 160;
      const std::size_t shape = ring < 80 ? ring : 160 - ring;
      const std::size_t noise = random.below(8) + random.below(8);
      const std::size_t grey = std::min<std::size_t>(255, 40 + shape + x / 8 + noise);
      octets += static_cast<char>(static_cast<unsigned char>(grey));
    }
  }
  return octets;
}

}  // namespace wsproof::conformance
