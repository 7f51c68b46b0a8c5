// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/catalogue/case.h"
#include "conformance/engine/engine.h"
#include "conformance/engine/findings.h"
#include "conformance/engine/head_builder.h"
#include "conformance/engine/head_check.h"
#include "conformance/engine/record.h"
#include "server/protocol/extension.h"
#include "server/protocol/head_scanner.h"
#include "server/protocol/limits.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {

/// The tester's side of the opening handshake, in either role, as the case shapes it. Lenient: a
/// 101 opens the connection whatever is wrong with its fields, and a request that names a key is
/// answered.
class TesterOpening {
 public:
  /// The references outlive this object.
  TesterOpening(const Case& test_case, const EngineOptions& options, RandomSource& random,
                Record& record, Findings& findings);

  enum class State : std::uint8_t {
    kWaiting,  ///< for the peer's head
    kRequest,  ///< against a client: its request is here, answer() can be sent
    kOpen,     ///< against a server: it answered 101
    kRefused,  ///< it answered otherwise; status() says how
    kNotHttp,  ///< what came is no head, or none that could be answered
  };
  [[nodiscard]] State state() const { return state_; }

  /// What to send first: the request; empty against a client.
  [[nodiscard]] std::string request();
  /// Takes the peer's next octets. Octets behind the head are in rest().
  State push(Bytes bytes, Time now);
  /// The answer to a client's request; empty against a server.
  [[nodiscard]] const std::string& answer() const { return answer_; }
  [[nodiscard]] std::string_view rest() const;

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& head() const { return head_; }
  [[nodiscard]] const std::optional<std::string>& peer_name() const { return peer_name_; }
  [[nodiscard]] const std::optional<DeflateParameters>& deflate() const { return deflate_; }
  [[nodiscard]] bool anything_received() const { return !buffer_.empty(); }

 private:
  void take_head(Time now);
  void read_response(Time now);
  void read_request(Time now);
  void make_answer(const RequestHead& head);
  [[nodiscard]] Head ordinary_answer(const RequestHead& head);
  void note_not_http(Error error, Time now);

  const EngineOptions& options_;
  RandomSource& random_;
  Record& record_;
  Findings& findings_;
  Opening opening_;
  Limits limits_;
  HeadScanner scanner_;
  State state_ = State::kWaiting;
  bool wants_deflate_ = false;
  SentRequest sent_;
  HeadValues values_;
  std::string buffer_;
  std::size_t head_start_ = 0;
  std::string head_;
  std::string answer_;
  int status_ = 0;
  std::optional<std::string> peer_name_;
  std::optional<DeflateParameters> deflate_;
};

}  // namespace wsproof::conformance
