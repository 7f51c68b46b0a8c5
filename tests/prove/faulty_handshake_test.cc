// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/peers/faulty/handshake.h"
#include "tests/peers/faulty/negotiation.h"

namespace wsproof::faulty {
namespace {

bool has(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(FaultyHandshakeTest, AcceptIsThatOfTheRfc) {
  EXPECT_EQ(accept_for("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(FaultyHandshakeTest, ServerAndClientAgree) {
  const Faults none;
  const std::string request = make_request("localhost", "/", none);
  const Answer answer = answer_request(request, none);
  EXPECT_TRUE(answer.open) << answer.head;
  EXPECT_TRUE(answer.compression);
  const auto opened = read_answer(answer.head, none);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->compression);
}

TEST(FaultyHandshakeTest, ServerRefusesWhatIsNoOpeningHandshake) {
  const Faults none;
  const std::string request = make_request("localhost", "/", none);
  for (const auto& [from, to] :
       {std::pair("GET", "PUT"), std::pair("Upgrade: websocket", "Upgrade: h2c"),
        std::pair("Version: 13", "Version: 12"), std::pair("Key: ", "Kex: ")}) {
    EXPECT_FALSE(answer_request(replaced(request, from, to), none).open) << to;
  }
}

TEST(FaultyHandshakeTest, ClientRefusesWhatIsNoAnswer) {
  const Faults none;
  const std::string answer = answer_request(make_request("localhost", "/", none), none).head;
  for (const auto& [from, to] : {std::pair("101", "200"), std::pair("Upgrade: websocket", "A: b"),
                                 std::pair("Accept: ", "Accept: x")}) {
    EXPECT_FALSE(read_answer(replaced(answer, from, to), none)) << to;
  }
}

TEST(FaultyHandshakeTest, FaultsShowInTheHeads) {
  const auto request = [](Fault fault) { return make_request("localhost", "/", Faults(fault)); };
  EXPECT_TRUE(has(request(Fault::kMethodPost), "POST / "));
  EXPECT_TRUE(has(request(Fault::kVersion8), "Version: 8\r\n"));
  EXPECT_FALSE(has(request(Fault::kHostMissing), "Host:"));
  const auto answer = [&](Fault fault) {
    return answer_request(make_request("localhost", "/", Faults()), Faults(fault)).head;
  };
  EXPECT_TRUE(has(answer(Fault::kAnswersHttp10), "HTTP/1.0 101"));
  EXPECT_FALSE(has(answer(Fault::kAcceptMissing), "Accept"));
  EXPECT_TRUE(has(answer(Fault::kUnofferedSubprotocol), "Sec-WebSocket-Protocol: chat"));
}

TEST(FaultyNegotiationTest, TheFirstOfferThatCanBeKeptIsAnswered) {
  const Faults none;
  const auto answer = answer_offer(
      "x-other, permessage-deflate; server_max_window_bits=8, "
      "permessage-deflate; server_max_window_bits=9; server_no_context_takeover",
      none);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field,
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=9");
  EXPECT_EQ(answer->agreed.server_bits, 9);
  EXPECT_TRUE(answer->agreed.server_forgets);
}

TEST(FaultyNegotiationTest, OffersThatMakeNoSenseAreDeclined) {
  const Faults none;
  for (const std::string_view offer :
       {"x-other", "permessage-deflate; unknown", "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover=1"}) {
    EXPECT_FALSE(answer_offer(offer, none)) << offer;
  }
}

TEST(FaultyNegotiationTest, ClientReadsWhatWasAgreed) {
  const Faults none;
  const auto agreed = read_deflate_answer(
      "permessage-deflate; client_no_context_takeover; client_max_window_bits=10", none);
  ASSERT_TRUE(agreed);
  EXPECT_TRUE(agreed->client_forgets);
  EXPECT_FALSE(agreed->server_forgets);
  EXPECT_EQ(agreed->client_bits, 10);
  EXPECT_EQ(agreed->server_bits, 15);
  const Faults deaf(Fault::kIgnoresAgreedWindow);
  EXPECT_EQ(read_deflate_answer("permessage-deflate; client_max_window_bits=10", deaf)->client_bits,
            15);
}

}  // namespace
}  // namespace wsproof::faulty
