// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/report/escape.h"
#include "conformance/report/wire.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

using Lines = std::vector<std::string>;

TEST(Wire, shows_direction_name_length_and_payload) {
  const SampleRun sample;
  EXPECT_EQ(wire_lines(sample.run.agents[0].results[0], 20, 78),
            (Lines{"     0.0 ms     TCP connected", "     0.0 ms  -> handshake  GET / HTTP/1.1",
                   "     0.4 ms  <- handshake  HTTP/1.1 101 Switching Protocols",
                   "     0.4 ms  -> text                       5  \"Hello\"",
                   "     0.9 ms  <- text                       5  \"Hello\"",
                   "     0.9 ms  -> close                      2  1000",
                   "     1.4 ms  <- close                      2  1000",
                   "     1.6 ms  <- TCP ended (FIN)"}));
}

TEST(Wire, tells_unusual_bits_and_draws_equals_together) {
  const SampleRun sample;
  EXPECT_EQ(wire_lines(sample.run.agents[0].results[1], 4, 78),
            (Lines{"                (3 lines before)",
                   "     0.4 ms  -> continuation FIN=0 RSV=4       2  00 ff",
                   "     0.9 ms  <- text                       5  \"Hello\"",
                   "     0.9 ms  <- ping                       0  (2 times)",
                   "  1001.0 ms  -> TCP dropped"}));
}

TEST(Wire, keeps_to_its_width) {
  SampleRun sample;
  for (const CaseResult& result : sample.with_hostile_peer().run.agents[0].results) {
    for (std::size_t width = 40; width <= 100; ++width) {
      for (const std::string& line : wire_lines(result, 30, width)) {
        EXPECT_LE(columns(line), width) << line;
      }
    }
  }
}

TEST(Wire, tells_close_bodies_in_words) {
  EXPECT_EQ(close_body("", 0, 20), "no code");
  EXPECT_EQ(close_body("\x03", 1, 20), "03");
  EXPECT_EQ(close_body("\x03\xe8", 2, 20), "1000");
  EXPECT_EQ(close_body("\x03\xea"
                       "why",
                       5, 20),
            "1002 \"why\"");
}

}  // namespace
}  // namespace wsproof::conformance
