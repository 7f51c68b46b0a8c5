// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "server/app/client.h"
#include "server/transport/loop.h"
#include "server/transport/signal_watcher.h"

namespace wsproof::conformance::wstest {
namespace {

/// Asks a fuzzing server how many cases there are, runs each on a connection of its own by sending
/// back what it is sent, and has the reports written.
class TesteeClient {
 public:
  explicit TesteeClient(const Options& options)
      : options_(options),
        target_(need_url(options)),
        agent_(options.ident.empty() ? "wsproof-" WSPROOF_VERSION : options.ident),
        interrupt_(loop_, SIGINT, [this] { interrupted(); }),
        terminate_(loop_, SIGTERM, [this] { interrupted(); }) {
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
    client_.reset();
    return status_;
  }

 private:
  void connect(const std::string& resource) {
    WebSocketClientOptions its = client_options(target_, options_);
    its.resource = resource;
    its.user_agent = agent_;
    client_ = std::make_unique<WebSocketClient>(loop_, std::move(its));
  }

  void ask_for_count() {
    connect("/getCaseCount");
    client_->on_message([this](Message message) {
      const std::string_view text = message.text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count_);
      counted_ = error == std::errc() && end == text.data() + text.size();
    });
    client_->on_close([this](const CloseInfo&, const std::string& failure) {
      if (!failure.empty()) {
        give_up(failure);
      } else if (!counted_) {
        give_up("the server did not answer /getCaseCount with a number");
      } else {
        say(fmt::format("Ok, will run {} test cases against {}", count_, options_.url));
        next();
      }
    });
  }

  void next() {
    if (case_ == count_) {
      update_reports();
      return;
    }
    ++case_;
    connect(fmt::format("/runCase?case={}&agent={}", case_, query_text(agent_)));
    client_->on_message(
        [this](Message message) { client_->send(message.kind(), message.bytes()); });
    // How a case ends is for the other side to judge, but it has to be there.
    client_->on_close([this](const CloseInfo&, const std::string& failure) {
      if (failure.empty()) {
        next();
      } else {
        give_up(fmt::format("case {} of {}: {}", case_, count_, failure));
      }
    });
  }

  void update_reports() {
    connect("/updateReports?agent=" + query_text(agent_));
    client_->on_close([this](const CloseInfo&, const std::string& failure) {
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
  SignalWatcher interrupt_;
  SignalWatcher terminate_;
  std::unique_ptr<WebSocketClient> client_;
  std::uint32_t count_ = 0;
  std::uint32_t case_ = 0;
  bool counted_ = false;
  int status_ = exit_code::kTarget;
};

}  // namespace

int run_testee_client(const Options& options) { return TesteeClient(options).run(); }

}  // namespace wsproof::conformance::wstest
