// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "conformance/app/wstest/spec.h"
#include "conformance/runner/clock.h"
#include "conformance/runner/interrupts.h"
#include "server/app/client.h"
#include "server/transport/loop.h"
#include "server/transport/timer.h"

namespace wsproof::conformance::wstest {
namespace {

constexpr std::string_view kDefaults = R"({
   "options": {
      "connections": 1000,
      "batchsize": 500,
      "batchdelay": 1000,
      "retrydelay": 200
   },
   "servers": [
      {
         "name": "wsproofd",
         "uri": "ws://127.0.0.1:9000",
         "desc": ""
      }
   ]
}
)";

/// A server that refuses so often in a row is not there.
constexpr int kRefusalsInARow = 50;

/// Opens the connections to one server, a batch at a time, and keeps them all until the last is
/// open.
class Crowd {
 public:
  Crowd(const MassConnectSpec& spec, const MassConnectSpec::Server& server, const Options& options)
      : spec_(spec),
        server_(server),
        options_(options),
        batch_(loop_, [this] { start_batch(); }),
        retry_(loop_, [this] { start_retries(); }),
        interrupts_(loop_, [this](const char* /*signal*/) { interrupted(); }),
        clients_(spec.connections),
        begun_(spec.connections) {}

  int run() {
    batch_.start(Time{});
    loop_.run();
    tell();
    clients_.clear();
    return status_;
  }

 private:
  void start_batch() {
    for (std::uint32_t i = 0; i < spec_.batch_size && next_ < clients_.size(); ++i) {
      start(next_++);
    }
    if (next_ < clients_.size()) {
      batch_.start(std::chrono::duration_cast<Time>(spec_.batch_delay));
    }
  }

  void start(std::size_t place) {
    begun_[place] = clock_.now();
    auto client =
        std::make_unique<WebSocketClient>(loop_, client_options(server_.target, options_));
    client->on_open([this, place] {
      times_.push_back(clock_.now() - begun_[place]);
      refused_ = 0;
      if (times_.size() == clients_.size()) {
        status_ = exit_code::kAsExpected;
        loop_.stop();
      }
    });
    client->on_close([this, place](const CloseInfo&, const std::string& failure) {
      clients_[place].reset();
      if (failure.empty()) {
        ++lost_;
        give_up("a connection that was open has ended");
        return;
      }
      ++failed_;
      if (++refused_ >= kRefusalsInARow) {
        give_up(failure);
        return;
      }
      waiting_.push_back(place);
      retry_.start(std::chrono::duration_cast<Time>(spec_.retry_delay));
    });
    clients_[place] = std::move(client);
  }

  void start_retries() {
    while (!waiting_.empty()) {
      const std::size_t place = waiting_.front();
      waiting_.pop_front();
      start(place);
    }
  }

  void give_up(const std::string& reason) {
    if (std::exchange(gave_up_, true)) {
      return;  // others of the same batch fail before the loop ends
    }
    warn({fmt::format("{}: {}", server_.target.url, reason)});
    loop_.stop();
  }

  void interrupted() {
    status_ = exit_code::kInterrupted;
    loop_.stop();
  }

  void tell() {
    const double seconds = std::chrono::duration<double>(clock_.now()).count();
    say(
        fmt::format("{}: {} of {} connections open after {:.2f} s ({:.0f} a second), {} failed, {} "
                    "lost",
                    server_.name, times_.size(), clients_.size(), seconds,
                    static_cast<double>(times_.size()) / std::max(seconds, 0.001), failed_, lost_));
    if (times_.empty()) {
      return;
    }
    std::sort(times_.begin(), times_.end());
    const auto at = [this](double part) {
      const auto place = static_cast<std::size_t>(part * static_cast<double>(times_.size() - 1));
      return std::chrono::duration<double, std::milli>(times_[place]).count();
    };
    say(
        fmt::format("Opening took {:.1f} ms at the least, {:.1f} ms at the median, {:.1f} ms at 99 "
                    "%, {:.1f} ms at the most",
                    at(0), at(0.5), at(0.99), at(1)));
  }

  const MassConnectSpec& spec_;
  const MassConnectSpec::Server& server_;
  const Options& options_;
  Loop loop_;
  Clock clock_;
  Timer batch_;
  Timer retry_;
  Interrupts interrupts_;
  std::vector<std::unique_ptr<WebSocketClient>> clients_;
  std::vector<Time> begun_;
  std::vector<Time> times_;
  std::deque<std::size_t> waiting_;
  std::size_t next_ = 0;
  std::size_t failed_ = 0;
  std::size_t lost_ = 0;
  int refused_ = 0;
  bool gave_up_ = false;
  int status_ = exit_code::kTarget;
};

}  // namespace

int run_mass_connect(const Options& options) {
  const SpecFile file = load_spec(options, kDefaults);
  std::vector<std::string> warnings;
  const MassConnectSpec spec = read_mass_connect(file.name, file.text, warnings);
  warn(warnings);
  say(fmt::format("Ok, will open {} connections to each of {} servers", spec.connections,
                  spec.servers.size()));
  int status = exit_code::kAsExpected;
  for (const MassConnectSpec::Server& server : spec.servers) {
    const int its = Crowd(spec, server, options).run();
    status = status == exit_code::kAsExpected ? its : status;
    if (its == exit_code::kInterrupted) {
      return its;
    }
  }
  return status;
}

}  // namespace wsproof::conformance::wstest
