// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {
namespace {

std::string sentence(CorpusRandom& random, std::size_t words) {
  std::string text;
  for (; words > 0; --words) {
    text += random.pick(kCorpusWords);
    if (words > 1) text += ' ';
  }
  // A character of four octets, so that slices have to mind them.
  if (random.chance(10)) text += " \U0001F6A2";
  return text;
}

std::string digits(CorpusRandom& random, std::size_t count) {
  std::string text;
  text += static_cast<char>('1' + random.below(9));
  while (text.size() < count) text += static_cast<char>('0' + random.below(10));
  return text;
}

}  // namespace

// Records of a measuring network: the same names again and again, numbers and texts between them.
std::string make_json_corpus(std::size_t size) {
  CorpusRandom random(1);
  std::string text = "{\n  \"stations\": [\n";
  while (text.size() < size) {
    text += "    {\n      \"id\": " + digits(random, 18);
    text += ",\n      \"created_at\": \"2024-0" + digits(random, 1) + "-1" + digits(random, 1) +
            "T1" + digits(random, 1) + ":3" + digits(random, 1) + ":00Z\"";
    text += ",\n      \"name\": \"" + std::string(random.pick(kCorpusWords)) + " " +
            digits(random, 3) + "\"";
    text += ",\n      \"description\": \"" + sentence(random, 6 + random.below(8)) + "\"";
    text += ",\n      \"position\": { \"latitude\": 5" + digits(random, 1) + "." +
            digits(random, 6) + ", \"longitude\": 1" + digits(random, 1) + "." + digits(random, 6) +
            " }";
    text += ",\n      \"is_active\": ";
    text += random.chance(80) ? "true" : "false";
    text += ",\n      \"maintained_by\": null,\n      \"readings\": [";
    for (std::size_t left = 1 + random.below(6); left > 0; --left) {
      text += digits(random, 2) + "." + digits(random, 2);
      if (left > 1) text += ", ";
    }
    text += "],\n      \"links\": { \"self\": \"https://stations.example/v1/" + digits(random, 18) +
            "\", \"map\": \"https://maps.example/" + digits(random, 8) + "\" }\n    },\n";
  }
  return cut_to_size(std::move(text), size);
}

}  // namespace wsproof::conformance
