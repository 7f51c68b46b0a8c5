// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/protocol/frame.h"
#include "server/protocol/frame_rules.h"

/// A conformance case as data: what the JSON files say, with every table row expanded and every
/// default filled in. Nothing here acts; conformance/engine does.
namespace wsproof::conformance {

using Duration = std::chrono::milliseconds;

/// Octets, described so that large ones cost nothing until they are sent: `unit` repeated, the last
/// repetition cut, to `size` octets.
struct Payload {
  std::string unit;
  std::uint64_t size = 0;
  bool cut = false;  ///< read from a report, which kept no more than the beginning of `unit`

  [[nodiscard]] std::string octets() const;
  bool operator==(const Payload&) const = default;
};

struct SpecReference {
  int rfc = 6455;
  std::string section;  ///< "5.4"
};

enum class Level : std::uint8_t { kMust, kShould, kMay };

/// How octets are cut into TCP writes: all sends between two waits in one write; each frame in a
/// write of its own; so many octets a write; or the last so many in a write of their own.
struct Chop {
  enum class Mode : std::uint8_t { kTogether, kFrame, kOctets, kTail };
  Mode mode = Mode::kTogether;
  std::uint64_t octets = 0;
  Duration pause{};  ///< between two writes of the same step
  bool operator==(const Chop&) const = default;
};

enum class Behavior : std::uint8_t { kOk, kNonStrict, kInformational, kUnimplemented, kFailed };

// --- the opening handshake ---

/// Asks the endpoint under test, through its driver, to act on its own: "close", "send", "fail",
/// "connect". Needs the feature "driver".
struct Ask {
  std::string action;
  std::map<std::string, std::string> arguments;
};

/// What differs from the ordinary opening handshake, and what is asked of the peer's part in it.
/// Against a server it is the request that is shaped, against a client the response. In start_line,
/// values, raw and before_head, ${host}, ${target}, ${key} and ${accept} stand for what the
/// ordinary handshake would hold; ${accept-lower}, ${accept-cut}, ${accept-other} and
/// ${accept-decoded} for Accept values that are wrong: in lower case, one character short, for
/// another key, computed over the 16 octets in place of their base64.
struct Opening {
  std::optional<std::string> start_line;  ///< in place of the request or status line
  /// Applied in order to the ordinary fields: set replaces all of that name, add appends a line,
  /// remove deletes all.
  struct Edit {
    enum class Kind : std::uint8_t { kSet, kAdd, kRemove };
    Kind kind = Kind::kSet;
    std::string name;
    std::string value;
  };
  std::vector<Edit> edits;
  bool shuffle = false;  ///< the fields in random order
  enum class NameCase : std::uint8_t { kUsual, kLower, kUpper, kMixed };
  NameCase name_case = NameCase::kUsual;  ///< of field names
  /// The whole head as octets, in place of all of the above.
  std::optional<Payload> raw;
  std::string before_head;  ///< octets ahead of the head: an interim 1xx answer
  std::string after_head;   ///< octets glued behind the head
  Duration delay{};         ///< before the response is sent (against clients)
  std::vector<Ask> asks;    ///< of the peer, before the response is sent
  Chop chop;
  std::string target;  ///< request target, or what follows the port in the URL; empty: as usual
  std::string url;     ///< the whole URL that a client is given; ${host} is ours
  std::vector<std::string> subprotocols;  ///< offered, or supported
  std::vector<std::string> offers;        ///< Sec-WebSocket-Extensions elements, or our answer
  /// Against clients, in place of the offers: what the tester asks of the client in its answer, as
  /// elements with client_no_context_takeover and client_max_window_bits. The first that the
  /// client's offer allows is taken; where it allows none, the tester declines.
  std::vector<std::string> answers;

  /// What the peer is to do. kOpen: the connection opens. kRefused: it does not. kEither: both are
  /// fine and the verdict is informational. kNoConnection: the client does not even connect.
  enum class Outcome : std::uint8_t { kOpen, kRefused, kEither, kNoConnection };
  Outcome outcome = Outcome::kOpen;
  std::vector<int> statuses;     ///< acceptable HTTP statuses of a refusal; empty: any 4xx or 5xx
  bool close_is_refusal = true;  ///< ending TCP without an answer is a refusal too
  /// Another outcome that is put up with.
  struct Tolerated {
    Outcome outcome = Outcome::kRefused;
    std::vector<int> statuses;  ///< empty: any
    Behavior behavior = Behavior::kNonStrict;
    std::string why;
  };
  std::vector<Tolerated> tolerated;
  bool steps_after_refusal = false;  ///< the steps are for a connection that was refused

  /// Checks on the peer's head: a field's value or presence. The name ":start-line" is the request
  /// or status line. kMatches: ECMAScript regular expression over the whole value. kDistinct: no
  /// two connections of the case have the same value.
  struct FieldCheck {
    enum class Kind : std::uint8_t {
      kEquals,
      kAbsent,
      kPresent,
      kOnce,
      kHasToken,
      kMatches,
      kDistinct
    };
    Kind kind = Kind::kEquals;
    std::string name;
    std::string value;
  };
  std::vector<FieldCheck> checks;
};

// --- steps ---

/// One frame, legal or not. Masked as the tester's role demands unless the case says otherwise.
struct SendFrame {
  bool fin = true;
  std::uint8_t rsv = 0;
  std::uint8_t opcode = opcode::kText;
  std::optional<bool> masked;
  std::optional<MaskingKey> masking_key;         ///< none: random
  std::optional<std::uint64_t> declared_length;  ///< none: the payload's size
  LengthForm length_form = LengthForm::kShortest;
  Payload payload;
  bool compressed = false;  ///< deflate the payload with the agreed parameters; RSV1 is not implied
  bool header_only = false;  ///< SendFramePayload steps follow with the payload
  /// This Close begins the tester's closing handshake (the step "close" of the case files). Other
  /// frames with the Close opcode are stimuli like any other: whoever answers one with a Close has
  /// begun the closing handshake itself.
  bool begins_closing = false;
  Chop chop;
};

/// Further octets of the payload of the frame whose header was sent alone; masking goes on.
struct SendFramePayload {
  Payload payload;
  Chop chop;
};

/// A whole message in fragments of at most `fragment_size` octets (0: one frame).
struct SendMessage {
  bool binary = false;
  Payload payload;
  std::uint64_t fragment_size = 0;
  bool compressed = false;
  Chop chop;
};

/// Messages one at a time: each is sent once the echo of the one before has come. The messages are
/// successive slices of a generated corpus, or the same payload again and again. Echoes are
/// compared by content; the event {exchange, count} happens when all have come.
struct Exchange {
  std::uint64_t count = 1;
  bool binary = false;
  std::string corpus;       ///< a name of conformance/catalogue/corpus.h, or empty
  std::uint64_t slice = 0;  ///< octets of the corpus in a message; text ends on a code point
  Payload payload;          ///< without a corpus: every message
  std::uint64_t fragment_size = 0;  ///< of the octets on the wire; 0: one frame
  bool compressed = false;

  [[nodiscard]] std::uint64_t message_size() const { return corpus.empty() ? payload.size : slice; }
};

/// Octets as they are, no frame around them.
struct SendOctets {
  Payload payload;
  Chop chop;
};

/// Time that must pass with the peer keeping the connection; then the event {timeout, tag} has
/// happened. Without a tag the wait leaves no event. Where the wait only gives the peer the chance
/// to react to complete frames, a ping answered by its pong may end it early (settle mode).
struct Wait {
  Duration duration{};
  std::string tag;
};

/// Goes on only when the peer has sent what is named, or when the case's time is over.
struct Await {
  enum class What : std::uint8_t { kMessage, kPing, kPong, kClose, kEof, kAnswer };
  What what = What::kMessage;
  std::uint64_t count = 1;
};

/// Ends our half of TCP (FIN), or all of it (RST).
struct HalfClose {};
struct ResetConnection {};

/// Leaves what the peer sends unread for so long, so that its writes meet back-pressure.
struct PauseReading {
  Duration duration{};
};

/// One more opening handshake on the same connection, as after a refusal. What the peer is to make
/// of it stands in `opening`.
struct SendOpening {
  Opening opening;
};

/// Something that the layer below WebSocket does: "settings" of HTTP/2, "close-notify" of TLS.
struct TransportAction {
  std::string action;
  std::map<std::string, std::string> arguments;
};

using Step =
    std::variant<SendFrame, SendFramePayload, SendMessage, Exchange, SendOctets, Wait, Await,
                 HalfClose, ResetConnection, Ask, PauseReading, SendOpening, TransportAction>;

// --- expectations ---

/// Something that the tester saw, in order: a whole message, a ping, a pong, its own wait over, or
/// all echoes of an exchange.
struct Event {
  enum class Kind : std::uint8_t { kMessage, kPing, kPong, kTimeout, kExchange };
  Kind kind = Kind::kMessage;
  Payload payload;          ///< of message, ping, pong
  bool binary = false;      ///< of message
  std::string tag;          ///< of timeout
  std::uint64_t count = 0;  ///< of exchange: echoes
  bool optional = false;    ///< need not happen; if it does, then here
};

/// One acceptable sequence of events, and the behaviour that it earns.
struct Alternative {
  Behavior behavior = Behavior::kOk;
  std::vector<Event> events;
  std::string why;  ///< compulsory for kNonStrict and in Case::tolerated: why it is put up with
};

struct CloseExpectation {
  /// kAny: whoever it was. kNobody: TCP ends with no closing handshake at all.
  enum class By : std::uint8_t { kTester, kPeer, kAny, kNobody };
  By by = By::kTester;
  std::vector<std::uint16_t> codes;  ///< acceptable in the peer's Close, if it sends one
  bool clean = false;                ///< the full closing handshake is required
  bool wrong_endpoint_is_fatal = false;
  bool wrong_code_is_fatal = false;
  std::optional<Payload> reason;  ///< the peer's Close must carry a code of `codes` and this reason
  /// Other codes, or a TCP end without any Close frame, that are put up with.
  struct Tolerated {
    std::vector<std::uint16_t> codes;
    bool no_close_frame = false;
    Behavior behavior = Behavior::kNonStrict;
    std::string why;
  };
  std::vector<Tolerated> tolerated;
  /// Who ends TCP after the Close frames, and when; none: as the RFC has it, not measured.
  std::optional<Duration> tester_keeps_tcp;      ///< the tester leaves TCP open for so long
  std::optional<Duration> peer_ends_tcp_within;  ///< the peer must have ended it by then
  std::optional<Duration> peer_keeps_tcp;        ///< the peer must not have ended it before
};

struct Case {
  std::string id;      ///< stable for ever: "6.4.1"
  std::string title;   ///< one line
  std::string why;     ///< one or two sentences: what a user gains by passing
  std::string family;  ///< "6 UTF-8"
  std::string group;   ///< "6.4 Fail-fast on invalid UTF-8"
  std::vector<SpecReference> spec;
  Level level = Level::kMust;
  bool for_servers = true;
  bool for_clients = true;
  std::vector<std::string> requires_features;  ///< "permessage-deflate", "tls", "driver", ...
  /// What must be set up around the case, for the runner and the driver to arrange:
  /// {"certificate", "expired"}, {"allowed-origins", "http://a.example"}, {"message-limit",
  /// "65536"}.
  std::map<std::string, std::string> environment;
  /// Properties of all that the peer does, over all connections of the case, that are asked for by
  /// name: "masking-keys-fresh", "lengths-minimal", "memory-flat", ...
  std::vector<std::string> watch;
  std::optional<int> decision;  ///< number in the project's list of decisions
  bool informational = false;   ///< both verdicts are INFORMATIONAL (7.1.6, 7.13.*)
  std::optional<Opening> opening;
  std::uint32_t repeat = 1;       ///< connections in turn, each running the whole case
  std::uint32_t connections = 1;  ///< connections side by side, each running the whole case
  bool answers_close = true;      ///< the tester answers the peer's Close by itself
  std::vector<Step> steps;
  std::vector<Alternative> expect;
  /// Where nothing of `expect` came to pass: what our own verdict puts up with, though Autobahn's
  /// rules do not.
  std::vector<Alternative> tolerated;
  CloseExpectation close;
  /// After this long the tester gives up: drops TCP, or starts the closing handshake. Exactly one
  /// of the two is set. close_after is a wait that a settled ping may end early.
  std::optional<Duration> drop_tcp_after;
  std::optional<Duration> close_after;

  std::string file;  ///< where it is written, for messages
  int line = 0;
};

/// Orders ids as tuples of integers: 1.2 before 1.10.
[[nodiscard]] bool id_less(const std::string& a, const std::string& b);

}  // namespace wsproof::conformance
