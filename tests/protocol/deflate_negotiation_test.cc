// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/extension.h"

namespace wsproof {
namespace {

std::vector<Extension> list(std::string_view value) {
  if (value.empty()) return {};
  auto parsed = parse_extensions(value);
  EXPECT_TRUE(parsed) << value;
  return parsed ? *parsed : std::vector<Extension>();
}

class AnswerOffer : public ::testing::Test {
 public:
  DeflateOptions options;

  std::string answer(std::string_view offer) const {
    const auto result = answer_offer(list(offer), options);
    return result ? result->field_value : "declined";
  }
  // Declined as it is, and passed over where an offer that can be met follows it.
  void expect_declined(const std::string& element) const {
    EXPECT_EQ(answer(element), "declined") << element;
    EXPECT_EQ(answer(element + ", permessage-deflate"), "permessage-deflate") << element;
  }
};

TEST_F(AnswerOffer, PlainOffer) {
  EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate");
  EXPECT_EQ(answer_offer(list("permessage-deflate"), options)->parameters, DeflateParameters{});
}

TEST_F(AnswerOffer, NothingToAnswer) {
  EXPECT_EQ(answer(""), "declined");
  EXPECT_EQ(answer("x-foo; a=1; b=\"c\", y-bar"), "declined");
  EXPECT_EQ(answer("Permessage-Deflate"), "declined");
  options.enabled = false;
  EXPECT_EQ(answer("permessage-deflate"), "declined");
}

TEST_F(AnswerOffer, OnlyTheKnownExtensionIsAnswered) {
  EXPECT_EQ(answer("x-foo, permessage-deflate, y"), "permessage-deflate");
  EXPECT_EQ(answer("permessage-bzip2, x-webkit-deflate-frame, permessage-deflate"),
            "permessage-deflate");
}

TEST_F(AnswerOffer, TheFirstOfferThatCanBeMetIsTaken) {
  EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover, permessage-deflate"),
            "permessage-deflate; server_no_context_takeover");
  EXPECT_EQ(answer("permessage-deflate, permessage-deflate; server_no_context_takeover"),
            "permessage-deflate");
}

TEST_F(AnswerOffer, ExampleOfRfc7692) {
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits; server_max_window_bits=10, "
                   "permessage-deflate; client_max_window_bits"),
            "permessage-deflate; server_max_window_bits=10");
}

TEST_F(AnswerOffer, QuotedValuesAreValues) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=\"1\\0\""),
            "permessage-deflate; server_max_window_bits=10");
}

TEST_F(AnswerOffer, UndefinedParametersDecline) {
  expect_declined("permessage-deflate; foo");
  expect_declined("permessage-deflate; foo=1");
  expect_declined("permessage-deflate; CLIENT_MAX_WINDOW_BITS");
  expect_declined("permessage-deflate; server_no_context_takeover; foo");
}

TEST_F(AnswerOffer, InvalidValuesDecline) {
  for (const std::string name : {"server_max_window_bits", "client_max_window_bits"}) {
    for (const std::string value : {"7", "16", "0", "-1", "+9", "08", "010", "0010", "1e1", "1",
                                    "99999999999", "abc", "10.0", "0xA", "150"}) {
      expect_declined(std::string("permessage-deflate; ").append(name).append("=").append(value));
    }
  }
  expect_declined("permessage-deflate; server_max_window_bits");
  for (const std::string name : {"server_no_context_takeover", "client_no_context_takeover"}) {
    for (const std::string value : {"1", "true", "\"1\"", "0", "15"}) {
      expect_declined(std::string("permessage-deflate; ").append(name).append("=").append(value));
    }
  }
}

TEST_F(AnswerOffer, RepeatedParametersDecline) {
  for (const char* twice :
       {"server_max_window_bits=10; server_max_window_bits=10",
        "server_max_window_bits=10; server_max_window_bits=11",
        "client_max_window_bits; client_max_window_bits",
        "client_max_window_bits; client_max_window_bits=10",
        "client_max_window_bits=10; client_max_window_bits",
        "client_max_window_bits=10; client_max_window_bits=10",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; server_no_context_takeover; client_no_context_takeover"}) {
    expect_declined(std::string("permessage-deflate; ") + twice);
  }
}

TEST_F(AnswerOffer, AServerWindowOf8CannotBeMet) {
  expect_declined("permessage-deflate; server_max_window_bits=8");
  options.server_max_window_bits = 8;  // taken as 9
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8"), "declined");
  EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate; server_max_window_bits=9");
}

TEST_F(AnswerOffer, ServerWindowIsTheSameOrSmaller) {
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string offer = "permessage-deflate; server_max_window_bits=" + std::to_string(bits);
    options.server_max_window_bits = 15;
    EXPECT_EQ(answer(offer), offer);
    options.server_max_window_bits = 11;
    EXPECT_EQ(answer(offer),
              "permessage-deflate; server_max_window_bits=" + std::to_string(std::min(bits, 11)));
  }
  EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate; server_max_window_bits=11");
}

TEST_F(AnswerOffer, ClientWindowIsAnsweredOnlyWhereOffered) {
  options.client_max_window_bits = 10;
  EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate");
  EXPECT_EQ(answer_offer(list("permessage-deflate"), options)->parameters.client_max_window_bits,
            15);
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"),
            "permessage-deflate; client_max_window_bits=10");
}

TEST_F(AnswerOffer, ClientWindowIsNotAboveTheHint) {
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), "permessage-deflate");
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=15"), "permessage-deflate");
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=12"),
            "permessage-deflate; client_max_window_bits=12");
  // Our inflater can do 8, unlike our deflater.
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=8"),
            "permessage-deflate; client_max_window_bits=8");
  options.client_max_window_bits = 10;
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=12"),
            "permessage-deflate; client_max_window_bits=10");
}

TEST_F(AnswerOffer, ContextTakeoverIsGivenUpWhereEitherEndAsks) {
  EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  options.server_no_context_takeover = true;
  options.client_no_context_takeover = true;
  EXPECT_EQ(answer("permessage-deflate"),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

class CheckAnswer : public ::testing::Test {
 public:
  DeflateOptions options;

  void expect_agreed(std::string_view answer, const DeflateParameters& parameters) const {
    const auto result = check_answer(list(answer), options);
    ASSERT_TRUE(result) << answer << ": " << info(result.error()).name;
    ASSERT_TRUE(result->has_value()) << answer;
    EXPECT_EQ(**result, parameters) << answer;
  }
  void expect_error(std::string_view answer, Error error) const {
    const auto result = check_answer(list(answer), options);
    ASSERT_FALSE(result) << answer;
    EXPECT_EQ(info(result.error()).name, info(error).name) << answer;
  }
  void expect_bad(const std::string& parameters) const {
    expect_error("permessage-deflate; " + parameters, Error::kExtensionParameterBad);
  }
};

TEST_F(CheckAnswer, Declined) {
  const auto result = check_answer({}, options);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, std::nullopt);
}

TEST_F(CheckAnswer, Plain) { expect_agreed("permessage-deflate", {}); }

TEST_F(CheckAnswer, WhatWasNotOffered) {
  expect_error("x-foo", Error::kExtensionNotOffered);
  expect_error("x-webkit-deflate-frame", Error::kExtensionNotOffered);
  expect_error("permessage-deflate, x-webkit-deflate-frame", Error::kExtensionNotOffered);
  options.enabled = false;
  expect_error("permessage-deflate", Error::kExtensionNotOffered);
}

TEST_F(CheckAnswer, TheSameExtensionTwice) {
  expect_error("permessage-deflate, permessage-deflate", Error::kExtensionRepeated);
}

TEST_F(CheckAnswer, DefectsOfRfc7692Section7) {
  for (const char* parameters :
       {"foo", "foo=1", "server_max_window_bits", "server_max_window_bits=7",
        "server_max_window_bits=16", "server_max_window_bits=08", "client_max_window_bits",
        "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
        "server_no_context_takeover=1", "client_no_context_takeover=1",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits=10; client_max_window_bits=11"}) {
    expect_bad(parameters);
  }
}

TEST_F(CheckAnswer, WhatTheServerMaySayUnasked) {
  expect_agreed("permessage-deflate; server_no_context_takeover",
                {.server_no_context_takeover = true});
  expect_agreed("permessage-deflate; client_no_context_takeover",
                {.client_no_context_takeover = true});
  for (int bits = 8; bits <= 15; ++bits) {
    expect_agreed("permessage-deflate; server_max_window_bits=" + std::to_string(bits),
                  {.server_max_window_bits = bits});
  }
}

TEST_F(CheckAnswer, ClientWindowOnlyWhereOffered) {
  expect_agreed("permessage-deflate; client_max_window_bits=12", {.client_max_window_bits = 12});
  expect_agreed("permessage-deflate; client_max_window_bits=\"10\"",
                {.client_max_window_bits = 10});
  options.offer_client_max_window_bits = false;
  expect_bad("client_max_window_bits=12");
  expect_bad("client_max_window_bits=15");
}

TEST_F(CheckAnswer, AClientWindowOf8CannotBeMet) { expect_bad("client_max_window_bits=8"); }

TEST_F(CheckAnswer, TheHintHoldsWhateverTheAnswer) {
  options.client_max_window_bits = 10;
  expect_agreed("permessage-deflate; client_max_window_bits=9", {.client_max_window_bits = 9});
  expect_agreed("permessage-deflate; client_max_window_bits=12", {.client_max_window_bits = 10});
  expect_agreed("permessage-deflate", {.client_max_window_bits = 10});
  options.client_no_context_takeover = true;
  expect_agreed("permessage-deflate",
                {.client_no_context_takeover = true, .client_max_window_bits = 10});
}

TEST_F(CheckAnswer, WhatWasAskedOfTheServerHasToBeInTheAnswer) {
  options.server_no_context_takeover = true;
  expect_error("permessage-deflate", Error::kExtensionParameterBad);
  expect_bad("client_no_context_takeover");
  options.server_max_window_bits = 10;
  expect_bad("server_no_context_takeover");
  expect_bad("server_no_context_takeover; server_max_window_bits=11");
  expect_bad("server_max_window_bits=10");
  for (const int bits : {8, 9, 10}) {
    expect_agreed("permessage-deflate; server_no_context_takeover; server_max_window_bits=" +
                      std::to_string(bits),
                  {.server_no_context_takeover = true, .server_max_window_bits = bits});
  }
}

TEST(MakeOffer, SaysNoMoreThanNeeded) {
  EXPECT_EQ(make_offer({}), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(make_offer({.offer_client_max_window_bits = false}), "permessage-deflate");
  EXPECT_EQ(make_offer({.enabled = false}), "");
  EXPECT_EQ(make_offer({.server_no_context_takeover = true,
                        .client_no_context_takeover = true,
                        .server_max_window_bits = 8,
                        .client_max_window_bits = 11}),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=8; client_max_window_bits=11");
  // No deflater of ours has a window of 8, so none is promised.
  EXPECT_EQ(make_offer({.client_max_window_bits = 8}),
            "permessage-deflate; client_max_window_bits=9");
}

// The properties that RFC 7692 7.1 wants of an answer, written down apart from the code that makes
// it: over every legal offer of one element, and servers with every flag and the window sizes that
// matter: the one zlib lacks, the smallest, one between, the largest.
struct Offer {
  bool server_no_context_takeover;
  bool client_no_context_takeover;
  int server_bits;  ///< 0: absent
  int client_bits;  ///< 0: absent, 1: without a value

  [[nodiscard]] std::string text() const {
    std::string text = "permessage-deflate";
    if (client_bits == 1) text += "; client_max_window_bits";
    if (client_bits > 1) text += "; client_max_window_bits=" + std::to_string(client_bits);
    if (client_no_context_takeover) text += "; client_no_context_takeover";
    if (server_bits > 0) text += "; server_max_window_bits=" + std::to_string(server_bits);
    if (server_no_context_takeover) text += "; server_no_context_takeover";
    return text;
  }
};

std::vector<Offer> all_offers() {
  std::vector<Offer> offers;
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (const int server : {0, 8, 9, 10, 11, 12, 13, 14, 15}) {
        for (const int client : {0, 1, 8, 9, 10, 11, 12, 13, 14, 15}) {
          offers.push_back({server_takeover, client_takeover, server, client});
        }
      }
    }
  }
  return offers;
}

std::vector<DeflateOptions> configurations() {
  std::vector<DeflateOptions> all;
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (const int server : {8, 9, 11, 15}) {
        for (const int client : {8, 9, 11, 15}) {
          all.push_back({.server_no_context_takeover = server_takeover,
                         .client_no_context_takeover = client_takeover,
                         .server_max_window_bits = server,
                         .client_max_window_bits = client});
        }
      }
    }
  }
  return all;
}

std::optional<int> bits_of(const Extension& answer, std::string_view name) {
  for (const ExtensionParameter& parameter : answer.parameters) {
    if (parameter.name == name) return std::stoi(parameter.value.value());
  }
  return std::nullopt;
}

bool has(const Extension& answer, std::string_view name) {
  for (const ExtensionParameter& parameter : answer.parameters) {
    if (parameter.name == name) return !parameter.value;
  }
  return false;
}

void expect_legal(const Offer& offer, const DeflateOptions& options, const DeflateAnswer& answer) {
  const std::vector<Extension> elements = list(answer.field_value);
  ASSERT_EQ(elements.size(), 1U);
  const Extension& element = elements.front();
  EXPECT_EQ(element.name, "permessage-deflate");
  const auto server_bits = bits_of(element, "server_max_window_bits");
  const auto client_bits = bits_of(element, "client_max_window_bits");
  if (offer.server_no_context_takeover) {
    EXPECT_TRUE(has(element, "server_no_context_takeover"));
  }
  if (offer.server_bits > 0) {
    ASSERT_TRUE(server_bits);
    EXPECT_LE(*server_bits, offer.server_bits);
  }
  if (offer.client_bits == 0) {
    EXPECT_FALSE(client_bits);
  }
  if (offer.client_bits > 1 && client_bits) {
    EXPECT_LE(*client_bits, offer.client_bits);
  }
  // The parameters are what the wire says, and our deflater can obey them.
  EXPECT_EQ(answer.parameters.server_no_context_takeover,
            has(element, "server_no_context_takeover"));
  EXPECT_EQ(answer.parameters.client_no_context_takeover,
            has(element, "client_no_context_takeover"));
  EXPECT_EQ(answer.parameters.server_max_window_bits, server_bits.value_or(15));
  EXPECT_EQ(answer.parameters.client_max_window_bits, client_bits.value_or(15));
  EXPECT_GE(answer.parameters.server_max_window_bits, 9);
  EXPECT_LE(answer.parameters.server_max_window_bits, std::max(options.server_max_window_bits, 9));
  if (options.server_no_context_takeover) {
    EXPECT_TRUE(answer.parameters.server_no_context_takeover);
  }
  if (options.client_no_context_takeover) {
    EXPECT_TRUE(answer.parameters.client_no_context_takeover);
  }
}

TEST(Negotiation, EveryAnswerIsLegalForItsOffer) {
  const std::vector<DeflateOptions> servers = configurations();
  for (const Offer& offer : all_offers()) {
    const std::vector<Extension> elements = list(offer.text());
    for (const DeflateOptions& options : servers) {
      const auto answer = answer_offer(elements, options);
      ASSERT_EQ(answer.has_value(), offer.server_bits != 8) << offer.text();
      if (answer) expect_legal(offer, options, *answer);
      if (::testing::Test::HasFailure()) {
        FAIL() << "offer: " << offer.text() << "\nanswer: " << answer->field_value;
      }
    }
  }
}

TEST(Negotiation, BothEndsComeToTheSameParameters) {
  std::size_t declined = 0;
  for (DeflateOptions client : configurations()) {
    for (const bool offered : {true, false}) {
      client.offer_client_max_window_bits = offered;
      const std::vector<Extension> offer = list(make_offer(client));
      for (const DeflateOptions& server : configurations()) {
        // A server that wants a client window of 8 gets an answer out that our client cannot obey.
        if (server.client_max_window_bits == 8) continue;
        const auto answer = answer_offer(offer, server);
        if (!answer) {
          ++declined;
          ASSERT_EQ(client.server_max_window_bits, 8);
          continue;
        }
        const auto agreed = check_answer(list(answer->field_value), client);
        ASSERT_TRUE(agreed && agreed->has_value()) << make_offer(client) << "\n"
                                                   << answer->field_value;
        // A window that the client keeps small of its own accord and does not speak of.
        DeflateParameters expected = answer->parameters;
        if (!offered) expected.client_max_window_bits = std::max(client.client_max_window_bits, 9);
        ASSERT_EQ(**agreed, expected) << make_offer(client) << "\n" << answer->field_value;
      }
    }
  }
  EXPECT_GT(declined, 0U);
}

}  // namespace
}  // namespace wsproof
