// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/exceptions.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace wsproof::prove {
namespace {

using faulty::Role;

/// The word at the beginning of the line, and the blank behind it, taken off.
std::string take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  std::string word(line.substr(0, end));
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

Exception read_line(std::string_view line, int number) {
  const auto wrong = [number](std::string_view why) {
    return std::invalid_argument(fmt::format("line {}: {}", number, why));
  };
  Exception exception;
  exception.line = number;
  const std::string kind = take_word(line);
  if (kind != "fault" && kind != "case")
    throw wrong("it begins with neither \"fault\" nor \"case\"");
  if (kind == "case") exception.kind = Exception::Kind::kCase;
  const std::string role = take_word(line);
  if (role == "server") {
    exception.role = Role::kServer;
  } else if (role == "client") {
    exception.role = Role::kClient;
  } else if (role != "both") {
    throw wrong(fmt::format("\"{}\" is not server, client or both", role));
  }
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon + 2 == line.size())
    throw wrong("there is no reason");
  exception.name = line.substr(0, colon);
  exception.reason = line.substr(colon + 2);
  if (exception.kind == Exception::Kind::kFault && faulty::find_fault(exception.name) == nullptr) {
    throw wrong(fmt::format("there is no fault \"{}\"", exception.name));
  }
  return exception;
}

}  // namespace

std::vector<Exception> read_exceptions(std::string_view text) {
  std::vector<Exception> exceptions;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line[0] != '#') exceptions.push_back(read_line(line, number));
  }
  return exceptions;
}

const Exception* find_exception(const std::vector<Exception>& exceptions, Exception::Kind kind,
                                Role role, std::string_view name) {
  const auto found =
      std::find_if(exceptions.begin(), exceptions.end(), [&](const Exception& exception) {
        return exception.kind == kind && exception.name == name &&
               exception.role.value_or(role) == role;
      });
  return found == exceptions.end() ? nullptr : &*found;
}

std::vector<std::string> find_complaints(const std::vector<RoleMatrix>& matrices,
                                         const std::vector<Exception>& exceptions) {
  std::vector<std::string> complaints;
  std::vector<const Exception*> needed;
  for (const RoleMatrix& matrix : matrices) {
    const char* role = name(matrix.role);
    for (const Disagreement& one : matrix.disagreements) {
      complaints.push_back(fmt::format("{} {}: the {} without faults gets {}: {}", role,
                                       one.case_id, role, one.verdict, one.account));
    }
    const auto check = [&](Exception::Kind kind, std::string_view what, std::string_view sentence) {
      const Exception* listed = find_exception(exceptions, kind, matrix.role, what);
      if (listed == nullptr) {
        complaints.push_back(fmt::format("{} {}: {}", role, what, sentence));
      } else {
        needed.push_back(listed);
      }
    };
    for (const Row& row : matrix.rows) {
      if (row.count(Mark::kCaught) != 0) continue;
      check(Exception::Kind::kFault, row.fault->name, "no case catches this fault");
    }
    for (std::size_t i = 0; i < matrix.cases.size(); ++i) {
      if (!matrix.caught_by(i).empty()) continue;
      check(Exception::Kind::kCase, matrix.cases[i]->id, "no fault fails this case");
    }
  }
  for (const Exception& exception : exceptions) {
    if (std::find(needed.begin(), needed.end(), &exception) != needed.end()) continue;
    complaints.push_back(fmt::format("line {} of the exceptions, {}: nothing needs it any more",
                                     exception.line, exception.name));
  }
  return complaints;
}

}  // namespace wsproof::prove
