// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/layout.h"
#include "tests/prove/report.h"

namespace wsproof::prove {
namespace {

constexpr std::size_t kNamed = 3;

std::string fault_lines(const RoleMatrix& matrix, const Row& row) {
  std::string text =
      fmt::format("{} {}: {}\n", name(matrix.role), row.fault->name, row.fault->sentence);
  const auto add = [&](std::string_view words, Mark mark) {
    const std::size_t count = row.count(mark);
    if (count == 0) return;
    text += fmt::format("  {} {} {}: {}\n", words, count, count == 1 ? "case" : "cases",
                        conformance::id_ranges(matrix.marked(row, mark)));
  };
  add("caught by", Mark::kCaught);
  add("noticed, and no more, by", Mark::kNoticed);
  add("failed by Autobahn's rules alone in", Mark::kAutobahn);
  if (row.count(Mark::kCaught) == 0) text += "  caught by no case\n";
  return text;
}

std::string case_line(const RoleMatrix& matrix, std::size_t index) {
  const std::vector<const Row*> caught = matrix.caught_by(index);
  std::string text = fmt::format("{} {} catches {} faults", name(matrix.role),
                                 matrix.cases[index]->id, caught.size());
  for (std::size_t i = 0; i < std::min(kNamed, caught.size()); ++i) {
    text += fmt::format("{} {} ({})", i == 0 ? ":" : ",", caught[i]->fault->name,
                        caught[i]->count(Mark::kCaught));
  }
  if (caught.size() > kNamed) text += ", ...";
  return text + "\n";
}

}  // namespace

std::string text_report(const std::vector<RoleMatrix>& matrices) {
  std::string text;
  for (const RoleMatrix& matrix : matrices) {
    for (const Row& row : matrix.rows) text += fault_lines(matrix, row);
    for (std::size_t i = 0; i < matrix.cases.size(); ++i) text += case_line(matrix, i);
  }
  for (const RoleMatrix& matrix : matrices) {
    text += fmt::format(
        "{}: {} of {} cases are proven by a fault that fails less than half of the cases\n",
        name(matrix.role), matrix.cases_proven_sharply(), matrix.cases.size());
  }
  return text;
}

std::string last_line(const std::vector<RoleMatrix>& matrices) {
  std::string faults = "faults caught";
  std::string cases = "cases proven";
  for (const RoleMatrix& matrix : matrices) {
    faults +=
        fmt::format(" {}/{} ({})", matrix.faults_caught(), matrix.rows.size(), name(matrix.role));
    cases +=
        fmt::format(" {}/{} ({})", matrix.cases_proven(), matrix.cases.size(), name(matrix.role));
  }
  return faults + ", " + cases;
}

}  // namespace wsproof::prove
