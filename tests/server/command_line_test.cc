// SPDX-License-Identifier: Apache-2.0
#include "server/app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

std::variant<DaemonOptions, CommandLineEnd> parse(std::vector<const char*> flags) {
  flags.insert(flags.begin(), "wsproofd");
  return parse_command_line(static_cast<int>(flags.size()), flags.data());
}

DaemonOptions options(const std::vector<const char*>& flags) {
  auto parsed = parse(flags);
  if (const auto* end = std::get_if<CommandLineEnd>(&parsed)) {
    ADD_FAILURE() << end->text;
    return {};
  }
  return std::get<DaemonOptions>(parsed);
}

/// The sentence that these flags are refused with.
std::string refusal(const std::vector<const char*>& flags) {
  auto parsed = parse(flags);
  const auto* end = std::get_if<CommandLineEnd>(&parsed);
  if (end == nullptr) return "accepted";
  EXPECT_EQ(end->status, 2);
  EXPECT_EQ(std::count(end->text.begin(), end->text.end(), '\n'), 1) << end->text;
  return end->text;
}

TEST(CommandLineTest, HasItsDefaults) {
  const DaemonOptions read = options({});
  EXPECT_EQ(read.server.host, "localhost");
  EXPECT_EQ(read.server.port, 8000);
  EXPECT_EQ(read.server.limits.heartbeat_interval, milliseconds(10'000));
  EXPECT_EQ(read.server.limits.message_payload, Limits{}.message_payload);
  EXPECT_TRUE(read.server.deflate.enabled);
  EXPECT_FALSE(read.quiet);
}

TEST(CommandLineTest, SpeaksTlsWhereAsked) {
  EXPECT_FALSE(options({}).server.tls.enabled());
  const DaemonOptions read = options({"--tls-self-signed", "--tls-save-cert", "made.pem"});
  EXPECT_TRUE(read.server.tls.enabled());
  EXPECT_TRUE(read.server.tls.self_signed);
  EXPECT_EQ(read.save_certificate, "made.pem");
  EXPECT_THAT(refusal({"--tls-cert", "a"}), HasSubstr("--tls-cert needs --tls-key, too"));
  EXPECT_THAT(refusal({"--tls-key", "a"}), HasSubstr("--tls-key needs --tls-cert, too"));
  EXPECT_THAT(refusal({"--tls-cert", "/nowhere/a", "--tls-key", "/nowhere/b"}),
              HasSubstr("/nowhere/a: cannot be read"));
  EXPECT_THAT(refusal({"--tls-save-cert", "a"}), HasSubstr("--tls-self-signed"));
}

TEST(CommandLineTest, EachFlagReachesItsOption) {
  const ServerOptions read = options({"--host",
                                      "::1",
                                      "--port",
                                      "0",
                                      "--backlog",
                                      "7",
                                      "--subprotocol",
                                      "a",
                                      "--subprotocol",
                                      "b",
                                      "--origin",
                                      "http://x",
                                      "--origin",
                                      "null",
                                      "--max-request-line",
                                      "1",
                                      "--max-field",
                                      "2k",
                                      "--max-fields",
                                      "3",
                                      "--max-head",
                                      "4m",
                                      "--max-frame",
                                      "5",
                                      "--max-message",
                                      "6",
                                      "--max-fragments",
                                      "7",
                                      "--max-controls",
                                      "8",
                                      "--write-queue",
                                      "9",
                                      "--handshake-timeout",
                                      "1s",
                                      "--heartbeat",
                                      "0",
                                      "--pong-timeout",
                                      "2ms",
                                      "--close-timeout",
                                      "3.5",
                                      "--drain-timeout",
                                      "0"})
                                 .server;
  EXPECT_EQ(read.host, "::1");
  EXPECT_EQ(read.port, 0);
  EXPECT_EQ(read.backlog, 7);
  EXPECT_THAT(read.subprotocols, ElementsAre("a", "b"));
  EXPECT_THAT(read.origins, ElementsAre("http://x", "null"));
  EXPECT_EQ(read.limits.request_line, 1U);
  EXPECT_EQ(read.limits.field_line, 2048U);
  EXPECT_EQ(read.limits.field_count, 3U);
  EXPECT_EQ(read.limits.head, 4U << 20);
  EXPECT_EQ(read.limits.frame_payload, 5U);
  EXPECT_EQ(read.limits.message_payload, 6U);
  EXPECT_EQ(read.limits.fragments, 7U);
  EXPECT_EQ(read.limits.controls_in_message, 8U);
  EXPECT_EQ(read.limits.write_queue, 9U);
  EXPECT_EQ(read.limits.handshake_timeout, milliseconds(1000));
  EXPECT_EQ(read.limits.heartbeat_interval, milliseconds(0));
  EXPECT_EQ(read.limits.pong_timeout, milliseconds(2));
  EXPECT_EQ(read.limits.close_timeout, milliseconds(3500));
  EXPECT_EQ(read.drain_timeout, milliseconds(0));
}

TEST(CommandLineTest, ThePolicyForSlowReceiversIsNamed) {
  EXPECT_EQ(options({}).server.slow_receiver, SlowReceiver::kDropConnection);
  EXPECT_EQ(options({"--slow-receiver", "drop-message"}).server.slow_receiver,
            SlowReceiver::kDropMessage);
  EXPECT_EQ(options({"--slow-receiver", "block-sender"}).server.slow_receiver,
            SlowReceiver::kBlockSender);
}

TEST(CommandLineTest, EachFlagOfCompressionReachesItsOption) {
  const DeflateOptions read =
      options({"--deflate", "off", "--server-max-window-bits", "9", "--client-max-window-bits",
               "10", "--server-no-context-takeover", "on", "--client-no-context-takeover", "on",
               "--deflate-level", "1", "--deflate-memory", "2"})
          .server.deflate;
  EXPECT_FALSE(read.enabled);
  EXPECT_EQ(read.server_max_window_bits, 9);
  EXPECT_EQ(read.client_max_window_bits, 10);
  EXPECT_TRUE(read.server_no_context_takeover);
  EXPECT_TRUE(read.client_no_context_takeover);
  EXPECT_EQ(read.level, 1);
  EXPECT_EQ(read.mem_level, 2);
}

TEST(CommandLineTest, ABadValueIsOneSentenceThatNamesFlagAndValue) {
  EXPECT_EQ(refusal({"--port", "70000"}),
            "wsproofd: --port 70000: expected a whole number from 0 to 65535\n");
  EXPECT_EQ(refusal({"--port", "http"}),
            "wsproofd: --port http: expected a whole number from 0 to 65535\n");
  EXPECT_EQ(refusal({"--max-head", "0"}),
            "wsproofd: --max-head 0: expected a size such as 512, 64k or 16m, and at least 1\n");
  EXPECT_EQ(refusal({"--close-timeout", "0"}),
            "wsproofd: --close-timeout 0: expected a duration such as 10, 2.5s or 500ms, and more "
            "than 0\n");
  EXPECT_EQ(refusal({"--heartbeat", "never"}),
            "wsproofd: --heartbeat never: expected a duration such as 10, 2.5s or 500ms\n");
  EXPECT_EQ(refusal({"--deflate", "yes"}), "wsproofd: --deflate yes: expected on or off\n");
  EXPECT_EQ(refusal({"--server-max-window-bits", "16"}),
            "wsproofd: --server-max-window-bits 16: expected a whole number from 8 to 15\n");
  EXPECT_EQ(refusal({"--subprotocol", "a b"}),
            "wsproofd: --subprotocol a b: expected a token of RFC 9110\n");
  EXPECT_EQ(refusal({"--origin", "example.org"}),
            "wsproofd: --origin example.org: expected an origin such as http://example.org\n");
  EXPECT_EQ(refusal({"--slow-receiver", "shout"}),
            "wsproofd: --slow-receiver shout: expected drop-connection, drop-message or "
            "block-sender\n");
  EXPECT_EQ(refusal({"--host", ""}), "wsproofd: --host '': expected a name or an address\n");
}

TEST(CommandLineTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal({"--prot", "1"}), HasSubstr("--prot"));
  EXPECT_THAT(refusal({"extra"}), HasSubstr("extra"));
  EXPECT_EQ(refusal({"--port"}), "wsproofd: --port takes exactly one value; see --help\n");
  EXPECT_EQ(refusal({"--port", "1", "--port", "2"}),
            "wsproofd: --port takes exactly one value; see --help\n");
}

TEST(CommandLineTest, HelpNamesEveryFlagAndGivesAnExample) {
  const auto parsed = parse({"--help"});
  const auto& end = std::get<CommandLineEnd>(parsed);
  EXPECT_EQ(end.status, 0);
  for (const char* flag : {"--host",
                           "--port",
                           "--backlog",
                           "--subprotocol",
                           "--origin",
                           "--max-request-line",
                           "--max-field",
                           "--max-fields",
                           "--max-head",
                           "--max-frame",
                           "--max-message",
                           "--max-fragments",
                           "--max-controls",
                           "--write-queue",
                           "--handshake-timeout",
                           "--heartbeat",
                           "--pong-timeout",
                           "--close-timeout",
                           "--drain-timeout",
                           "--deflate",
                           "--server-max-window-bits",
                           "--client-max-window-bits",
                           "--server-no-context-takeover",
                           "--client-no-context-takeover",
                           "--deflate-level",
                           "--deflate-memory",
                           "--quiet",
                           "--version",
                           "Example: "}) {
    EXPECT_THAT(end.text, HasSubstr(flag));
  }
}

}  // namespace
}  // namespace wsproof
