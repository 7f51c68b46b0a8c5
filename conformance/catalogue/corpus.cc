// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus.h"

namespace wsproof::conformance {
namespace {

// Octets of the Autobahn Testsuite's files of the same kind.
constexpr std::size_t kJsonSize = 194'056;
constexpr std::size_t kHtmlSize = 263'647;
constexpr std::size_t kProseSize = 222'218;
constexpr std::size_t kDocumentSize = 1'042'328;
// 512 by 512 pixels, a palette and two headers are 263,222 octets.
constexpr std::size_t kBitmapSide = 512;

const std::string& json() {
  static const std::string octets = make_json_corpus(kJsonSize);
  return octets;
}

const std::string& html() {
  static const std::string octets = make_html_corpus(kHtmlSize);
  return octets;
}

const std::string& prose() {
  static const std::string octets = make_prose_corpus(kProseSize);
  return octets;
}

const std::string& bitmap() {
  static const std::string octets = make_bitmap_corpus(kBitmapSide);
  return octets;
}

const std::string& document() {
  static const std::string octets = make_document_corpus(kDocumentSize);
  return octets;
}

}  // namespace

const std::string* find_corpus(std::string_view name) {
  if (name == "json") return &json();
  if (name == "html") return &html();
  if (name == "prose") return &prose();
  if (name == "bitmap") return &bitmap();
  if (name == "document") return &document();
  return nullptr;
}

std::vector<std::string_view> corpus_names() {
  return {"bitmap", "document", "html", "json", "prose"};
}

}  // namespace wsproof::conformance
