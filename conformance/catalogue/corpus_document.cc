// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {

// Objects whose streams look as though they were compressed before, with a little text between.
std::string make_document_corpus(std::size_t size) {
  CorpusRandom random(5);
  std::string octets = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  for (std::size_t number = 1; octets.size() < size; ++number) {
    const std::size_t length = 2'000 + random.below(30'000);
    octets += std::to_string(number) + " 0 obj\n<< /Length " + std::to_string(length) +
              " /Filter /FlateDecode >>\nstream\n";
    for (std::size_t left = length; left > 0; --left) {
      octets += static_cast<char>(static_cast<unsigned char>(random.next() >> 56U));
    }
    octets += "\nendstream\nendobj\n";
  }
  octets.resize(size);
  return octets;
}

}  // namespace wsproof::conformance
