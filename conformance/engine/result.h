// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/bytes.h"

namespace wsproof::conformance {

enum class CloseBehavior : std::uint8_t {
  kOk,
  kWrongCode,
  kUnclean,
  kFailed,
  kFailedByClient,
  kInformational,
  kUnimplemented
};

/// Our own verdict, one word; folds in behaviour, close and findings.
enum class Verdict : std::uint8_t { kPass, kNonStrict, kInformational, kUnsupported, kFail };

[[nodiscard]] const char* autobahn_name(Behavior behavior);       ///< "NON-STRICT"
[[nodiscard]] const char* autobahn_name(CloseBehavior behavior);  ///< "FAILED BY CLIENT"
[[nodiscard]] const char* name(Verdict verdict);                  ///< "PASS"
/// The worse a verdict, the higher: of several results of one case the worst counts.
[[nodiscard]] int badness(Verdict verdict);

/// How a verdict counts in its run, which is for expectations and --level to say, not for the
/// engine.
enum class Standing : std::uint8_t {
  kUsual,       ///< nothing was said of it: FAIL counts against the run, and nothing else does
  kExpected,    ///< as a line of the expectation file says, be it FAIL
  kUnexpected,  ///< counts against the run, be it PASS
  kTolerated    ///< would count, but the requirement is below the level that was asked for
};

/// Something on the wire that the RFC forbids, wherever in the case it happened.
struct Finding {
  std::string name;      ///< stable: "frame-masked"
  std::string sentence;  ///< what the peer did
  std::string section;   ///< "RFC 6455 5.1"
  Time at{};
  /// Whether it makes the verdict FAIL by itself; otherwise NON-STRICT.
  bool fatal = true;
  /// Allowed, but worth knowing: leaves the verdict alone. Never together with `fatal`.
  bool remark = false;
};

/// What went over the wire or happened around it, in order, for the wire log, --trace and reports.
struct TranscriptEntry {
  enum class Kind : std::uint8_t {
    kConnected,
    kHandshakeSent,
    kHandshakeReceived,
    kFrameSent,
    kFrameReceived,
    kOctetsSent,
    kOctetsReceived,
    kEofReceived,
    kEofSent,
    kReset,  ///< by the tester
    kResetReceived,
    kDropped,
    kTimeout,
    kNote
  };
  Kind kind = Kind::kNote;
  Time at{};
  std::optional<FrameHeader> frame;
  std::string octets;             ///< payload unmasked, or head; at most kTranscriptOctets of it
  std::uint64_t octet_count = 0;  ///< how many there were
  std::string text;               ///< for notes and timeouts: a sentence, a tag
};
inline constexpr std::size_t kTranscriptOctets = 512;

/// How the connection ended, as seen by the tester.
struct CloseObservation {
  std::optional<std::uint16_t> local_code;
  std::string local_reason;
  std::optional<std::uint16_t> remote_code;  ///< nothing: no Close, or a Close without a body
  std::string remote_reason;
  bool remote_close_received = false;
  bool clean = false;              ///< full closing handshake and TCP ended by the right side
  bool closed_by_tester = false;   ///< the tester began the closing handshake
  bool failed_by_tester = false;   ///< the tester failed the connection
  bool dropped_by_tester = false;  ///< the tester gave up and dropped TCP
  bool opened = false;             ///< the opening handshake was completed
  bool reset_by_peer = false;
  bool open_timeout = false;     ///< no complete handshake within the time
  bool close_timeout = false;    ///< no answer to our Close
  bool tcp_end_timeout = false;  ///< Close frames exchanged, but TCP not ended by the server
  std::string not_clean_reason;
};

/// Data messages in one direction, and what compression made of them.
struct MessageTraffic {
  std::uint64_t messages = 0;
  std::uint64_t compressed = 0;   ///< of these, with RSV1 set
  std::uint64_t octets = 0;       ///< for the application
  std::uint64_t wire_octets = 0;  ///< as payload of frames
  std::uint64_t frames = 0;

  /// Size on the wire by size for the application; 1 where nothing was sent.
  [[nodiscard]] double ratio() const {
    return octets == 0 ? 1.0 : static_cast<double>(wire_octets) / static_cast<double>(octets);
  }
};

/// What a case came to, and everything that a report says of it.
struct CaseResult {
  std::string case_id;
  Behavior behavior = Behavior::kFailed;
  CloseBehavior close_behavior = CloseBehavior::kFailed;
  Verdict verdict = Verdict::kFail;
  Standing standing = Standing::kUsual;
  /// What was expected and who says so: "NON-STRICT (known.txt:12: reason)"; empty: nobody.
  std::string expectation;

  std::string acceptable;  ///< sentences for people: what would have been accepted
  std::string happened;    ///< what happened instead, or that it was as expected
  std::string close_acceptable;
  std::string close_happened;
  std::string difference;  ///< why the two layers of verdict differ; empty where they agree

  std::vector<Event> received;
  std::vector<Finding> findings;
  CloseObservation close;
  std::vector<TranscriptEntry> transcript;

  Time started{};
  Time duration{};
  std::string request_head;  ///< as on the wire
  std::string response_head;
  std::optional<std::string> peer_name;  ///< Server or User-Agent field
  std::uint64_t octets_sent = 0, octets_received = 0;
  std::vector<std::pair<std::uint8_t, std::uint64_t>> frames_sent, frames_received;  ///< by opcode
  /// Sizes of reads and writes on the transport, with how often each occurred.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> reads, writes;
  bool deflate_agreed = false;  ///< permessage-deflate was negotiated
  MessageTraffic traffic_sent, traffic_received;
  /// False where the run ended before the case did: the peer was not seen to do anything wrong.
  bool ran = true;
};

}  // namespace wsproof::conformance
