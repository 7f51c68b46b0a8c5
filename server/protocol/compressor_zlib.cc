// SPDX-License-Identifier: Apache-2.0
// Lets zlib's next_in point to octets that are only read.
#define ZLIB_CONST
#include <zlib.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <new>

#include "server/protocol/compressor.h"

namespace wsproof {
namespace {

// How much is made at a time, on the stack.
constexpr std::size_t kChunk = 16 * 1024;

class ZlibCompressor final : public Compressor {
 public:
  ZlibCompressor(int window_bits, int level, int mem_level) {
    const int result =
        deflateInit2(&stream_, level, Z_DEFLATED, -window_bits, mem_level, Z_DEFAULT_STRATEGY);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    assert(result == Z_OK);
  }
  ~ZlibCompressor() override { deflateEnd(&stream_); }
  ZlibCompressor(const ZlibCompressor&) = delete;
  ZlibCompressor& operator=(const ZlibCompressor&) = delete;

  void add(Bytes input, std::vector<std::uint8_t>& out) override { run(input, Z_NO_FLUSH, out); }
  void flush(Bytes input, std::vector<std::uint8_t>& out) override {
    run(input, Z_SYNC_FLUSH, out);
  }
  void reset() override { deflateReset(&stream_); }

 private:
  void run(Bytes input, int flush, std::vector<std::uint8_t>& out) {
    std::array<std::uint8_t, kChunk> chunk;  // NOLINT(*-member-init): deflate() fills it
    stream_.next_in = input.data();
    stream_.avail_in = static_cast<uInt>(input.size());
    do {
      stream_.next_out = chunk.data();
      stream_.avail_out = kChunk;
      // Z_BUF_ERROR says that there was nothing to do, which is no error.
      const int result = deflate(&stream_, flush);
      assert(result == Z_OK || result == Z_BUF_ERROR);
      static_cast<void>(result);
      out.insert(out.end(), chunk.data(), chunk.data() + (kChunk - stream_.avail_out));
    } while (stream_.avail_out == 0);
  }

  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Compressor> make_zlib_compressor(int window_bits, int level, int mem_level) {
  return std::make_unique<ZlibCompressor>(window_bits, level, mem_level);
}

}  // namespace wsproof
