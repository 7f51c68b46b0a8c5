// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace wsproof::conformance {
namespace {

bool is_terminal(int descriptor) {
  const char* name = std::getenv("TERM");
  return isatty(descriptor) == 1 && (name == nullptr || std::string_view(name) != "dumb");
}

}  // namespace

std::size_t output_width() {
  winsize size{};
  if (!is_terminal(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return 80;
  }
  // Narrower, the wire log has no room; wider, sentences are hard to read.
  return std::clamp<std::size_t>(size.ws_col, 40, 100);
}

bool use_colour(Colour wanted) {
  if (wanted != Colour::kAuto) {
    return wanted == Colour::kAlways;
  }
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && is_terminal(STDOUT_FILENO);
}

bool has_status_line() { return is_terminal(STDERR_FILENO); }

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace wsproof::conformance
