// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/escape.h"
#include "conformance/report/layout.h"
#include "tests/prove/page/style.h"
#include "tests/prove/report.h"

namespace wsproof::prove {
namespace {

// The blunt faults behind these say little of a case; matrix.json names all.
constexpr std::size_t kNamed = 12;

/// What a peer sent may stand in an account.
std::string escaped(std::string_view text) {
  return conformance::escaped_markup(conformance::printable_sentence(text));
}

/// A line of pixels for each fault, a column for each case.
std::string picture(const RoleMatrix& matrix) {
  std::string svg = fmt::format(
      "<div class=\"picture\"><svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" "
      "shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"{} faults by {} cases\">\n",
      matrix.cases.size(), 2 * matrix.rows.size(), matrix.rows.size(), matrix.cases.size());
  for (std::size_t y = 0; y < matrix.rows.size(); ++y) {
    const Row& row = matrix.rows[y];
    svg += fmt::format("<g><title>{}</title>", escaped(row.fault->name));
    for (std::size_t x = 0; x < row.marks.size();) {
      std::size_t end = x + 1;
      while (end < row.marks.size() && row.marks[end] == row.marks[x]) ++end;
      if (row.marks[x] != Mark::kNothing) {
        svg += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"2\"/>",
                           name(row.marks[x]), x, 2 * y, end - x);
      }
      x = end;
    }
    svg += "</g>\n";
  }
  return svg + "</svg></div>\n";
}

std::string excuse(const Exception* listed, std::string_view otherwise) {
  if (listed == nullptr) return fmt::format("<p class=\"open\">{}</p>", otherwise);
  return fmt::format("<p class=\"excused\">{}.</p>", escaped(listed->reason));
}

std::string fault_entry(const RoleMatrix& matrix, const Row& row,
                        const std::vector<Exception>& exceptions) {
  const std::size_t caught = row.count(Mark::kCaught);
  std::string html = fmt::format(
      "<details><summary><span class=\"count\">{}</span><b><code>{}</code></b> {}</summary>",
      caught, escaped(row.fault->name), escaped(row.fault->sentence));
  const auto add = [&](std::string_view words, Mark mark) {
    if (row.count(mark) == 0) return;
    html += fmt::format("<p>{}: {}</p>", words, conformance::id_ranges(matrix.marked(row, mark)));
  };
  add("Caught by", Mark::kCaught);
  add("Noticed, and no more, by", Mark::kNoticed);
  add("Failed by Autobahn's rules alone in", Mark::kAutobahn);
  if (caught == 0) {
    html +=
        excuse(find_exception(exceptions, Exception::Kind::kFault, matrix.role, row.fault->name),
               "No case catches it.");
  } else {
    html += fmt::format("<p class=\"soft\">First seen as: {}</p>", escaped(row.first_account));
  }
  return html + "</details>\n";
}

std::string case_entry(const RoleMatrix& matrix, std::size_t index,
                       const std::vector<Exception>& exceptions) {
  const conformance::Case& test_case = *matrix.cases[index];
  const std::vector<const Row*> caught = matrix.caught_by(index);
  std::string html =
      fmt::format("<details><summary><span class=\"count\">{}</span><b>{}</b> {}</summary><p>",
                  caught.size(), escaped(test_case.id), escaped(test_case.title));
  const std::size_t named = std::min(kNamed, caught.size());
  for (std::size_t i = 0; i < named; ++i) {
    html += fmt::format("{}<code>{}</code>&nbsp;({})", i == 0 ? "" : ", ",
                        escaped(caught[i]->fault->name), caught[i]->count(Mark::kCaught));
  }
  if (named < caught.size()) html += fmt::format(", and {} more", caught.size() - named);
  html += "</p>";
  if (caught.empty()) {
    html += excuse(find_exception(exceptions, Exception::Kind::kCase, matrix.role, test_case.id),
                   "No fault fails it.");
  }
  return html + "</details>\n";
}

std::string section(const RoleMatrix& matrix, const std::vector<Exception>& exceptions) {
  const std::string role = name(matrix.role);
  std::string html = fmt::format(
      "<h2 id=\"{0}\">As a {0}</h2>\n<p>{1} of {2} faults are caught, {3} of {4} cases are proven; "
      "{5} of them by a fault that fails less than half of the cases.</p>\n",
      role, matrix.faults_caught(), matrix.rows.size(), matrix.cases_proven(), matrix.cases.size(),
      matrix.cases_proven_sharply());
  html += picture(matrix);
  html += fmt::format("<h3 id=\"{0}-faults\">Faults of a {0}, and how many cases catch each</h3>\n",
                      role);
  for (const Row& row : matrix.rows) html += fault_entry(matrix, row, exceptions);
  html += fmt::format(
      "<h3 id=\"{0}-cases\">Cases for a {0}, and how many faults each catches</h3>\n", role);
  for (std::size_t i = 0; i < matrix.cases.size(); ++i) {
    html += case_entry(matrix, i, exceptions);
  }
  return html;
}

constexpr std::string_view kScript =
    "const entries = [...document.querySelectorAll('details')];\n"
    "document.querySelector('input').addEventListener('input', (event) => {\n"
    "  const word = event.target.value.trim().toLowerCase();\n"
    "  for (const entry of entries) {\n"
    "    entry.hidden = !entry.textContent.toLowerCase().includes(word);\n"
    "  }\n"
    "});\n";

}  // namespace

std::string html_report(const std::vector<RoleMatrix>& matrices,
                        const std::vector<Exception>& exceptions) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>wsproof: the kill matrix</title>\n<style>\n";
  for (const auto& file : style_files()) html += file.bytes;
  html += "</style>\n</head>\n<body>\n<h1>The kill matrix</h1>\n";
  html += fmt::format("<p>{}.</p>\n", escaped(last_line(matrices)));
  html +=
      "<p class=\"soft\">Every conformance case was run against an endpoint that is not built on "
      "wsproof's own protocol code: without faults, which it has to pass, and with each of the "
      "faults below switched on. A case is proven when a fault makes it fail.</p>\n<nav>";
  for (const RoleMatrix& matrix : matrices) {
    html += fmt::format(
        "<a href=\"#{0}\">As a {0}</a> <a href=\"#{0}-faults\">its faults</a> "
        "<a href=\"#{0}-cases\">its cases</a> ",
        name(matrix.role));
  }
  html +=
      "</nav>\n<ul class=\"key\"><li><i class=\"caught\"></i>caught: FAIL</li>"
      "<li><i class=\"noticed\"></i>noticed: worse than without the fault, but no FAIL</li>"
      "<li><i class=\"autobahn\"></i>fails by Autobahn's rules alone</li>"
      "<li><i class=\"not-run\"></i>not run in the short form</li></ul>\n"
      "<p><input type=\"search\" placeholder=\"A fault, a case or a word\" "
      "aria-label=\"Show only entries with this word\"></p>\n";
  for (const RoleMatrix& matrix : matrices) html += section(matrix, exceptions);
  html += "<script>\n";
  html += kScript;
  return html + "</script>\n</body>\n</html>\n";
}

}  // namespace wsproof::prove
