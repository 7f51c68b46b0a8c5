// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/trial.h"

#include <utility>

#include "conformance/engine/autobahn.h"
#include "conformance/engine/engine.h"
#include "tests/conformance/engine_loopback.h"
#include "tests/peers/faulty/endpoint.h"
#include "tests/support/endpoint.h"

namespace wsproof::prove {
namespace {

/// The endpoint as the loopback of the engine's tests wants it.
class PeerEndpoint : public test::Endpoint {
 public:
  PeerEndpoint(faulty::Role role, const faulty::Faults& faults) : peer_({role, faults}) {}

  void connected(Time now) override { peer_.connected(now); }
  void receive(Bytes bytes, Time now) override { peer_.receive(as_text(bytes), now); }
  void receive_eof(Time now) override { peer_.receive_eof(now); }
  void advance(Time now) override { peer_.advance(now); }
  [[nodiscard]] std::optional<Time> next_deadline() const override { return peer_.next_deadline(); }
  [[nodiscard]] std::string take_output() override {
    std::string octets = peer_.take_output();
    if (peer_.end() == faulty::End::kFin) end_tcp(End::kFin);
    if (peer_.end() == faulty::End::kReset) end_tcp(End::kReset);
    return octets;
  }

 private:
  faulty::Endpoint peer_;
};

/// Octets that look like chance and are the same in every run.
class SeededRandom : public RandomSource {
 public:
  void fill(MutableBytes out) override {
    for (std::uint8_t& octet : out) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      octet = static_cast<std::uint8_t>(state_ >> 56U);
    }
  }

 private:
  std::uint64_t state_ = 1;
};

std::string account_of(const conformance::CaseResult& result) {
  std::string text = result.happened;
  const auto add = [&text](const std::string& more) {
    if (more.empty()) return;
    if (!text.empty()) text += "; ";
    text += more;
  };
  add(result.close_happened);
  for (const conformance::Finding& finding : result.findings) {
    if (!finding.remark) add(finding.sentence);
  }
  return text;
}

}  // namespace

Trial try_case(const conformance::Case& test_case, faulty::Role role,
               const faulty::Faults& faults) {
  SeededRandom random;
  conformance::EngineOptions options;
  options.peer = role == faulty::Role::kServer ? Role::kServer : Role::kClient;
  options.random = &random;
  PeerEndpoint endpoint(role, faults);
  const test::LoopbackRun run = test::run_case(test_case, options, endpoint);
  // An engine that is not done, ten virtual minutes on, has not caught anything.
  if (!run.finished) return {conformance::Verdict::kPass, {}, "the case did not end"};
  const conformance::CaseResult& result = run.result;
  return {result.verdict, conformance::summary({result.behavior, result.close_behavior}),
          account_of(result)};
}

}  // namespace wsproof::prove
