// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "server/protocol/bytes.h"

namespace wsproof {

/// UTF-8 by an automaton of tables, octet by octet, in the manner that Bjoern Hoehrmann made known:
/// one table gives the octet's class, the other the next state from state and class. What many
/// WebSocket libraries do; a peer for the benchmark.
class TableDecoder {
 public:
  [[nodiscard]] static bool is_valid(Bytes text) {
    std::uint8_t state = kAccept;
    for (const std::uint8_t octet : text) {
      state = kNext[static_cast<std::size_t>(state) * kClasses + kClass[octet]];
      if (state == kReject) return false;
    }
    return state == kAccept;
  }

 private:
  static constexpr std::size_t kClasses = 12;
  static constexpr std::uint8_t kAccept = 0;
  static constexpr std::uint8_t kReject = 8;

  // 0 ASCII; 1, 2, 3 continuations 80-8F, 90-9F, A0-BF; 4 C2-DF; 5 E0; 6 E1-EC, EE, EF; 7 ED;
  // 8 F0; 9 F1-F3; 10 F4; 11 never.
  static constexpr std::array<std::uint8_t, 256> kClass = [] {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t octet = 0; octet < 256; ++octet) {
      classes[octet] = octet < 0x80    ? 0
                       : octet < 0x90  ? 1
                       : octet < 0xA0  ? 2
                       : octet < 0xC0  ? 3
                       : octet < 0xC2  ? 11
                       : octet < 0xE0  ? 4
                       : octet == 0xE0 ? 5
                       : octet == 0xED ? 7
                       : octet < 0xF0  ? 6
                       : octet == 0xF0 ? 8
                       : octet < 0xF4  ? 9
                       : octet == 0xF4 ? 10
                                       : 11;
    }
    return classes;
  }();

  // States: 0 boundary, 1 to 3 so many continuations due, 4 behind E0, 5 ED, 6 F0, 7 F4, 8 wrong.
  static constexpr std::array<std::uint8_t, 9 * kClasses> kNext = [] {
    std::array<std::uint8_t, 9 * kClasses> next{};
    next.fill(kReject);
    const auto set = [&next](std::size_t state, std::size_t of, std::uint8_t to) {
      next[state * kClasses + of] = to;
    };
    set(0, 0, 0);
    set(0, 4, 1);
    set(0, 5, 4);
    set(0, 6, 2);
    set(0, 7, 5);
    set(0, 8, 6);
    set(0, 9, 3);
    set(0, 10, 7);
    for (const std::size_t continuation : {1U, 2U, 3U}) {
      set(1, continuation, 0);
      set(2, continuation, 1);
      set(3, continuation, 2);
    }
    set(4, 3, 1);
    set(5, 1, 1);
    set(5, 2, 1);
    set(6, 2, 2);
    set(6, 3, 2);
    set(7, 1, 2);
    return next;
  }();
};

}  // namespace wsproof
