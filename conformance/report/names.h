// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"
#include "conformance/report/run.h"

/// The stable names of enumerators in files, in both directions.
namespace wsproof::conformance {

template <typename Enum>
struct Named {
  Enum value;
  std::string_view name;
};

template <typename Enum>
struct Names;

template <>
struct Names<Role> {
  static constexpr std::array<Named<Role>, 2> kAll{
      {{Role::kServer, "server"}, {Role::kClient, "client"}}};
};

template <>
struct Names<Level> {
  static constexpr std::array<Named<Level>, 3> kAll{
      {{Level::kMust, "must"}, {Level::kShould, "should"}, {Level::kMay, "may"}}};
};

template <>
struct Names<Behavior> {
  static constexpr std::array<Named<Behavior>, 5> kAll{{{Behavior::kOk, "OK"},
                                                        {Behavior::kNonStrict, "NON-STRICT"},
                                                        {Behavior::kInformational, "INFORMATIONAL"},
                                                        {Behavior::kUnimplemented, "UNIMPLEMENTED"},
                                                        {Behavior::kFailed, "FAILED"}}};
};

template <>
struct Names<CloseBehavior> {
  static constexpr std::array<Named<CloseBehavior>, 7> kAll{
      {{CloseBehavior::kOk, "OK"},
       {CloseBehavior::kWrongCode, "WRONG CODE"},
       {CloseBehavior::kUnclean, "UNCLEAN"},
       {CloseBehavior::kFailed, "FAILED"},
       {CloseBehavior::kFailedByClient, "FAILED BY CLIENT"},
       {CloseBehavior::kInformational, "INFORMATIONAL"},
       {CloseBehavior::kUnimplemented, "UNIMPLEMENTED"}}};
};

template <>
struct Names<Verdict> {
  static constexpr std::array<Named<Verdict>, 5> kAll{{{Verdict::kPass, "PASS"},
                                                       {Verdict::kNonStrict, "NON-STRICT"},
                                                       {Verdict::kInformational, "INFORMATIONAL"},
                                                       {Verdict::kUnsupported, "UNSUPPORTED"},
                                                       {Verdict::kFail, "FAIL"}}};
};

template <>
struct Names<Standing> {
  static constexpr std::array<Named<Standing>, 4> kAll{{{Standing::kUsual, "usual"},
                                                        {Standing::kExpected, "expected"},
                                                        {Standing::kUnexpected, "unexpected"},
                                                        {Standing::kTolerated, "tolerated"}}};
};

template <>
struct Names<AgentRun::End> {
  static constexpr std::array<Named<AgentRun::End>, 5> kAll{
      {{AgentRun::End::kComplete, "complete"},
       {AgentRun::End::kUnreachable, "unreachable"},
       {AgentRun::End::kDied, "died"},
       {AgentRun::End::kDeadline, "deadline"},
       {AgentRun::End::kInterrupted, "interrupted"}}};
};

template <>
struct Names<Event::Kind> {
  static constexpr std::array<Named<Event::Kind>, 5> kAll{{{Event::Kind::kMessage, "message"},
                                                           {Event::Kind::kPing, "ping"},
                                                           {Event::Kind::kPong, "pong"},
                                                           {Event::Kind::kTimeout, "timeout"},
                                                           {Event::Kind::kExchange, "exchange"}}};
};

template <>
struct Names<CloseExpectation::By> {
  static constexpr std::array<Named<CloseExpectation::By>, 4> kAll{
      {{CloseExpectation::By::kTester, "tester"},
       {CloseExpectation::By::kPeer, "peer"},
       {CloseExpectation::By::kAny, "any"},
       {CloseExpectation::By::kNobody, "nobody"}}};
};

template <>
struct Names<LengthForm> {
  static constexpr std::array<Named<LengthForm>, 4> kAll{{{LengthForm::kShortest, "shortest"},
                                                          {LengthForm::k7Bit, "7"},
                                                          {LengthForm::k16Bit, "16"},
                                                          {LengthForm::k64Bit, "64"}}};
};

template <>
struct Names<TranscriptEntry::Kind> {
  using Kind = TranscriptEntry::Kind;
  static constexpr std::array<Named<Kind>, 14> kAll{
      {{Kind::kConnected, "connected"},
       {Kind::kHandshakeSent, "handshake-sent"},
       {Kind::kHandshakeReceived, "handshake-received"},
       {Kind::kFrameSent, "frame-sent"},
       {Kind::kFrameReceived, "frame-received"},
       {Kind::kOctetsSent, "octets-sent"},
       {Kind::kOctetsReceived, "octets-received"},
       {Kind::kEofReceived, "eof-received"},
       {Kind::kEofSent, "eof-sent"},
       {Kind::kReset, "reset"},
       {Kind::kResetReceived, "reset-received"},
       {Kind::kDropped, "dropped"},
       {Kind::kTimeout, "timeout"},
       {Kind::kNote, "note"}}};
};

template <typename Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
  for (const auto& one : Names<Enum>::kAll) {
    if (one.value == value) {
      return one.name;
    }
  }
  return "";
}

template <typename Enum>
[[nodiscard]] constexpr std::optional<Enum> from_name(std::string_view name) {
  for (const auto& one : Names<Enum>::kAll) {
    if (one.name == name) {
      return one.value;
    }
  }
  return std::nullopt;
}

}  // namespace wsproof::conformance
