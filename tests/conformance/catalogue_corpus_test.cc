// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/shorten.h"
#include "conformance/catalogue/slices.h"
#include "server/protocol/deflate.h"
#include "server/protocol/utf8.h"

namespace wsproof::conformance {
namespace {

double compressed_size(std::string_view octets) {
  MessageDeflater deflater(15, false, 6, 8);
  std::vector<std::uint8_t> out;
  deflater.push(as_bytes(octets), true, out);
  return static_cast<double>(out.size()) / static_cast<double>(octets.size());
}

TEST(Corpus, HasTheSizesOfAutobahnsFiles) {
  const std::map<std::string_view, std::size_t> sizes{{"bitmap", 263'222},
                                                      {"document", 1'042'328},
                                                      {"html", 263'647},
                                                      {"json", 194'056},
                                                      {"prose", 222'218}};
  for (const std::string_view name : corpus_names()) {
    ASSERT_NE(find_corpus(name), nullptr) << name;
    EXPECT_EQ(find_corpus(name)->size(), sizes.at(name)) << name;
  }
  EXPECT_EQ(corpus_names().size(), sizes.size());
  EXPECT_EQ(find_corpus("music"), nullptr);
}

TEST(Corpus, CompressesAsItsKindDoes) {
  const auto ratio = [](std::string_view name) { return compressed_size(*find_corpus(name)); };
  EXPECT_GT(ratio("json"), 0.10);
  EXPECT_LT(ratio("json"), 0.35);
  EXPECT_GT(ratio("html"), 0.10);
  EXPECT_LT(ratio("html"), 0.40);
  EXPECT_GT(ratio("prose"), 0.30);
  EXPECT_LT(ratio("prose"), 0.60);
  EXPECT_GT(ratio("bitmap"), 0.50);
  EXPECT_LT(ratio("bitmap"), 0.95);
  EXPECT_GT(ratio("document"), 0.95);
}

TEST(Corpus, TextIsUtf8WithCharactersOfSeveralOctets) {
  for (const std::string_view name : {"json", "html", "prose"}) {
    const std::string& octets = *find_corpus(name);
    EXPECT_FALSE(find_invalid_utf8(as_bytes(octets)).has_value()) << name;
    EXPECT_NE(octets.find('\xC3'), std::string::npos) << name;
  }
  EXPECT_NE(find_corpus("json")->find("\xF0"), std::string::npos);
}

TEST(Corpus, IsMadeTheSameAgain) {
  EXPECT_EQ(make_json_corpus(10'000),
            find_corpus("json")->substr(0, 9'990) + make_json_corpus(10'000).substr(9'990));
  EXPECT_EQ(make_bitmap_corpus(512), *find_corpus("bitmap"));
}

TEST(Slices, FollowEachOtherAndLeaveTheRestOut) {
  EXPECT_EQ(cut_slices("abcdefgh", 3, false), (std::vector<std::string_view>{"abc", "def"}));
  EXPECT_EQ(cut_slices("abcdef", 3, false), (std::vector<std::string_view>{"abc", "def"}));
  EXPECT_TRUE(cut_slices("ab", 3, false).empty());
}

TEST(Slices, OfTextEndOnCodePoints) {
  EXPECT_EQ(cut_slices("ab\xC3\xA4"
                       "cdef",
                       3, true),
            (std::vector<std::string_view>{"ab",
                                           "\xC3\xA4"
                                           "c",
                                           "def"}));
  for (const std::string_view name : {"json", "html"}) {
    for (const std::uint64_t size : {16U, 64U, 1024U, 131'072U}) {
      for (const std::string_view slice : cut_slices(*find_corpus(name), size, true)) {
        ASSERT_FALSE(find_invalid_utf8(as_bytes(slice)).has_value()) << name << " " << size;
        ASSERT_LE(slice.size(), size);
        ASSERT_GT(slice.size() + 4, size);
      }
    }
  }
}

TEST(Shorten, LeavesFewerMessagesAndExpectsNoMore) {
  std::vector<Case> catalogue = load_catalogue(embedded_case_files());
  shorten_exchanges(catalogue, 7);
  std::size_t shortened = 0;
  for (const Case& test_case : catalogue) {
    for (const Step& step : test_case.steps) {
      const auto* exchange = std::get_if<Exchange>(&step);
      if (exchange == nullptr) continue;
      ++shortened;
      EXPECT_EQ(exchange->count, 7U);
      EXPECT_EQ(test_case.expect.at(0).events.at(0).count, 7U);
    }
  }
  EXPECT_EQ(shortened, 12U + 90U + 126U);
}

}  // namespace
}  // namespace wsproof::conformance
