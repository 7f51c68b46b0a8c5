// SPDX-License-Identifier: Apache-2.0
// Octets that come back as they came, with libuv alone: what no server on libuv can go below.
#include <uv.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

char buffer[256 * 1024];

struct Rest {
  uv_write_t request;
  char octets[1];
};

void on_closed(uv_handle_t* handle) { std::free(handle); }

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* from) {
  if (count < 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(stream), on_closed);
    return;
  }
  if (count == 0) return;
  uv_buf_t all = uv_buf_init(from->base, static_cast<unsigned int>(count));
  const int written = uv_try_write(stream, &all, 1);
  const auto done = static_cast<std::size_t>(written > 0 ? written : 0);
  if (done == all.len) return;
  const std::size_t left = all.len - done;
  auto* rest = static_cast<Rest*>(std::malloc(sizeof(Rest) + left));
  std::memcpy(rest->octets, from->base + done, left);
  uv_buf_t piece = uv_buf_init(rest->octets, static_cast<unsigned int>(left));
  if (uv_write(&rest->request, stream, &piece, 1,
               [](uv_write_t* request, int) { std::free(request); }) != 0) {
    std::free(rest);
  }
}

void on_connection(uv_stream_t* listener, int status) {
  if (status != 0) return;
  auto* stream = static_cast<uv_tcp_t*>(std::malloc(sizeof(uv_tcp_t)));
  uv_tcp_init(listener->loop, stream);
  if (uv_accept(listener, reinterpret_cast<uv_stream_t*>(stream)) != 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(stream), on_closed);
    return;
  }
  uv_tcp_nodelay(stream, 1);
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(stream),
      [](uv_handle_t*, std::size_t, uv_buf_t* out) { *out = uv_buf_init(buffer, sizeof(buffer)); },
      on_read);
}

}  // namespace

int main() {
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t listener;
  sockaddr_in address{};
  uv_tcp_init(loop, &listener);
  uv_ip4_addr("127.0.0.1", 0, &address);
  uv_tcp_bind(&listener, reinterpret_cast<const sockaddr*>(&address), 0);
  if (uv_listen(reinterpret_cast<uv_stream_t*>(&listener), 4096, on_connection) != 0) return 1;
  int size = sizeof(address);
  uv_tcp_getsockname(&listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on tcp://127.0.0.1:%d/\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return uv_run(loop, UV_RUN_DEFAULT);
}
