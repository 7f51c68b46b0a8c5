// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "conformance/runner/runner.h"

namespace wsproof::conformance {

/// Shows how a run goes on: on a terminal one status line on standard error, rewritten in place;
/// elsewhere a plain line now and then, so that a CI job is not thought dead.
class ProgressView final : public RunObserver {
 public:
  /// `heading` is printed for each target, with the target's URL behind it.
  ProgressView(std::string heading, std::size_t width, bool status_line)
      : heading_(std::move(heading)), width_(width), status_line_(status_line) {}
  ~ProgressView() override { clear(); }
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  void on_target(const Target& target) override;
  void on_progress(const Progress& progress) override;
  void on_complaint(const std::string& sentence) override;
  /// Takes the status line away.
  void clear();

 private:
  std::string heading_;
  std::size_t width_;
  bool status_line_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

}  // namespace wsproof::conformance
