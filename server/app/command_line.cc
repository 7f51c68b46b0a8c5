// SPDX-License-Identifier: Apache-2.0
#include "server/app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <limits>
#include <map>

#include "server/app/flags.h"
#include "server/app/help.h"
#include "server/protocol/http_text.h"
#include "server/protocol/request_target.h"
#include "server/transport/tls_context.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMax32 = std::numeric_limits<std::uint32_t>::max();

constexpr const char* kDescription =
    "The reference WebSocket server of wsproof.\n"
    "  /           a page for browsers; echoes the messages of WebSocket clients\n"
    "  /echo       echoes text and binary messages as they came\n"
    "  /broadcast  sends each text message in upper case to everyone online there";

constexpr const char* kFooter =
    "Sizes are octets, or KiB and MiB with k and m: 64k. Durations are seconds, or milliseconds "
    "with ms: 2.5s, 500ms.\n\n"
    "Example: wsproofd --host 0.0.0.0 --port 9001 --max-message 64k --heartbeat 30\n\n"
    "SIGINT and SIGTERM end it in good order: everyone is told with close code 1001; a second one "
    "ends it at once.\n"
    "Exit status: 0 after an orderly end, 1 when it cannot run (port in use), 2 for wrong flags.";

/// RFC 6454 7: a scheme with host and perhaps port, no path; or null, which opaque origins say.
bool is_origin(std::string_view text) {
  if (text == "null") return true;
  const std::size_t colon = text.find("://");
  return colon != std::string_view::npos && is_token(text.substr(0, colon)) &&
         is_authority(text.substr(colon + 3));
}

void add_listening(Flags& flags, ServerOptions& server) {
  flags.group("Listening");
  flags.add("--host", "HOST",
            fmt::format("name or address to listen on, each of its addresses [{}]", server.host),
            [&server](const std::string& value) {
              if (value.empty()) refuse("--host", value, "a name or an address");
              server.host = value;
            });
  flags.number("--port", server.port, 0, 65535, "TCP port; 0 lets the system choose");
  flags.number("--backlog", server.backlog, 1, 65535, "connections that may wait to be accepted");
  flags.number("--threads", server.threads, 1, 256, "loops, each with a thread of its own");
  flags.add_each("--subprotocol", "NAME",
                 "a subprotocol to agree to; repeat in order of preference",
                 [&server](const std::string& value) {
                   if (!is_token(value)) refuse("--subprotocol", value, "a token of RFC 9110");
                   server.subprotocols.push_back(value);
                 });
  flags.add_each("--origin", "ORIGIN", "an Origin to let in; repeat for more; without any, all are",
                 [&server](const std::string& value) {
                   if (!is_origin(value))
                     refuse("--origin", value, "an origin such as http://example.org");
                   server.origins.push_back(value);
                 });
}

void add_tls(Flags& flags, DaemonOptions& options) {
  TlsOptions& tls = options.server.tls;
  flags.group("TLS (wss://)");
  flags.text("--tls-cert", "FILE", tls.certificate_file,
             "certificate in PEM, with the chain behind it");
  flags.text("--tls-key", "FILE", tls.key_file, "its private key in PEM, without passphrase");
  flags.flag("--tls-self-signed", tls.self_signed,
             "make key and certificate at start, for trying things out");
  flags.text("--tls-save-cert", "FILE", options.save_certificate,
             "write the certificate that was made here, for clients to trust");
}

/// What each flag alone cannot see.
void check_tls(const DaemonOptions& options) {
  const TlsOptions& tls = options.server.tls;
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    throw UsageError(tls.key_file.empty() ? "--tls-cert needs --tls-key, too"
                                          : "--tls-key needs --tls-cert, too");
  }
  if (tls.self_signed && !tls.key_file.empty()) {
    throw UsageError(
        "--tls-self-signed makes a key and certificate; --tls-cert and --tls-key "
        "give others");
  }
  if (!options.save_certificate.empty() && !tls.self_signed) {
    throw UsageError("--tls-save-cert is for the certificate that --tls-self-signed makes");
  }
  if (!tls.key_file.empty()) {
    const auto context = TlsContext::server(tls.certificate_file, tls.key_file);
    if (!context) throw UsageError(context.error());
  }
}

void add_slow_receiver(Flags& flags, SlowReceiver& target) {
  flags.add("--slow-receiver", "POLICY",
            "where more waits for a receiver of broadcasts: drop-connection, drop-message (until "
            "it has read), block-sender (until it has read all) [drop-connection]",
            [&target](const std::string& value) {
              static const std::map<std::string, SlowReceiver> kPolicies{
                  {"drop-connection", SlowReceiver::kDropConnection},
                  {"drop-message", SlowReceiver::kDropMessage},
                  {"block-sender", SlowReceiver::kBlockSender}};
              const auto found = kPolicies.find(value);
              if (found == kPolicies.end()) {
                refuse("--slow-receiver", value, "drop-connection, drop-message or block-sender");
              }
              target = found->second;
            });
}

void add_limits(Flags& flags, ServerOptions& server) {
  Limits& limits = server.limits;
  flags.group("Limits");
  flags.size("--max-request-line", limits.request_line, "request line");
  flags.size("--max-field", limits.field_line, "one field line of a request");
  flags.number("--max-fields", limits.field_count, 1, kMax32, "field lines of a request");
  flags.size("--max-head", limits.head, "request head in all");
  flags.size("--max-frame", limits.frame_payload, "payload of a frame");
  flags.size("--max-message", limits.message_payload, "message, after decompression");
  flags.number("--max-fragments", limits.fragments, 1, kMax32, "fragments of a message");
  flags.number("--max-controls", limits.controls_in_message, 1, kMax32,
               "control frames within a fragmented message");
  flags.size("--write-queue", limits.write_queue,
             "octets that may wait for a peer that does not read");
  add_slow_receiver(flags, server.slow_receiver);

  flags.group("Times");
  flags.duration("--handshake-timeout", limits.handshake_timeout, false,
                 "for the request head to arrive");
  flags.duration("--heartbeat", limits.heartbeat_interval, true,
                 "silence after which a ping is sent; 0: never");
  flags.duration("--pong-timeout", limits.pong_timeout, false, "for the pong to arrive");
  flags.duration("--close-timeout", limits.close_timeout, false,
                 "for the peer's Close, and again for its end of TCP");
  flags.duration("--drain-timeout", server.drain_timeout, true,
                 "for everyone to leave when the server ends");
}

void add_compression(Flags& flags, DeflateOptions& deflate) {
  flags.group("Compression (permessage-deflate)");
  flags.on_off("--deflate", deflate.enabled, "agree to compression");
  flags.number("--server-max-window-bits", deflate.server_max_window_bits, 8, 15,
               "window for what the server sends");
  flags.number("--client-max-window-bits", deflate.client_max_window_bits, 8, 15,
               "window for what clients send");
  flags.on_off("--server-no-context-takeover", deflate.server_no_context_takeover,
               "compress each message that the server sends on its own");
  flags.on_off("--client-no-context-takeover", deflate.client_no_context_takeover,
               "ask clients to compress each message on its own");
  flags.number("--deflate-level", deflate.level, 0, 9,
               "1 is ISA-L's, the fastest that makes things smaller; the others are zlib's");
  flags.number("--deflate-memory", deflate.mem_level, 1, 9, "zlib's memory level");
}

}  // namespace

std::variant<DaemonOptions, CommandLineEnd> parse_command_line(int argc, const char* const* argv) {
  DaemonOptions options;
  options.server.port = 8000;
  options.server.limits.heartbeat_interval = milliseconds(10'000);

  CLI::App app(kDescription, "wsproofd");
  fit_help(app);
  app.footer(kFooter);
  app.set_version_flag("--version", "wsproofd " WSPROOF_VERSION, "Print the version and end");
  app.set_help_flag("-h,--help", "Print this help and end");
  app.add_flag("-q,--quiet", options.quiet,
               "print nothing but the addresses listened on, and errors");
  Flags flags(app);
  add_listening(flags, options.server);
  add_tls(flags, options);
  add_limits(flags, options.server);
  add_compression(flags, options.server.deflate);
  try {
    app.parse(argc, argv);
    check_tls(options);
  } catch (const CLI::Success& end) {
    // --help and --version.
    return CommandLineEnd{
        0, end.get_name() == "CallForVersion" ? std::string(end.what()) + "\n" : app.help()};
  } catch (const CLI::ArgumentMismatch& error) {
    // CLI11's own words for it start with the flag and a colon.
    const std::string words = error.what();
    return CommandLineEnd{2, fmt::format("wsproofd: {} takes exactly one value; see --help\n",
                                         words.substr(0, words.find(':')))};
  } catch (const CLI::ParseError& error) {
    return CommandLineEnd{2, fmt::format("wsproofd: {}; see --help\n", error.what())};
  } catch (const UsageError& error) {
    return CommandLineEnd{2, fmt::format("wsproofd: {}\n", error.what())};
  }
  return options;
}

}  // namespace wsproof
