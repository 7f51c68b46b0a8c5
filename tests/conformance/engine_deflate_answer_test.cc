// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/engine/deflate_answer.h"

namespace wsproof::test {
namespace {

using conformance::answer_as_wanted;
using conformance::check_deflate_answer;
using conformance::Findings;

constexpr const char* kPlain = "permessage-deflate; client_max_window_bits";

/// The sections that the answer goes against, and a '*' where that is fatal.
std::string faults(const std::vector<std::string>& offers, const std::string& answer) {
  Findings findings;
  DeflateParameters parameters;
  check_deflate_answer(offers, parse_extensions(answer)->front(), {}, findings, parameters);
  std::string text;
  for (const auto& finding : findings.all()) {
    text += (text.empty() ? "" : " ") + finding.section.substr(9) + (finding.fatal ? "*" : "");
  }
  return text;
}

std::string offer(const std::string& more) { return std::string(kPlain) + "; " + more; }

TEST(DeflateAnswer, ThatFitsIsNoFault) {
  EXPECT_EQ(faults({kPlain}, "permessage-deflate"), "");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; client_max_window_bits=9"), "");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; server_max_window_bits=9"), "");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; client_no_context_takeover"), "");
  EXPECT_EQ(
      faults({offer("server_max_window_bits=10")}, "permessage-deflate; server_max_window_bits=9"),
      "");
}

TEST(DeflateAnswer, ThatIgnoresTheOfferIsAFault) {
  EXPECT_EQ(faults({offer("server_no_context_takeover")}, "permessage-deflate"), "7.1.1.1*");
  EXPECT_EQ(faults({offer("server_max_window_bits=9")}, "permessage-deflate"), "7.1.2.1*");
  EXPECT_EQ(faults({offer("server_max_window_bits=15")}, "permessage-deflate"), "7.1.2.1");
  EXPECT_EQ(
      faults({offer("server_max_window_bits=9")}, "permessage-deflate; server_max_window_bits=10"),
      "7.1.2.1*");
  EXPECT_EQ(faults({"permessage-deflate"}, "permessage-deflate; client_max_window_bits=12"),
            "7.1.2.2*");
  EXPECT_EQ(faults({"permessage-deflate; client_max_window_bits=10"},
                   "permessage-deflate; client_max_window_bits=12"),
            "7.1.2.2*");
}

TEST(DeflateAnswer, ThatIsNotLegalIsAFault) {
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; client_max_window_bits"), "7.1.2*");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; server_max_window_bits=08"), "7.1.2*");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; server_no_context_takeover=1"), "7.1.1*");
  EXPECT_EQ(faults({kPlain}, "permessage-deflate; speed=9"), "7*");
  EXPECT_EQ(faults({kPlain},
                   "permessage-deflate; client_no_context_takeover; client_no_context_takeover"),
            "7*");
}

TEST(DeflateAnswer, IsTakenForTheOfferThatItFits) {
  const std::vector<std::string> offers{offer("server_max_window_bits=9"), kPlain};
  EXPECT_EQ(faults(offers, "permessage-deflate"), "");
  EXPECT_EQ(faults(offers, "permessage-deflate; server_max_window_bits=9"), "");
}

TEST(DeflateAnswer, LeavesThePromisesOfTheOfferInForce) {
  Findings findings;
  DeflateParameters parameters;
  check_deflate_answer(
      {"permessage-deflate; client_no_context_takeover; client_max_window_bits=10"},
      parse_extensions("permessage-deflate")->front(), {}, findings, parameters);
  EXPECT_TRUE(parameters.client_no_context_takeover);
  EXPECT_EQ(parameters.client_max_window_bits, 10);
}

std::string wanted(const std::string& offered, const std::vector<std::string>& elements) {
  const auto answer = answer_as_wanted(*parse_extensions(offered), elements);
  return answer ? answer->field_value : "declined";
}

TEST(DeflateAnswerToClient, IsTheFirstThatTheOfferAllows) {
  const std::string small = "permessage-deflate; client_max_window_bits=9";
  EXPECT_EQ(wanted(kPlain, {small}), small);
  EXPECT_EQ(wanted("permessage-deflate", {small}), "declined");
  EXPECT_EQ(wanted("permessage-deflate", {small, "permessage-deflate"}), "permessage-deflate");
  EXPECT_EQ(wanted("permessage-deflate", {"permessage-deflate; client_no_context_takeover"}),
            "permessage-deflate; client_no_context_takeover");
  EXPECT_EQ(wanted("x-webkit-deflate-frame", {"permessage-deflate"}), "declined");
}

TEST(DeflateAnswerToClient, GrantsWhatTheClientAsksFor) {
  EXPECT_EQ(wanted("permessage-deflate; server_no_context_takeover; server_max_window_bits=10",
                   {"permessage-deflate"}),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10");
  EXPECT_EQ(wanted("permessage-deflate; client_no_context_takeover", {"permessage-deflate"}),
            "permessage-deflate")
      << "a hint is not a request";
}

}  // namespace
}  // namespace wsproof::test
