// SPDX-License-Identifier: Apache-2.0
// A server's way in and out: frames parsed, unmasked and delivered, and messages encoded. Time is
// counted by frame ("items").
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "server/protocol/frame.h"
#include "server/protocol/session.h"

#ifdef WSPROOF_HAS_WSLAY
#include <wslay/wslay.h>
#endif

namespace wsproof {
namespace {

constexpr MaskingKey kKey = {0x37, 0xfa, 0x21, 0x3d};

// What one read brings: as many whole masked frames as fit into 64 KiB, at most 64, at least one.
struct Read {
  explicit Read(std::size_t payload_size)
      : frames(std::clamp<std::size_t>(64 * 1024 / (payload_size + 8), 1, 64)) {
    const RawFrame frame{
        .header = {.opcode = opcode::kBinary, .masking_key = kKey, .payload_length = payload_size},
        .payload = std::string(payload_size, 'w')};
    for (std::size_t count = 0; count < frames; ++count) octets += encode_frame(frame);
  }

  std::size_t frames;
  std::string octets;
};

void count(benchmark::State& state, std::size_t frames, std::size_t payload_size) {
  const auto all = state.iterations() * static_cast<std::int64_t>(frames);
  state.SetItemsProcessed(all);
  state.SetBytesProcessed(all * static_cast<std::int64_t>(payload_size));
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const int size : {20, 1024, 65536}) bench->Arg(size);
}

class Sink : public SessionHandler {
 public:
  void on_message(Session&, MessageKind, MutableBytes payload) override {
    delivered += payload.size();
    benchmark::DoNotOptimize(payload.data());
  }
  void on_write(Session&, Bytes head, Bytes body) override { written += head.size() + body.size(); }
  void on_shutdown(Session&) override {}
  void on_closed(Session&, const CloseInfo&) override {}

  std::size_t delivered = 0;
  std::size_t written = 0;
};

// The octets are unmasked where they lie, so that every other round they are masked instead: the
// same work.
void frame_receive_wsproof(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  Read read(size);
  const SessionOptions options;
  Sink sink;
  Session session(Role::kServer, options, sink, std::nullopt, Time{});
  const MutableBytes octets(reinterpret_cast<std::uint8_t*>(read.octets.data()),
                            read.octets.size());
  for (auto _ : state) {
    session.receive(octets, Time{});
    benchmark::ClobberMemory();
  }
  if (sink.delivered != static_cast<std::size_t>(state.iterations()) * read.frames * size) {
    state.SkipWithError("not every frame was delivered");
  }
  count(state, read.frames, size);
}
BENCHMARK(frame_receive_wsproof)->Apply(sizes);

#ifdef WSPROOF_HAS_WSLAY
struct Source {
  const std::string& octets;
  std::size_t at = 0;
};

ssize_t give(std::uint8_t* to, std::size_t size, int, void* user) {
  Source& source = *static_cast<Source*>(user);
  const std::size_t taken = std::min(size, source.octets.size() - source.at);
  if (taken == 0) return -1;
  std::memcpy(to, source.octets.data() + source.at, taken);
  source.at += taken;
  return static_cast<ssize_t>(taken);
}

void frame_receive_wslay(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Read read(size);
  Source source{read.octets};
  const wslay_frame_callbacks callbacks{nullptr, give, nullptr};
  wslay_frame_context_ptr context = nullptr;
  if (wslay_frame_context_init(&context, &callbacks, &source) != 0) {
    state.SkipWithError("wslay gives no context");
    return;
  }
  std::size_t delivered = 0;
  for (auto _ : state) {
    source.at = 0;
    for (std::size_t frame = 0; frame < read.frames; ++frame) {
      for (std::size_t got = 0; got < size;) {
        wslay_frame_iocb piece{};
        const ssize_t length = wslay_frame_recv(context, &piece);
        if (length <= 0) break;
        got += static_cast<std::size_t>(length);
        delivered += static_cast<std::size_t>(length);
        benchmark::DoNotOptimize(piece.data);
      }
    }
    benchmark::ClobberMemory();
  }
  wslay_frame_context_free(context);
  if (delivered != static_cast<std::size_t>(state.iterations()) * read.frames * size) {
    state.SkipWithError("not every frame was delivered");
  }
  count(state, read.frames, size);
}
BENCHMARK(frame_receive_wslay)->Apply(sizes);

ssize_t take(const std::uint8_t* data, std::size_t size, int, void* user) {
  benchmark::DoNotOptimize(data);
  *static_cast<std::size_t*>(user) += size;
  return static_cast<ssize_t>(size);
}

void frame_send_wslay(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::string payload(size, 'w');
  std::size_t written = 0;
  const wslay_frame_callbacks callbacks{take, nullptr, nullptr};
  wslay_frame_context_ptr context = nullptr;
  if (wslay_frame_context_init(&context, &callbacks, &written) != 0) {
    state.SkipWithError("wslay gives no context");
    return;
  }
  for (auto _ : state) {
    wslay_frame_iocb frame{};
    frame.fin = 1;
    frame.opcode = opcode::kBinary;
    frame.payload_length = size;
    frame.data = as_bytes(payload).data();
    frame.data_length = size;
    benchmark::DoNotOptimize(wslay_frame_send(context, &frame));
  }
  wslay_frame_context_free(context);
  count(state, 1, size);
}
BENCHMARK(frame_send_wslay)->Apply(sizes);
#endif

void frame_send_wsproof(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::string payload(size, 'w');
  const SessionOptions options;
  Sink sink;
  Session session(Role::kServer, options, sink, std::nullopt, Time{});
  for (auto _ : state) {
    session.send(MessageKind::kBinary, as_bytes(payload));
    benchmark::DoNotOptimize(sink.written);
  }
  count(state, 1, size);
}
BENCHMARK(frame_send_wsproof)->Apply(sizes);

}  // namespace
}  // namespace wsproof
