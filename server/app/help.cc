// SPDX-License-Identifier: Apache-2.0
#include "server/app/help.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace wsproof {
namespace {

constexpr std::size_t kColumns = 80;
// The longest names of flags, with what they take, have a line of their own.
constexpr std::size_t kNames = 28;

class Help final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return row(make_option_name(option, is_positional) + make_option_opts(option),
               make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return row(command->get_display_name(true), command->get_description());
  }
  std::string make_footer(const CLI::App* app) const override {
    return wrapped(CLI::Formatter::make_footer(app), kColumns);
  }

 private:
  static std::string row(const std::string& name, const std::string& description) {
    std::string out = "  " + name;
    if (!description.empty()) {
      // Two blanks at least stand between the columns.
      if (out.size() + 2 > kNames) {
        out += '\n' + std::string(kNames, ' ');
      } else {
        out.append(kNames - out.size(), ' ');
      }
      out += wrapped(description, kColumns - kNames, kNames);
    }
    return out + '\n';
  }
};

}  // namespace

void fit_help(CLI::App& app) { app.formatter(std::make_shared<Help>()); }

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = 0;  // columns of the line that is being written
  std::size_t begin = 0;
  while (begin < text.size()) {
    // A word with the blanks or the line break before it.
    const std::size_t word = std::min(text.find_first_not_of(" \n", begin), text.size());
    const std::size_t end = std::min(text.find_first_of(" \n", word), text.size());
    std::string_view gap = text.substr(begin, word - begin);
    const std::size_t breaks = gap.rfind('\n');
    if (breaks == std::string_view::npos && used > 0 && used + (end - begin) > width) {
      out += '\n' + std::string(indent, ' ');
      gap = {};
      used = 0;
    } else if (breaks != std::string_view::npos) {
      for (const char c : gap.substr(0, breaks + 1)) {
        if (c == '\n') out += c;
      }
      gap.remove_prefix(breaks + 1);
      out.append(word < text.size() ? indent : 0, ' ');
      used = 0;
    }
    out += gap;
    out += text.substr(word, end - word);
    used += gap.size() + (end - word);
    begin = end;
  }
  return out;
}

}  // namespace wsproof
