// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/corpus_random.h"

namespace wsproof::conformance {

// An article with headings, links, tables and a good many attributes.
std::string make_html_corpus(std::size_t size) {
  CorpusRandom random(4);
  constexpr std::array<std::string_view, 6> kClasses{"infobox", "reference", "plain links",
                                                     "toc",     "navbox",    "thumb right"};
  const auto word = [&random] { return std::string(random.pick(kCorpusWords)); };
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"de\">\n<head><meta charset=\"utf-8\"><title>Küste</title>"
      "</head>\n<body>\n";
  while (text.size() < size) {
    if (random.chance(12)) {
      const std::string heading = word();
      text += "<h2><span class=\"headline\" id=\"" + heading + "\">" + heading + "</span></h2>\n";
    }
    if (random.chance(10)) {
      text += "<table class=\"" + std::string(random.pick(kClasses)) + "\">\n";
      for (std::size_t rows = 2 + random.below(5); rows > 0; --rows) {
        text += "<tr><th scope=\"row\">" + word() + "</th><td align=\"right\">" +
                std::to_string(random.below(100'000)) + "</td><td>" + word() + " → " + word() +
                "</td></tr>\n";
      }
      text += "</table>\n";
    }
    text += "<p>";
    for (std::size_t words = 20 + random.below(40); words > 0; --words) {
      if (random.chance(12)) {
        const std::string target = word();
        text += "<a href=\"/wiki/" + target + "_" + std::to_string(random.below(1000)) +
                "\" title=\"" + target + "\">" + target + "</a> ";
      } else {
        text += random.pick_often(kCorpusWords);
        text += ' ';
      }
    }
    text += "</p>\n";
  }
  return cut_to_size(std::move(text), size);
}

}  // namespace wsproof::conformance
