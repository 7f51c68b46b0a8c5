// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/protocol/frame.h"
#include "server/protocol/frame_parser.h"
#include "tests/support/endpoint.h"

namespace wsproof::test {

/// What a LenientEndpoint does wrong beyond ignoring every error of its peer.
struct Faults {
  bool answers_close = true;
  bool answers_ping = true;
  bool echoes = true;
  bool ends_tcp = true;        ///< after the Close frames
  bool wrong_masking = false;  ///< masks as a server, does not as a client
  std::uint8_t rsv = 0;        ///< in every frame
  bool echoes_twice = false;
  bool alters_pong = false;
  bool speaks_after_close = false;
  bool closes_twice = false;
  bool long_lengths = false;              ///< every length in its longest form
  std::optional<std::string> close_body;  ///< in place of the peer's
  /// In place of the ordinary head of its role.
  std::function<std::string(std::string head)> shape_head;
};

/// Echoes whatever it gets and never fails a connection: a conformance suite must catch it on every
/// violation. Its opening handshake is in order unless shape_head says otherwise.
class LenientEndpoint : public Endpoint {
 public:
  explicit LenientEndpoint(Role role, Faults faults = {})
      : role_(role), faults_(std::move(faults)) {}

  void connected(Time now) override;
  void receive(Bytes bytes, Time now) override;
  void receive_eof(Time now) override;

 protected:
  void send(std::uint8_t op, std::string payload);

 private:
  bool open(Bytes bytes);
  void read_frames(std::string octets);
  void end_frame();

  Role role_;
  Faults faults_;
  std::string head_;
  bool open_ = false;
  bool closed_ = false;  ///< has sent Close, and reads nothing more
  FrameParser parser_;
  std::string payload_;
  std::string message_;
  std::uint8_t message_opcode_ = opcode::kText;
};

/// Completes the opening handshake, if it is asked to, then does one thing and no more.
class OneTrick : public Endpoint {
 public:
  enum class Trick : std::uint8_t {
    kNothing,  ///< accepts TCP and is silent
    kEndsTcp,  ///< ends TCP without a word
    kResetsTcp,
    kGarbage,  ///< sends something that is not HTTP
    kRefuses,  ///< answers 400; a client: asks for a page in place of a WebSocket
    kEndlessHead,
    kOpensThenNothing,
    kOpensThenEnds,
    kOpensThenResets,
    kOpensThenGarbage,
    kOpensThenFloods,        ///< small frames without end
    kOpensThenEndlessFrame,  ///< one frame whose announced length never ends
    kOpensThenHugeLength,    ///< the top bit of a 64-bit length
    kOpensThenHalfFrame,     ///< ends TCP in the middle of a frame
  };
  OneTrick(Role role, Trick trick);

  void connected(Time now) override;
  void receive(Bytes bytes, Time now) override;
  void receive_eof(Time now) override;
  [[nodiscard]] std::string take_output() override;

 private:
  void perform();

  Role role_;
  Trick trick_;
  LenientEndpoint opener_;
  std::string flood_;
  bool performed_ = false;
  bool flooding_ = false;
};

}  // namespace wsproof::test
