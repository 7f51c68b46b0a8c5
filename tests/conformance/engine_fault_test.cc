// SPDX-License-Identifier: Apache-2.0
// Faulty peers in memory: every case that a fault touches is FAIL, within bounded time, and the
// result says what happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/shorten.h"
#include "conformance/engine/account.h"
#include "tests/conformance/engine_loopback.h"
#include "tests/support/faulty_endpoint.h"

namespace wsproof::test {
namespace {

using conformance::Case;
using conformance::CaseResult;
using conformance::CloseExpectation;
using conformance::EngineOptions;
using conformance::Event;
using conformance::Settle;
using conformance::Verdict;
using Trick = OneTrick::Trick;

// Faults are tried at every operation, so the cases are kept short: a message or two of each
// exchange, and nothing of the largest messages.
constexpr std::uint64_t kLarge = 64 * 1024;

const std::vector<Case>& catalogue() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> loaded = conformance::load_catalogue(conformance::embedded_case_files());
    conformance::shorten_exchanges(loaded, 2);
    std::erase_if(loaded, [](const Case& test_case) {
      // The faulty endpoint does not compress.
      if (!test_case.requires_features.empty()) return true;
      const auto& events = test_case.expect.front().events;
      return std::any_of(events.begin(), events.end(),
                         [](const auto& event) { return event.payload.size > kLarge; });
    });
    return loaded;
  }();
  return cases;
}

const Case& case_of(const std::string& id) {
  const auto found = std::find_if(catalogue().begin(), catalogue().end(),
                                  [&](const Case& known) { return known.id == id; });
  if (found == catalogue().end()) throw std::invalid_argument("no case " + id);
  return *found;
}

std::string account(const CaseResult& result) {
  std::string text = result.case_id + " " + name(result.verdict) + " (" +
                     autobahn_name(result.behavior) + ", " + autobahn_name(result.close_behavior) +
                     "): " + result.happened + "; " + result.close_happened + "; " +
                     result.difference;
  for (const auto& finding : result.findings) text += "\n  finding: " + finding.sentence;
  return text;
}

bool sends_violation(const Case& test_case) {
  return test_case.close.by == CloseExpectation::By::kPeer || sends_faulty_close(test_case);
}

bool expects(const Case& test_case, Event::Kind kind) {
  return std::any_of(test_case.expect.begin(), test_case.expect.end(), [kind](const auto& one) {
    return one.behavior == conformance::Behavior::kOk &&
           std::any_of(one.events.begin(), one.events.end(),
                       [kind](const Event& event) { return event.kind == kind; });
  });
}

bool anything(const Case& /*test_case*/) { return true; }

class EngineFaultTest : public testing::TestWithParam<Role> {
 protected:
  using Maker = std::function<std::unique_ptr<Endpoint>()>;

  Maker lenient(const Faults& faults) {
    return [faults] { return std::make_unique<LenientEndpoint>(GetParam(), faults); };
  }
  Maker trick(Trick trick) {
    return [trick] { return std::make_unique<OneTrick>(GetParam(), trick); };
  }

  CaseResult run(const Case& test_case, const Maker& make, Settle settle = Settle::kPing) {
    EngineOptions options;
    options.peer = GetParam();
    options.settle = settle;
    options.case_timeout = std::chrono::milliseconds(12'000);
    const std::unique_ptr<Endpoint> endpoint = make();
    const LoopbackRun run = run_case(test_case, options, *endpoint);
    EXPECT_TRUE(run.finished) << test_case.id;
    EXPECT_LE(run.ended, std::chrono::milliseconds(12'500)) << account(run.result);
    longest = std::max(longest, run.ended);
    return run.result;
  }

  /// Every case that `touched` names is FAIL in both modes.
  void expect_caught(const Maker& make, const std::function<bool(const Case&)>& touched) {
    for (const Settle settle : {Settle::kPing, Settle::kWait}) {
      for (const Case& test_case : catalogue()) {
        const CaseResult result = run(test_case, make, settle);
        if (!touched(test_case)) continue;
        EXPECT_EQ(result.verdict, Verdict::kFail) << account(result);
        EXPECT_NE(result.happened + result.close_happened, "") << test_case.id;
      }
    }
  }

  /// The case fails, and one of its findings has this name.
  void expect_finding(const std::string& id, const Maker& make, const std::string& finding) {
    const CaseResult result = run(case_of(id), make);
    EXPECT_EQ(result.verdict, Verdict::kFail) << account(result);
    EXPECT_TRUE(std::any_of(result.findings.begin(), result.findings.end(),
                            [&](const auto& known) { return known.name == finding; }))
        << finding << " is not among: " << account(result);
  }

  Time longest{};
};

INSTANTIATE_TEST_SUITE_P(Roles, EngineFaultTest, testing::Values(Role::kServer, Role::kClient),
                         [](const testing::TestParamInfo<Role>& role) {
                           return role.param == Role::kServer ? "Server" : "Client";
                         });

// The measure of the others: it passes whatever violates nothing.
TEST_P(EngineFaultTest, APeerThatIgnoresErrorsPassesTheRest) {
  for (const Case& test_case : catalogue()) {
    if (sends_violation(test_case)) continue;
    const CaseResult result = run(test_case, lenient({}));
    EXPECT_EQ(result.verdict, test_case.informational ? Verdict::kInformational : Verdict::kPass)
        << account(result);
  }
}

TEST_P(EngineFaultTest, IgnoringErrorsIsCaughtWhereverOneIsSent) {
  // Decision 5: to accept an unassigned close code is tolerated.
  const std::set<std::string> tolerated{"7.9.6", "7.9.7", "7.9.8", "7.9.9"};
  expect_caught(lenient({}), [&](const Case& test_case) {
    return sends_violation(test_case) && tolerated.count(test_case.id) == 0;
  });
  for (const std::string& id : tolerated) {
    EXPECT_EQ(run(case_of(id), lenient({})).verdict, Verdict::kNonStrict);
  }
}

TEST_P(EngineFaultTest, DroppingRightAfterTheHandshakeIsCaught) {
  expect_caught(trick(Trick::kOpensThenEnds), anything);
  expect_caught(trick(Trick::kOpensThenResets), anything);
}

TEST_P(EngineFaultTest, DroppingRightAfterTheHandshakeLooksGoodToAutobahn) {
  int good = 0;
  for (const Case& test_case : catalogue()) {
    const CaseResult result = run(test_case, trick(Trick::kOpensThenEnds), Settle::kWait);
    if (result.behavior == conformance::Behavior::kFailed) continue;
    if (result.close_behavior != conformance::CloseBehavior::kOk) continue;
    ++good;
    EXPECT_NE(result.difference, "") << account(result);
  }
  EXPECT_GT(good, 100);
  RecordProperty("good", good);
}

TEST_P(EngineFaultTest, SilenceIsCaught) {
  expect_caught(trick(Trick::kNothing), anything);
  expect_caught(trick(Trick::kOpensThenNothing), anything);
}

TEST_P(EngineFaultTest, EndsBeforeTheHandshakeAreCaught) {
  expect_caught(trick(Trick::kEndsTcp), anything);
  expect_caught(trick(Trick::kResetsTcp), anything);
}

TEST_P(EngineFaultTest, RefusalAndGarbageAreCaught) {
  expect_caught(trick(Trick::kRefuses), anything);
  expect_caught(trick(Trick::kGarbage), anything);
  expect_caught(trick(Trick::kOpensThenGarbage), anything);
}

TEST_P(EngineFaultTest, EndlessDataIsCaughtAndBounded) {
  for (const Trick endless :
       {Trick::kEndlessHead, Trick::kOpensThenFloods, Trick::kOpensThenEndlessFrame,
        Trick::kOpensThenHugeLength, Trick::kOpensThenHalfFrame}) {
    for (const char* id : {"1.1.1", "1.2.8", "2.5", "3.2", "5.19", "6.4.3", "7.1.1", "7.1.6"}) {
      const CaseResult result = run(case_of(id), trick(endless));
      EXPECT_EQ(result.verdict, Verdict::kFail) << account(result);
      EXPECT_LT(result.transcript.size(), 1000U);
      EXPECT_LT(result.received.size(), 70'000U);
      EXPECT_LT(result.findings.size(), 50U);
    }
  }
}

TEST_P(EngineFaultTest, NeverAnsweringCloseIsCaught) {
  expect_caught(lenient({.answers_close = false}), anything);
}

TEST_P(EngineFaultTest, NeverAnsweringPingIsCaught) {
  expect_caught(lenient({.answers_ping = false}), [](const Case& test_case) {
    return sends_violation(test_case) || expects(test_case, Event::Kind::kPong);
  });
}

TEST_P(EngineFaultTest, AlteringPongsIsCaught) {
  expect_caught(lenient({.alters_pong = true}),
                [](const Case& test_case) { return expects(test_case, Event::Kind::kPong); });
}

TEST_P(EngineFaultTest, NotEchoingIsCaught) {
  // Where a Close follows at once (7.1.1) the echo may be lost.
  const auto may_be_lost = [](const Case& test_case) {
    return std::any_of(test_case.tolerated.begin(), test_case.tolerated.end(),
                       [](const auto& alternative) { return alternative.events.empty(); });
  };
  expect_caught(lenient({.echoes = false}), [&](const Case& test_case) {
    return expects(test_case, Event::Kind::kMessage) && !test_case.informational &&
           !may_be_lost(test_case);
  });
}

TEST_P(EngineFaultTest, EchoingTwiceIsCaught) {
  expect_caught(lenient({.echoes_twice = true}), [](const Case& test_case) {
    return expects(test_case, Event::Kind::kMessage) && !test_case.informational;
  });
}

/// Strict in everything but what it sends back.
class AlteringEndpoint : public EchoEndpoint {
 public:
  using EchoEndpoint::EchoEndpoint;

 protected:
  void echo(Session& session, MessageKind kind, MutableBytes payload) override {
    std::string altered(as_text(payload));
    altered.push_back('x');
    static_cast<void>(session.send(kind, as_bytes(altered)));
  }
};

TEST_P(EngineFaultTest, AlteredEchoesAreCaught) {
  expect_caught([] { return std::make_unique<AlteringEndpoint>(GetParam()); },
                [](const Case& test_case) { return expects(test_case, Event::Kind::kMessage); });
}

TEST_P(EngineFaultTest, FindingsAreNamed) {
  const bool server = GetParam() == Role::kServer;
  expect_finding("1.1.2", lenient({.wrong_masking = true}),
                 server ? "frame-masked" : "frame-not-masked");
  expect_finding("1.1.2", lenient({.rsv = 2}), "reserved-bit");
  expect_finding("1.1.2", lenient({.long_lengths = true}), "length-not-minimal");
  expect_finding("1.1.2", lenient({.ends_tcp = false, .closes_twice = true}), "close-repeated");
  expect_finding("1.1.2", lenient({.ends_tcp = false, .speaks_after_close = true}),
                 "data-after-close");
  expect_finding("1.1.2", lenient({.close_body = std::string("\x03")}), "close-body-one-octet");
  expect_finding("1.1.2", lenient({.close_body = std::string("\x03\xed")}), "close-code-invalid");
  expect_finding("1.1.2", lenient({.close_body = std::string("\x03\xe8\xff")}),
                 "close-reason-not-utf8");
  expect_finding("1.1.2", trick(Trick::kOpensThenHalfFrame), "tcp-ended-inside-frame");
  expect_finding("1.1.2", trick(Trick::kOpensThenHugeLength), "length-top-bit");
  expect_finding("1.1.2", trick(Trick::kOpensThenFloods), "flood");
  expect_finding("1.1.2", trick(Trick::kGarbage), "head-malformed");
}

Faults with_head(const std::string& from, const std::string& to) {
  Faults faults;
  faults.shape_head = [from, to](std::string head) {
    const std::size_t at = head.find(from);
    if (at == std::string::npos) throw std::invalid_argument("no " + from + " in the head");
    return head.replace(at, from.size(), to);
  };
  return faults;
}

TEST_P(EngineFaultTest, HandshakeDefectsAreNamedAndDoNotStopTheCase) {
  struct Defect {
    std::string from, to, finding;
  };
  const std::vector<Defect> responses{
      {"Upgrade: websocket\r\n", "", "upgrade-missing"},
      {"Upgrade: websocket", "Upgrade: h2c", "upgrade-missing"},
      {"Connection: Upgrade\r\n", "", "connection-missing"},
      {"Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x", "accept-wrong"},
      {"Sec-WebSocket-Accept: ", "X-Accept: ", "accept-missing"},
      {"\r\n\r\n", "\r\nSec-WebSocket-Protocol: chat\r\n\r\n", "subprotocol-not-offered"},
      {"\r\n\r\n", "\r\nSec-WebSocket-Extensions: x-foo\r\n\r\n", "extension-not-offered"},
      {"\r\n\r\n", "\r\nSec-WebSocket-Extensions: ;\r\n\r\n", "extension-malformed"},
      {"HTTP/1.1", "HTTP/1.0", "http-version-too-low"},
  };
  const std::vector<Defect> requests{
      {"Upgrade: websocket\r\n", "", "upgrade-missing"},
      {"Connection: Upgrade\r\n", "", "connection-missing"},
      {"Host: localhost\r\n", "", "host-missing"},
      {"Version: 13", "Version: 8", "version-unsupported"},
      {"Sec-WebSocket-Version: 13\r\n", "", "version-missing"},
      {"bm9uY2U=", "bm9uY2", "key-malformed"},
      {"GET", "PUT", "method-not-get"},
  };
  for (const Defect& defect : GetParam() == Role::kServer ? responses : requests) {
    const std::string from = defect.from == "bm9uY2U=" ? "ZQ==" : defect.from;
    const std::string to = defect.from == "bm9uY2U=" ? "ZR==" : defect.to;
    expect_finding("1.1.2", lenient(with_head(from, to)), defect.finding);
    const CaseResult result = run(case_of("1.1.2"), lenient(with_head(from, to)));
    EXPECT_TRUE(result.close.opened && result.close.clean) << account(result);
    EXPECT_EQ(result.behavior, conformance::Behavior::kOk) << account(result);
    EXPECT_NE(result.difference, "");
  }
}

TEST_P(EngineFaultTest, NotEndingTcpIsAFaultOfServersAlone) {
  const CaseResult result = run(case_of("1.1.2"), lenient({.ends_tcp = false}));
  EXPECT_EQ(result.verdict, GetParam() == Role::kServer ? Verdict::kFail : Verdict::kPass)
      << account(result);
}

// Every read and every write fails once: by a reset, and by the end of TCP.
TEST_P(EngineFaultTest, AnyOperationMayFail) {
  for (const Fault fault : {Fault::kReset, Fault::kEof}) {
    for (const char* id : {"1.1.1", "2.10", "3.2", "5.19", "6.4.3", "7.1.1", "7.3.2"}) {
      std::size_t nth = 1;
      bool struck = true;
      while (struck) {
        FailCount fail_count(nth);
        EngineOptions options;
        options.peer = GetParam();
        EchoEndpoint endpoint(GetParam());
        const LoopbackRun run =
            run_case(case_of(id), options, endpoint, {.fail_count = &fail_count, .fault = fault});
        ASSERT_TRUE(run.finished) << id << " with operation " << nth << " failing";
        struck = fail_count.has_struck();
        if (!struck) {
          EXPECT_EQ(run.result.verdict, Verdict::kPass) << account(run.result);
        }
        EXPECT_LT(run.ended, std::chrono::seconds(13));
        ++nth;
      }
      EXPECT_GT(nth, 5U) << id;
    }
  }
}

}  // namespace
}  // namespace wsproof::test
