// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {
namespace {

/// A word that no dictionary has: without such words the text would be far more regular than one
/// that somebody wrote.
std::string coin_word(CorpusRandom& random) {
  constexpr std::array<std::string_view, 24> kStarts{"b",   "br", "d", "f",  "fl", "g",  "gr", "h",
                                                     "k",   "kl", "l", "m",  "n",  "pf", "r",  "s",
                                                     "sch", "st", "t", "tr", "w",  "z",  "v",  "j"};
  constexpr std::array<std::string_view, 14> kVowels{"a", "e",  "i",  "o",  "u",  "ä", "ö",
                                                     "ü", "ei", "ie", "au", "eu", "e", "a"};
  constexpr std::array<std::string_view, 18> kEnds{"n",  "r",  "l", "nd", "rt", "ng",
                                                   "ch", "st", "ß", "mm", "ck", "tz",
                                                   "ll", "rn", "",  "",   "s",  "t"};
  std::string word;
  for (std::size_t left = 1 + random.below(3); left > 0; --left) {
    word += random.pick(kStarts);
    word += random.pick(kVowels);
    word += random.pick(kEnds);
  }
  return word;
}

}  // namespace

// Verses: short lines, some empty, and now and then a name alone on its line.
std::string make_prose_corpus(std::size_t size) {
  CorpusRandom random(3);
  std::string text;
  while (text.size() < size) {
    if (random.chance(4)) {
      text += "\r\n\r\nDER ";
      text += random.pick(kCorpusWords);
      text += ":\r\n";
    }
    for (std::size_t words = 4 + random.below(5); words > 0; --words) {
      if (random.chance(38)) {
        text += coin_word(random);
      } else {
        text += random.pick_often(kCorpusWords);
      }
      if (words > 1) text += random.chance(9) ? ", " : " ";
    }
    text += random.chance(30) ? ".\r\n" : ",\r\n";
  }
  return cut_to_size(std::move(text), size);
}

}  // namespace wsproof::conformance
