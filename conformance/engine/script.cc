// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <variant>

namespace wsproof::conformance {
namespace {

// What a case may need and this engine has. TLS is the transport's business: octets are octets.
constexpr std::array<std::string_view, 2> kFeatures{"permessage-deflate", "tls"};
// Properties that FrameRules checks in every frame anyway.
constexpr std::array<std::string_view, 2> kWatched{"lengths-minimal", "masked"};

template <typename List>
bool knows(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::optional<std::string> unsupported_step(const Step& step) {
  if (const auto* ask = std::get_if<Ask>(&step)) {
    return fmt::format("the case asks the peer to \"{}\" through a driver, and there is none",
                       ask->action);
  }
  if (std::holds_alternative<PauseReading>(step)) {
    return "the case leaves octets of the peer unread, which this version cannot do";
  }
  if (std::holds_alternative<SendOpening>(step)) {
    return "the case repeats the opening handshake on one connection, which this version cannot do";
  }
  if (const auto* action = std::get_if<TransportAction>(&step)) {
    return fmt::format("the case needs the transport to do \"{}\", which this version cannot",
                       action->action);
  }
  return std::nullopt;
}

}  // namespace

void Script::run() {
  while (!done() && waiting() == nullptr && awaiting() == nullptr && exchanging() == nullptr) {
    std::visit(
        [this](const auto& step) {
          using Kind = std::decay_t<decltype(step)>;
          if constexpr (std::is_same_v<Kind, SendFrame>) {
            if (step.opcode == opcode::kClose) {
              (step.begins_closing ? closing_begun_ : close_is_stimulus_) = true;
            }
            outbox_.send(step);
          } else if constexpr (std::is_same_v<Kind, SendFramePayload> ||
                               std::is_same_v<Kind, SendMessage> ||
                               std::is_same_v<Kind, SendOctets>) {
            outbox_.send(step);
          } else if constexpr (std::is_same_v<Kind, HalfClose>) {
            outbox_.half_close();
          } else if constexpr (std::is_same_v<Kind, ResetConnection>) {
            outbox_.reset();
          }
        },
        case_.steps[next_]);
    ++next_;
  }
  outbox_.flush();
}

const Wait* Script::waiting() const {
  return done() ? nullptr : std::get_if<Wait>(&case_.steps[next_]);
}

const Await* Script::awaiting() const {
  return done() ? nullptr : std::get_if<Await>(&case_.steps[next_]);
}

const Exchange* Script::exchanging() const {
  return done() ? nullptr : std::get_if<Exchange>(&case_.steps[next_]);
}

std::uint64_t Script::exchange_size() const {
  std::uint64_t sum = 0;
  for (const Step& step : case_.steps) {
    if (const auto* exchange = std::get_if<Exchange>(&step)) sum += exchange->count;
  }
  return sum;
}

void Script::stop() { next_ = case_.steps.size(); }

bool Script::awaits(Await::What what) const {
  return std::any_of(case_.steps.begin(), case_.steps.end(), [what](const Step& step) {
    const auto* await = std::get_if<Await>(&step);
    return await != nullptr && await->what == what;
  });
}

std::optional<std::string> find_unsupported(const Case& test_case) {
  for (const std::string& feature : test_case.requires_features) {
    if (!knows(kFeatures, feature)) {
      return fmt::format("the case needs \"{}\", which has not been declared for this target",
                         feature);
    }
  }
  for (const std::string& property : test_case.watch) {
    if (!knows(kWatched, property)) {
      return fmt::format("the case watches \"{}\", which this version cannot", property);
    }
  }
  for (const Step& step : test_case.steps) {
    if (auto reason = unsupported_step(step)) return reason;
  }
  if (!test_case.opening) return std::nullopt;
  if (!test_case.opening->asks.empty() || !test_case.opening->url.empty() ||
      test_case.opening->outcome == Opening::Outcome::kNoConnection) {
    return "the case asks the peer to connect in a certain way, and there is no driver for that";
  }
  return std::nullopt;
}

}  // namespace wsproof::conformance
