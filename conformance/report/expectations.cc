// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "conformance/catalogue/catalogue.h"
#include "conformance/report/escape.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The words of the part before the comment; a list may have commas.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBetween = ", \t\r\v\f";
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBetween, end);
  }
  return words;
}

std::string all_verdicts() {
  std::string out;
  for (const auto& one : Names<Verdict>::kAll) {
    out += (out.empty() ? "" : ", ") + std::string(one.name);
  }
  return out;
}

/// Reads the line into `line`; what is wrong with it, or "".
std::string read_line(std::string_view text, const std::vector<Case>& catalogue,
                      ExpectationLine& line) {
  const std::size_t comment = text.find('#');
  if (comment != std::string_view::npos) {
    line.reason = trimmed(text.substr(comment + 1));
  }
  const std::vector<std::string_view> words = words_of(text.substr(0, comment));
  if (words.empty()) {
    return "";
  }
  line.pattern = words.front();
  try {
    for (const Case* one : select_cases(catalogue, {line.pattern}, {})) {
      line.ids.push_back(one->id);
    }
  } catch (const std::invalid_argument&) {
    return fmt::format("no case matches \"{}\"; `wsproof list` shows all ids",
                       printable(line.pattern));
  }
  line.exact = line.ids.size() == 1 && line.ids.front() == line.pattern;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto verdict = from_name<Verdict>(words[i]);
    if (!verdict) {
      return fmt::format("\"{}\" is not a verdict; those are {}", printable(words[i]),
                         all_verdicts());
    }
    if (!allows(line, *verdict)) {
      line.verdicts.push_back(*verdict);
    }
  }
  return line.verdicts.empty() ? fmt::format("no verdict behind \"{}\", as in: {} FAIL",
                                             printable(line.pattern), printable(line.pattern))
                               : "";
}

}  // namespace

const ExpectationLine* Expectations::find(std::string_view case_id) const {
  const ExpectationLine* found = nullptr;
  for (const ExpectationLine& line : lines) {
    if (line.exact && line.pattern == case_id) {
      return &line;
    }
    if (!line.exact && std::find(line.ids.begin(), line.ids.end(), case_id) != line.ids.end()) {
      found = &line;
    }
  }
  return found;
}

tl::expected<Expectations, std::string> parse_expectations(const std::string& name,
                                                           std::string_view text,
                                                           const std::vector<Case>& catalogue) {
  Expectations out;
  out.name = name;
  const auto wrong = [&](const std::string& what) {
    return tl::unexpected(fmt::format("{}:{}: {}", name, out.lines.size() + 1, what));
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ExpectationLine line;
    line.number = out.lines.size() + 1;
    line.text = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const std::string what = read_line(line.text, catalogue, line); !what.empty()) {
      return wrong(what);
    }
    const auto twin =
        std::find_if(out.lines.begin(), out.lines.end(), [&](const ExpectationLine& one) {
          return !line.pattern.empty() && one.pattern == line.pattern;
        });
    if (twin != out.lines.end()) {
      return wrong(fmt::format("\"{}\" stands in line {} already; several verdicts go on one line",
                               printable(line.pattern), twin->number));
    }
    out.lines.push_back(std::move(line));
  }
  return out;
}

bool allows(const ExpectationLine& line, Verdict verdict) {
  return std::find(line.verdicts.begin(), line.verdicts.end(), verdict) != line.verdicts.end();
}

std::string verdict_words(const std::vector<Verdict>& verdicts) {
  std::string out;
  for (const Verdict verdict : verdicts) {
    out += (out.empty() ? "" : " or ") + std::string(name(verdict));
  }
  return out;
}

}  // namespace wsproof::conformance
