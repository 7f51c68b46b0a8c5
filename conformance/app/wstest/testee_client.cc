// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "conformance/runner/interrupts.h"
#include "server/app/client.h"
#include "server/transport/loop.h"

namespace wsproof::conformance::wstest {
namespace {

// Cases side by side: much of a case is waiting for the other side, and the servers tell cases
// apart by their connections.
constexpr std::size_t kSideBySide = 4;

/// Asks a fuzzing server how many cases there are, runs each on a connection of its own by sending
/// back what it is sent, and has the reports written.
class TesteeClient {
 public:
  explicit TesteeClient(const Options& options)
      : options_(options),
        target_(need_url(options)),
        agent_(options.ident.empty() ? "wsproof-" WSPROOF_VERSION : options.ident),
        interrupts_(loop_, [this](const char* /*signal*/) { interrupted(); }) {
    if (target_.resource != "/") {
      throw UsageError(
          fmt::format("{}: the URL of a fuzzing server has no path: the client adds "
                      "/getCaseCount and the like",
                      options.url));
    }
  }

  int run() {
    ask_for_count();
    loop_.run();
    for (std::unique_ptr<WebSocketClient>& client : clients_) client.reset();
    return status_;
  }

 private:
  /// A connection in place `slot`, instead of the one that was there before.
  WebSocketClient& connect(std::size_t slot, const std::string& resource) {
    WebSocketClientOptions its = client_options(target_, options_);
    its.resource = resource;
    its.user_agent = agent_;
    clients_[slot] = std::make_unique<WebSocketClient>(loop_, std::move(its));
    return *clients_[slot];
  }

  void ask_for_count() {
    WebSocketClient& client = connect(0, "/getCaseCount");
    client.on_message([this](Message message) {
      const std::string_view text = message.text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count_);
      counted_ = error == std::errc() && end == text.data() + text.size();
    });
    client.on_close([this](const CloseInfo&, const std::string& failure) {
      if (!failure.empty()) {
        give_up(failure);
      } else if (!counted_) {
        give_up("the server did not answer /getCaseCount with a number");
      } else {
        say(fmt::format("Ok, will run {} test cases against {}", count_, options_.url));
        running_ = clients_.size();
        for (std::size_t slot = 0; slot < clients_.size(); ++slot) next(slot);
      }
    });
  }

  void next(std::size_t slot) {
    if (begun_ == count_) {
      if (--running_ == 0) update_reports();
      return;
    }
    const std::uint32_t number = ++begun_;
    WebSocketClient& client =
        connect(slot, fmt::format("/runCase?case={}&agent={}", number, query_text(agent_)));
    client.on_message([&client](Message message) { client.send(message.kind(), message.bytes()); });
    // How a case ends is for the other side to judge, but it has to be there.
    client.on_close([this, slot, number](const CloseInfo&, const std::string& failure) {
      if (failure.empty()) {
        next(slot);
      } else {
        give_up(fmt::format("case {} of {}: {}", number, count_, failure));
      }
    });
  }

  void update_reports() {
    WebSocketClient& client = connect(0, "/updateReports?agent=" + query_text(agent_));
    client.on_close([this](const CloseInfo&, const std::string& failure) {
      if (!failure.empty()) {
        give_up(failure);
        return;
      }
      say(fmt::format("Ran {} test cases as agent {}", count_, agent_));
      status_ = exit_code::kAsExpected;
      loop_.stop();
    });
  }

  void give_up(const std::string& reason) {
    if (std::exchange(gave_up_, true)) return;  // where a server ends, all its connections do
    warn({fmt::format("{}: {}", options_.url, reason)});
    loop_.stop();
  }

  void interrupted() {
    status_ = exit_code::kInterrupted;
    loop_.stop();
  }

  const Options& options_;
  Target target_;
  std::string agent_;
  Loop loop_;
  Interrupts interrupts_;
  std::array<std::unique_ptr<WebSocketClient>, kSideBySide> clients_;
  std::uint32_t count_ = 0;
  std::uint32_t begun_ = 0;
  std::size_t running_ = 0;  // of clients_, since there is a count
  bool counted_ = false;
  bool gave_up_ = false;
  int status_ = exit_code::kTarget;
};

}  // namespace

int run_testee_client(const Options& options) { return TesteeClient(options).run(); }

}  // namespace wsproof::conformance::wstest
