// SPDX-License-Identifier: Apache-2.0
#include <isa-l/igzip_lib.h>

#include <array>
#include <cassert>
#include <cstddef>

#include "server/protocol/compressor.h"

namespace wsproof {
namespace {

// How much is made at a time, on the stack. Where the end of a flush fills it to the last octet,
// the next call makes another empty stored block, which is legal; it may just not do so for ever.
constexpr std::size_t kChunk = 16 * 1024;

// Of the levels that ISA-L has, the first that makes Huffman codes to measure.
constexpr std::uint32_t kLevel = 1;

class IsalCompressor final : public Compressor {
 public:
  explicit IsalCompressor(int window_bits) {
    isal_deflate_init(&stream_);
    stream_.level = kLevel;
    stream_.level_buf = work_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(work_.size());
    stream_.gzip_flag = IGZIP_DEFLATE;
    stream_.hist_bits = static_cast<std::uint16_t>(window_bits);
  }

  void add(Bytes input, std::vector<std::uint8_t>& out) override { run(input, NO_FLUSH, out); }
  void flush(Bytes input, std::vector<std::uint8_t>& out) override { run(input, SYNC_FLUSH, out); }
  void reset() override { isal_deflate_reset(&stream_); }

 private:
  void run(Bytes input, std::uint16_t flush, std::vector<std::uint8_t>& out) {
    std::array<std::uint8_t, kChunk> chunk;  // NOLINT(*-member-init): isal_deflate() fills it
    // It reads only, whatever its type says.
    stream_.next_in = const_cast<std::uint8_t*>(input.data());
    stream_.avail_in = static_cast<std::uint32_t>(input.size());
    stream_.flush = flush;
    do {
      stream_.next_out = chunk.data();
      stream_.avail_out = kChunk;
      const int result = isal_deflate(&stream_);
      assert(result == COMP_OK);
      static_cast<void>(result);
      out.insert(out.end(), chunk.data(), chunk.data() + (kChunk - stream_.avail_out));
    } while (stream_.avail_out == 0);
  }

  isal_zstream stream_{};
  std::array<std::uint8_t, ISAL_DEF_LVL1_SMALL> work_;  // its tables; it sets them up itself
};

}  // namespace

std::unique_ptr<Compressor> make_isal_compressor(int window_bits) {
  return std::make_unique<IsalCompressor>(window_bits);
}

}  // namespace wsproof
