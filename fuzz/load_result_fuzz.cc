// SPDX-License-Identifier: Apache-2.0
// The reader of the load generator's results: a file is refused with one sentence, or it can be
// added up and told in every form, with figures that are figures. Data: the text of a file.
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/app/result_json.h"
#include "bench/app/result_reader.h"
#include "bench/load/html_report.h"
#include "bench/load/result.h"
#include "bench/load/text_report.h"
#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "fuzz/support/text.h"

namespace wsproof::fuzz {
namespace {

using load::Histogram;
using load::Result;

void check_histogram(const Histogram& histogram) {
  std::uint64_t before = histogram.min();
  for (const double percent : {0.0, 50.0, 99.0, 99.9, 100.0}) {
    const std::uint64_t value = histogram.at(percent);
    check(value >= before && value <= histogram.max(), "percentiles rise up to the greatest");
    before = value;
  }
  check(std::isfinite(histogram.mean()) && std::isfinite(histogram.standard_deviation()),
        "a histogram has a mean");
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void check_texts(const Result& result) {
  const std::string text = load::text_report(result);
  check(is_plain(text), "nothing of a file controls the terminal");
  const std::string hdr = load::hdr_report(result.latency);
  check(!has(hdr, "nan") && !has(hdr, "inf"), "percentiles are figures");
  // Only what we say ourselves.
  Result nameless = result;
  nameless.name = nameless.label = nameless.item = "x";
  nameless.failures.clear();
  for (const std::string& ours : {load::text_report(nameless), load::html_report({nameless})}) {
    check(!has(ours, "nan") && !has(ours, "inf"), "what is told is figures");
  }
}

void check_html(const std::vector<Result>& results) {
  const std::string page = load::html_report(results);
  for (const std::string_view tag : {"<script", "<style", "<!--", "<img", "<iframe"}) {
    check(count_of(page, tag) == (tag == "<style" ? 1U : 0U), "nothing of a file becomes markup");
  }
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  auto results = load::from_json(as_text(input.data()));
  if (!results) {
    check(!results.error().empty() && results.error().find('\n') == std::string::npos,
          "an error is one sentence");
    return;
  }
  const std::string written = load::to_json(*results);
  const auto again = load::from_json(written);
  check(again.has_value() && load::to_json(*again) == written, "results come back as they were");

  for (const Result& result : *results) {
    check_histogram(result.latency);
    check_histogram(result.lag);
    check_texts(result);
  }
  check_html(*results);
  if (results->empty()) return;
  Result all = results->front();
  for (const Result& result : *again) merge(all, result);
  check_histogram(all.latency);
  check_texts(all);
}

}  // namespace wsproof::fuzz
