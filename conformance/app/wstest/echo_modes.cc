// SPDX-License-Identifier: Apache-2.0
// Modes that are endpoints themselves: servers to test a client with, and clients to test a server
// with.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "conformance/runner/interrupts.h"
#include "server/app/client.h"
#include "server/app/server.h"
#include "server/transport/loop.h"
#include "server/transport/timer.h"

namespace wsproof::conformance::wstest {
namespace {

// How often a client of ours says something: slowly enough to be read along.
constexpr auto kBetweenMessages = std::chrono::seconds(1);

ServerOptions server_options(const Options& options) {
  const Target target = need_url(options);
  ServerOptions out;
  out.host = target.host;
  out.port = target.port;
  std::vector<std::string> warnings;
  check_pair(target, options.key, options.certificate, warnings);
  warn(warnings);
  if (target.secure) {
    out.tls.key_file = options.key;
    out.tls.certificate_file = options.certificate;
  }
  if (!options.ident.empty()) {
    out.server_name = options.ident;
  }
  // What the largest cases send, and what they have as their answer.
  out.limits.frame_payload = kLargestMessage;
  out.limits.message_payload = kLargestMessage;
  return out;
}

void open_web_port(Server& server, const Options& options) {
  // Autobahn's testeeserver has no page.
  if (options.web_port == 0 || options.web_port == server.port() ||
      options.mode == "testeeserver") {
    return;
  }
  try {
    server.listen_also(options.web_port);
  } catch (const std::runtime_error& error) {
    warn({no_web_port(options, error.what())});
  }
}

/// Listens, says so, and serves until it is told to end.
int serve(Server& server, const Options& options) {
  if (options.web_port != 0) {
    server.serve_page("/", "text/html; charset=utf-8",
                      "<!doctype html><title>wstest</title><p>A WebSocket server in mode " +
                          options.mode + " listens at this address.\n");
  }
  try {
    server.listen();
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
  open_web_port(server, options);
  server.handle_signals();
  for (const std::string& address : server.addresses()) {
    say(fmt::format("Ok, {} listens on {}://{}", options.mode,
                    options.url.starts_with("wss") ? "wss" : "ws", address));
  }
  server.run();
  return exit_code::kAsExpected;
}

/// A client that stays until the server ends the connection or a signal comes.
class Visitor {
 public:
  explicit Visitor(const Options& options)
      : client_(loop_, client_options(need_url(options), options)),
        timer_(loop_, [this] { say_something(); }),
        interrupts_(loop_, [this](const char* /*signal*/) { leave(); }) {
    client_.on_open([this, &options] {
      say(fmt::format("Connected to {}", options.url));
      if (options.mode == "echoclient") {
        timer_.start_repeating(Time{}, kBetweenMessages);
      }
    });
    client_.on_message([](Message message) {
      say(message.is_text() ? fmt::format("Received: {}", message.text())
                            : fmt::format("Received {} octets", message.bytes().size()));
    });
    client_.on_close([this, &options](const CloseInfo& info, const std::string& failure) {
      if (failure.empty()) {
        say(fmt::format("The connection ended with {}", info.code));
      } else {
        warn({fmt::format("{}: {}", options.url, failure)});
      }
      status_ =
          leaving_ || (failure.empty() && info.clean) ? exit_code::kAsExpected : exit_code::kTarget;
      loop_.stop();
    });
  }

  int run() {
    loop_.run();
    return status_;
  }

 private:
  void say_something() { client_.send(fmt::format("Hello from wstest, {}", ++said_)); }

  void leave() {
    leaving_ = true;
    if (!client_.close(1000, {})) {
      status_ = exit_code::kInterrupted;
      loop_.stop();
    }
  }

  Loop loop_;
  WebSocketClient client_;
  Timer timer_;
  Interrupts interrupts_;
  int said_ = 0;
  int status_ = exit_code::kTarget;
  bool leaving_ = false;
};

}  // namespace

int run_echo_server(const Options& options) {
  Server server(server_options(options));
  server.on_message(
      [](Client& client, Message message) { client.send(message.kind(), message.bytes()); });
  return serve(server, options);
}

int run_broadcast_server(const Options& options) {
  Server server(server_options(options));
  server.on_message(
      [](Client& client, Message message) { client.broadcast(message.kind(), message.bytes()); });
  return serve(server, options);
}

int run_visitor(const Options& options) { return Visitor(options).run(); }

}  // namespace wsproof::conformance::wstest
