// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/deflate.h"

#include <algorithm>
#include <array>
#include <new>

namespace wsproof::faulty {
namespace {

// RFC 7692 7.2.1: what an empty stored block leaves behind, and a message does without.
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);
constexpr int kMemLevel = 8;
constexpr std::size_t kChunk = 16384;

// zlib does not write through next_in, but asks for a pointer that could.
Bytef* in(std::string_view octets) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(octets.data()));
}

}  // namespace

void Inflater::End::operator()(z_stream* stream) const {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater(bool forgets, const Faults& faults)
    : faults_(faults),
      forgets_(forgets || faults.on(Fault::kInflateForgets)),
      stream_(new z_stream{}) {
  const int bits = faults.on(Fault::kInflateWindow8) ? 8 : 15;
  if (inflateInit2(stream_.get(), -bits) != Z_OK) throw std::bad_alloc();
}

bool Inflater::run(std::string_view octets, std::string& out) {
  std::array<Bytef, kChunk> chunk;
  stream_->next_in = in(octets);
  stream_->avail_in = static_cast<uInt>(octets.size());
  do {
    stream_->next_out = chunk.data();
    stream_->avail_out = kChunk;
    const int done = inflate(stream_.get(), Z_SYNC_FLUSH);
    out.append(reinterpret_cast<const char*>(chunk.data()), kChunk - stream_->avail_out);
    if (done == Z_STREAM_END) {
      // RFC 7692 7.2.3.4: a block that is marked as the last ends nothing.
      if (faults_.on(Fault::kInflateStopsAtBfinal)) {
        over_ = true;
        return true;
      }
      inflateReset(stream_.get());
    } else if (done != Z_OK && done != Z_BUF_ERROR) {
      return false;
    }
  } while (stream_->avail_in > 0 || stream_->avail_out == 0);
  return true;
}

std::optional<std::string> Inflater::push(std::string_view piece, bool last) {
  std::string out;
  if (!over_ && !run(piece, out)) return std::nullopt;
  if (!over_ && last && !run(kTail, out)) return std::nullopt;
  if (last && forgets_) {
    inflateReset(stream_.get());
    over_ = false;
  }
  return out;
}

void Deflater::End::operator()(z_stream* stream) const {
  deflateEnd(stream);
  delete stream;
}

Deflater::Deflater(int bits, bool forgets, const Faults& faults)
    : faults_(faults),
      forgets_(forgets && !faults.on(Fault::kDeflateKeeps)),
      stream_(new z_stream{}) {
  const int window = faults.on(Fault::kDeflateWindow15) ? 15 : bits;
  const int wrapped = faults.on(Fault::kDeflateInZlibFrame) ? window : -window;
  if (deflateInit2(stream_.get(), Z_BEST_SPEED, Z_DEFLATED, wrapped, kMemLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

std::string Deflater::message(std::string_view octets) {
  std::string out;
  std::array<Bytef, kChunk> chunk;
  stream_->next_in = in(octets);
  stream_->avail_in = static_cast<uInt>(octets.size());
  do {
    stream_->next_out = chunk.data();
    stream_->avail_out = kChunk;
    deflate(stream_.get(), Z_SYNC_FLUSH);
    out.append(reinterpret_cast<const char*>(chunk.data()), kChunk - stream_->avail_out);
  } while (stream_->avail_out == 0);
  if (forgets_) deflateReset(stream_.get());
  if (out.empty()) out = std::string(1, '\0') + std::string(kTail);
  if (faults_.on(Fault::kDeflateTailLeft)) return out;
  std::size_t cut = kTail.size();
  if (faults_.on(Fault::kDeflateTailCut)) ++cut;
  out.resize(out.size() - std::min(cut, out.size()));
  if (faults_.on(Fault::kDeflateTailWrong) && octets.size() >= 256) out += "\xff\xff";
  return out;
}

}  // namespace wsproof::faulty
