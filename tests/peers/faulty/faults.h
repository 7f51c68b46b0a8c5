// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// A WebSocket endpoint of either role that is small, slow and correct, until one of its faults is
/// switched on. It shares nothing with server/protocol: a mistake there cannot hide behind the same
/// mistake here.
namespace wsproof::faulty {

enum class Role : std::uint8_t { kServer, kClient };

/// What can be wrong with the endpoint. The table in faults.cc says what each one means.
enum class Fault : std::uint8_t {
  // frames that come in
  kAcceptsRsv1,
  kAcceptsRsv2,
  kAcceptsRsv3,
  kAcceptsRsvInControl,
  kAcceptsRsvInBinary,
  kSkipsReservedData,
  kEchoesReservedData,
  kSkipsReservedControl,
  kAnswersReservedControl,
  kAcceptsFragmentedPing,
  kAcceptsFragmentedPong,
  kAcceptsLongPing,
  kCutsLongPing,
  kAcceptsUnmasked,
  kAcceptsMasked,
  kAcceptsLongLengthForms,
  kAcceptsLengthTopBit,
  kLength16LittleEndian,
  kLength16Signed,
  kLength64Cut,
  kMaskPhaseGoesOn,
  kMaskPhasePerRead,
  kMaskStopsAt65535,
  kDropsEmptyFrames,
  kOneFrameARead,
  kHeaderInOneRead,
  kFrameInOneRead,
  kRepeatsOctetBetweenReads,
  kLosesOctetBetweenReads,
  // frames that go out
  kMasksFrames,
  kDoesNotMask,
  kReusesMaskingKey,
  kMaskPhaseWrong,
  kWritesLongLength16,
  kWritesLongLength64,
  kWritesLengthTopBit,
  kWritesLengthCut,
  kSetsRsv1,
  kSetsRsv2,
  kSetsRsv3InPong,
  kSendsReservedOpcode,
  // messages
  kLosesFirstFragment,
  kLosesMiddleFragment,
  kLosesLastFragment,
  kSwapsFragments,
  kEchoesEachFragment,
  kRefusesFragments,
  kFiftyFragments,
  kThousandFragments,
  kLosesEmptyLastFragment,
  kLosesEmptyFirstFragment,
  kKeepsPreviousMessage,
  kBeginsAnew,
  kAppendsNewMessage,
  kSkipsStrayContinuation,
  kEchoesStrayContinuation,
  kSkipsContinuationAfterEnd,
  kControlJoinsMessage,
  kControlEndsMessage,
  kControlForgetsMessage,
  kTextBecomesBinary,
  kBinaryBecomesText,
  kNoEcho,
  kNoEchoOfEmpty,
  kNoEchoOfSecond,
  kEchoesTwice,
  kEchoHeldBack,
  kEchoWithoutFin,
  kEchoAsContinuation,
  kEchoRestartsFragments,
  kEchoLosesFirstOctet,
  kCuts125,
  kCuts126,
  kCuts127,
  kCuts128,
  kCuts65535,
  kCuts65536,
  kCutsAt65535,
  kLimit64Kib,
  kLimit1Mib,
  kLimit16Mib,
  kTrims,
  kStopsAtNul,
  kClearsTopBit,
  kLineEnds,
  // UTF-8
  kTextAsLatin1,
  kNormalisesText,
  kDropsReplacementCharacters,
  kDropsSpecials,
  kQuestionMarks,
  kSendsSurrogates,
  kUtf8Unchecked,
  kUtf8Replaced,
  kUtf8PerFragment,
  kUtf8PerRead,
  kUtf8FirstFragmentOnly,
  kUtf8AtEnd,
  kUtf8WholeCharacters,
  kAcceptsSurrogates,
  kAcceptsSurrogatePairs,
  kAcceptsOverlong2,
  kAcceptsOverlong3,
  kAcceptsOverlong4,
  kAcceptsAboveUnicode,
  kAcceptsFiveAndSix,
  kAcceptsStrayOctets,
  kAcceptsFeAndFf,
  kAcceptsBrokenOff,
  kAcceptsCutEnd,
  kRejectsNul,
  kRejectsDelete,
  kRejectsFirstOfLength,
  kRejectsLastOfLength,
  kRejectsNextToSurrogates,
  kRejectsReplacementCharacter,
  kRejectsNoncharacters,
  kRejectsNoncharactersOfBmp,
  kRejectsBeyondBmp,
  kUtf8FailsWith1002,
  // control frames
  kNoPong,
  kNoPongToEmpty,
  kNoPongInsideMessage,
  kNoPongToSplitPing,
  kEmptyPong,
  kPongChanged,
  kPongLoses125th,
  kPongStopsAtNul,
  kPingAsText,
  kPongBehindMessage,
  kPongsReversed,
  kPongsAtEndOfRead,
  kFivePongs,
  kPongRepeated,
  kPongForPong,
  kPongFragmented,
  kPongTooLong,
  kFailsAtPong,
  kDropsAtPong,
  // closing
  kCloseUnanswered,
  kCloseDropsTcp,
  kCloseResets,
  kCloseAnsweredTwice,
  kCloseAnsweredWith1006,
  kCloseAnsweredWith1001,
  kCloseCodeReversed,
  kCloseCodeCut,
  kCloseReasonCut,
  kCloseAnswerInFragments,
  kCloseAnswerTooLong,
  kAcceptsOneOctetClose,
  kAcceptsLongClose,
  kAcceptsBadReason,
  kAcceptsClose0,
  kAcceptsClose999,
  kAcceptsClose1004,
  kAcceptsClose1005,
  kAcceptsClose1006,
  kAcceptsClose1015,
  kAcceptsCloseUnassigned,
  kAcceptsClose5000,
  kAnswersBadCloseWith1000,
  kDropsAtEmptyClose,
  kDropsAtLongReason,
  kDropsAtReason,
  kDropsAtClose1001,
  kDropsAtErrorCodes,
  kDropsAtClose3000,
  kRefusesClose3000,
  kHalfMessageAtClose,
  kEchoAfterClose,
  kPongAfterClose,
  kMessageAfterClose,
  kKeepsTcp,
  kKeepsTcpAfterFailure,
  kResetAfterClose,
  kIgnoresViolations,
  kFailsWith1000,
  kFailsWith1006,
  kFailsWith1011,
  kFailsWithoutCode,
  kFailsWithoutClose,
  kFailsWithReset,
  kFailsAndGoesOn,
  // permessage-deflate
  kInflateForgets,
  kInflatePerFragment,
  kInflateStopsAt65536,
  kInflateWindow8,
  kInflateSkipped,
  kInflateStopsAtBfinal,
  kDeflateKeeps,
  kDeflateWindow15,
  kDeflateWithoutRsv1,
  kDeflateRsv1OnContinuation,
  kDeflateRsv1OnPong,
  kDeflateTailLeft,
  kDeflateTailCut,
  kDeflateTailWrong,
  kDeflateInZlibFrame,
  kDeflateGrowthLost,
  kAnswersUnofferedWindow,
  kAnswersWithoutTakeover,
  kAnswersWithoutWindow,
  kAnswersTwice,
  kAnswersUnknownParameter,
  kOffersMalformed,
  kIgnoresAgreedWindow,
  kIgnoresAgreedTakeover,
  // time
  kPongLate,
  kEchoLate,
  kCloseLate,
  kFailsLate,
  kTcpEndLate,
  kStallsAfterMessage,
  kStallsAfter1Mib,
  kClosesAfterMessage,
  kClosesAfterFragment,
  kResetsAfterMessage,
  kSilent,
  // opening handshake
  kAcceptWrong,
  kAcceptMissing,
  kAnswerWithoutUpgrade,
  kAnswerWithoutConnection,
  kAnswers200,
  kAnswersHttp10,
  kUnofferedSubprotocol,
  kUnofferedExtension,
  kKeyShort,
  kMethodPost,
  kVersionMissing,
  kVersion8,
  kHostMissing,
  kRequestWithoutUpgrade,
  kRequestWithoutConnection,
  kDataBeforeAnswer,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kDataBeforeAnswer) + 1;

struct FaultInfo {
  Fault fault;
  std::string_view name;
  bool in_server, in_client;  ///< the roles in which it makes a difference
  std::string_view kind;
  std::string_view sentence;  ///< what the endpoint does, to be read behind its name
};

/// All faults, in the order of the enum.
[[nodiscard]] std::span<const FaultInfo> all_faults();
[[nodiscard]] const FaultInfo& info(Fault fault);
/// Null where no fault has the name.
[[nodiscard]] const FaultInfo* find_fault(std::string_view name);
[[nodiscard]] bool makes_sense(const FaultInfo& fault, Role role);

/// Those that are switched on. Each is consulted in one place: where the behaviour is decided.
class Faults {
 public:
  Faults() = default;
  explicit Faults(Fault fault) { set_.set(static_cast<std::size_t>(fault)); }

  [[nodiscard]] bool on(Fault fault) const { return set_.test(static_cast<std::size_t>(fault)); }

 private:
  std::bitset<kFaults> set_;
};

}  // namespace wsproof::faulty
