// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/app/units.h"

namespace wsproof {

/// A flag or a combination of flags that cannot be: one sentence that names it.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws "--port x: expected a whole number from 0 to 65535".
[[noreturn]] void refuse(const std::string& flag, const std::string& value,
                         const std::string& expected);

/// "64k", "2.5s": as the flags take them.
[[nodiscard]] std::string flag_text(std::uint64_t size);
[[nodiscard]] std::string flag_text(std::chrono::milliseconds duration);

/// Far above any machine's memory, far below where sums of sizes overflow.
inline constexpr std::uint64_t kMostFlagSize = 1ULL << 40;

/// The verbs in which the flags of a program are written down: each says its default, takes exactly
/// one value, and refuses a wrong one by a UsageError that names flag and value.
class Flags {
 public:
  explicit Flags(CLI::App& app) : app_(app) {}

  void group(const std::string& name) { group_ = name; }

  template <typename Integer>
  void size(const std::string& flag, Integer& target, const std::string& what) {
    add(flag, "SIZE", fmt::format("{} [{}]", what, flag_text(target)),
        [flag, &target](const std::string& value) {
          const auto size = parse_size(value);
          if (!size || *size < 1 || *size > kMostFlagSize) {
            refuse(flag, value, "a size such as 512, 64k or 16m, and at least 1");
          }
          target = static_cast<Integer>(*size);
        });
  }

  template <typename Integer>
  void number(const std::string& flag, Integer& target, std::uint64_t least, std::uint64_t most,
              const std::string& what) {
    add(flag, "N", fmt::format("{} [{}]", what, target),
        [flag, &target, least, most](const std::string& value) {
          const auto number = parse_number(value, least, most);
          if (!number) {
            refuse(flag, value, fmt::format("a whole number from {} to {}", least, most));
          }
          target = static_cast<Integer>(*number);
        });
  }

  void duration(const std::string& flag, std::chrono::milliseconds& target, bool zero_allowed,
                const std::string& what) {
    add(flag, "TIME", fmt::format("{} [{}]", what, flag_text(target)),
        [flag, &target, zero_allowed](const std::string& value) {
          const auto duration = parse_duration(value);
          if (!duration || (!zero_allowed && duration->count() == 0)) {
            refuse(flag, value,
                   fmt::format("a duration such as 10, 2.5s or 500ms{}",
                               zero_allowed ? "" : ", and more than 0"));
          }
          target = *duration;
        });
  }

  /// Without a default of its own; `take` has the value.
  void duration(const std::string& flag, const std::string& what,
                const std::function<void(std::chrono::milliseconds)>& take) {
    add(flag, "TIME", what, [flag, take](const std::string& value) {
      const auto duration = parse_duration(value);
      if (!duration) refuse(flag, value, "a duration such as 10, 2.5s or 500ms");
      take(*duration);
    });
  }

  void text(const std::string& flag, const std::string& type, std::string& target,
            const std::string& what) {
    add(flag, type, what, [flag, &target](const std::string& value) {
      if (value.empty()) refuse(flag, value, "something that is not empty");
      target = value;
    });
  }

  void on_off(const std::string& flag, bool& target, const std::string& what) {
    add(flag, "on|off", fmt::format("{} [{}]", what, target ? "on" : "off"),
        [flag, &target](const std::string& value) {
          if (value != "on" && value != "off") refuse(flag, value, "on or off");
          target = value == "on";
        });
  }

  void flag(const std::string& flag, bool& target, const std::string& what) {
    app_.add_flag(flag, target, what)->group(group_);
  }

  void add(const std::string& flag, const std::string& type, const std::string& what,
           const std::function<void(const std::string&)>& take) {
    app_.add_option_function<std::string>(flag, take, what)->type_name(type)->group(group_);
  }

  /// A flag that may stand several times.
  void add_each(const std::string& flag, const std::string& type, const std::string& what,
                const std::function<void(const std::string&)>& take) {
    app_.add_option_function<std::vector<std::string>>(
            flag,
            [take](const std::vector<std::string>& values) {
              for (const std::string& value : values) take(value);
            },
            what)
        ->type_name(type)
        ->type_size(1)
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false)
        ->group(group_);
  }

 private:
  CLI::App& app_;
  std::string group_ = "Options";
};

}  // namespace wsproof
