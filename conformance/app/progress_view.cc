// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/progress_view.h"

#include <cstdio>

#include "conformance/app/terminal.h"
#include "conformance/report/escape.h"

namespace wsproof::conformance {

void ProgressView::on_target(const Target& target) {
  clear();
  print(heading_ + printable_sentence(target.url) + '\n');
}

void ProgressView::on_progress(const Progress& progress) {
  if (status_line_) {
    // One column stays free: a full line makes some terminals wrap.
    const std::string line = "\r" + progress_line(progress, width_ - 1) + "\x1b[K";
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
    shown_ = true;
    return;
  }
  constexpr auto kBetweenLines = std::chrono::seconds(10);
  const auto now = std::chrono::steady_clock::now();
  if (now - last_line_ >= kBetweenLines) {
    last_line_ = now;
    print(plain_progress_line(progress) + '\n');
  }
}

void ProgressView::on_complaint(const std::string& sentence) {
  clear();
  std::fprintf(stderr, "wsproof: %s\n", printable_sentence(sentence).c_str());
}

void ProgressView::clear() {
  if (shown_) {
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    shown_ = false;
  }
}

}  // namespace wsproof::conformance
