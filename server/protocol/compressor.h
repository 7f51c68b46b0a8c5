// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "server/protocol/bytes.h"

namespace wsproof {

/// A raw DEFLATE stream that is being made, by whichever library makes it at this level. Throws
/// std::bad_alloc where there is no memory; nothing else can fail.
class Compressor {
 public:
  Compressor() = default;
  virtual ~Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// Takes up to 1 GiB of input and appends what is ready of the stream to `out`.
  virtual void add(Bytes input, std::vector<std::uint8_t>& out) = 0;
  /// The same, and then all that is left, ended by an empty stored block (zlib's Z_SYNC_FLUSH).
  virtual void flush(Bytes input, std::vector<std::uint8_t>& out) = 0;
  /// Forgets the window.
  virtual void reset() = 0;
};

/// Levels and memory levels are zlib's; at kFastLevel the work is ISA-L's.
[[nodiscard]] std::unique_ptr<Compressor> make_compressor(int window_bits, int level,
                                                          int mem_level);
[[nodiscard]] std::unique_ptr<Compressor> make_isal_compressor(int window_bits);
[[nodiscard]] std::unique_ptr<Compressor> make_zlib_compressor(int window_bits, int level,
                                                               int mem_level);

}  // namespace wsproof
