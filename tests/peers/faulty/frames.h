// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// RFC 6455 5.2.
inline constexpr std::uint8_t kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9,
                              kPong = 10;
inline constexpr std::uint8_t kRsv1 = 4, kRsv2 = 2, kRsv3 = 1;

struct FrameHeader {
  bool fin = true;
  std::uint8_t rsv = 0;
  std::uint8_t opcode = kText;
  std::optional<std::array<char, 4>> key;
  std::uint64_t length = 0;
  bool longer_form = false;  ///< the length is written longer than it needs

  [[nodiscard]] bool is_control() const { return opcode >= 8; }
};

/// What becomes of frames as they come in.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void on_header(const FrameHeader& header) = 0;
  /// A piece of the payload, unmasked; as much of it as a read has brought.
  virtual void on_payload(std::string_view piece) = 0;
  virtual void on_frame_end() = 0;
};

/// Octets in, frames out.
class FrameReader {
 public:
  FrameReader(const Faults& faults, FrameSink& sink) : faults_(faults), sink_(sink) {}

  /// One read's worth.
  void push(std::string_view octets);
  /// What comes from now on is thrown away.
  void stop() { stopped_ = true; }

 private:
  bool step();
  bool read_header();
  void read_payload();
  void end_frame();
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  const Faults& faults_;
  FrameSink& sink_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool stopped_ = false;
  std::optional<FrameHeader> header_;
  std::uint64_t seen_ = 0;  ///< of the payload
  std::uint64_t mask_phase_ = 0;
};

/// Frames out. Masks as the role asks.
class FrameWriter {
 public:
  FrameWriter(Role role, const Faults& faults) : role_(role), faults_(faults) {}

  [[nodiscard]] std::string frame(std::uint8_t opcode, std::string_view payload, bool fin = true,
                                  std::uint8_t rsv = 0);

 private:
  [[nodiscard]] std::string length_field(std::uint64_t length, bool masked) const;
  std::array<char, 4> next_key();

  Role role_;
  const Faults& faults_;
  std::uint32_t key_ = 0x9E3779B9;
};

}  // namespace wsproof::faulty
