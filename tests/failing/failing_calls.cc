// SPDX-License-Identifier: Apache-2.0
// Each function of libuv and each system call that our code makes and that can fail. The linker
// sends the calls of our objects here (--wrap, see CMakeLists.txt); the libraries' own calls stay
// as they are. failing_points_test.py holds that none is missing.
#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "tests/failing/fail_point.h"

namespace {

int with_errno(int code) {
  errno = code;
  return -1;
}

template <typename Pointer>
Pointer null_with_errno(int code) {
  errno = code;
  return nullptr;
}

template <typename Spawn>
int spawn_nothing(Spawn spawn, uv_loop_t* loop, uv_process_t* process,
                  const uv_process_options_t* options) {
  uv_process_options_t nothing = *options;
  nothing.file = "/nonexistent";
  return spawn(loop, process, &nothing);
}

}  // namespace

// The linker's names for what stands before and behind; ours are others, since a reserved name is
// nobody's to use.
#define WSPROOF_FAIL_POINT(result, name, parameters, arguments, failure)           \
  const std::size_t point_##name =                                                 \
      wsproof::test::add_fail_point(#name, wsproof::test::FailGroup::kCalls);      \
  result real_##name parameters __asm__("__real_" #name);                          \
  result failing_##name parameters __asm__("__wrap_" #name);                       \
  result failing_##name parameters {                                               \
    return wsproof::test::fails(point_##name) ? (failure) : real_##name arguments; \
  }

extern "C" {

WSPROOF_FAIL_POINT(int, uv_async_init, (uv_loop_t * loop, uv_async_t* async, uv_async_cb call),
                   (loop, async, call), UV_EMFILE)
WSPROOF_FAIL_POINT(int, uv_check_init, (uv_loop_t * loop, uv_check_t* check), (loop, check),
                   UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_check_start, (uv_check_t * check, uv_check_cb call), (check, call),
                   UV_EINVAL)
WSPROOF_FAIL_POINT(int, uv_fileno, (const uv_handle_t* handle, uv_os_fd_t* descriptor),
                   (handle, descriptor), UV_EBADF)
WSPROOF_FAIL_POINT(int, uv_getaddrinfo,
                   (uv_loop_t * loop, uv_getaddrinfo_t* request, uv_getaddrinfo_cb call,
                    const char* node, const char* service, const addrinfo* hints),
                   (loop, request, call, node, service, hints), UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_loop_init, (uv_loop_t * loop), (loop), UV_EMFILE)
WSPROOF_FAIL_POINT(int, uv_pipe_init, (uv_loop_t * loop, uv_pipe_t* pipe, int ipc),
                   (loop, pipe, ipc), UV_EMFILE)
WSPROOF_FAIL_POINT(int, uv_poll_init, (uv_loop_t * loop, uv_poll_t* poll, int descriptor),
                   (loop, poll, descriptor), UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_poll_start, (uv_poll_t * poll, int events, uv_poll_cb call),
                   (poll, events, call), UV_EINVAL)
WSPROOF_FAIL_POINT(int, uv_prepare_init, (uv_loop_t * loop, uv_prepare_t* prepare), (loop, prepare),
                   UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_prepare_start, (uv_prepare_t * prepare, uv_prepare_cb call),
                   (prepare, call), UV_EINVAL)
WSPROOF_FAIL_POINT(int, uv_read_start,
                   (uv_stream_t * stream, uv_alloc_cb allocate, uv_read_cb call),
                   (stream, allocate, call), UV_ENOTCONN)
WSPROOF_FAIL_POINT(int, uv_shutdown,
                   (uv_shutdown_t * request, uv_stream_t* stream, uv_shutdown_cb call),
                   (request, stream, call), UV_ENOTCONN)
WSPROOF_FAIL_POINT(int, uv_signal_init, (uv_loop_t * loop, uv_signal_t* signal), (loop, signal),
                   UV_EMFILE)
WSPROOF_FAIL_POINT(int, uv_signal_start, (uv_signal_t * signal, uv_signal_cb call, int number),
                   (signal, call, number), UV_EINVAL)
// libuv's handle is made in any case: what cannot be started is another program.
WSPROOF_FAIL_POINT(int, uv_spawn,
                   (uv_loop_t * loop, uv_process_t* process, const uv_process_options_t* options),
                   (loop, process, options), spawn_nothing(real_uv_spawn, loop, process, options))
WSPROOF_FAIL_POINT(int, uv_tcp_connect,
                   (uv_connect_t * request, uv_tcp_t* tcp, const sockaddr* address,
                    uv_connect_cb call),
                   (request, tcp, address, call), UV_EADDRNOTAVAIL)
WSPROOF_FAIL_POINT(int, uv_tcp_getpeername, (const uv_tcp_t* tcp, sockaddr* name, int* size),
                   (tcp, name, size), UV_ENOTCONN)
WSPROOF_FAIL_POINT(int, uv_tcp_init, (uv_loop_t * loop, uv_tcp_t* tcp), (loop, tcp), UV_EMFILE)
WSPROOF_FAIL_POINT(int, uv_tcp_nodelay, (uv_tcp_t * tcp, int enable), (tcp, enable), UV_EINVAL)
WSPROOF_FAIL_POINT(int, uv_tcp_open, (uv_tcp_t * tcp, uv_os_sock_t socket), (tcp, socket),
                   UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_timer_init, (uv_loop_t * loop, uv_timer_t* timer), (loop, timer),
                   UV_ENOMEM)
WSPROOF_FAIL_POINT(int, uv_timer_start,
                   (uv_timer_t * timer, uv_timer_cb call, std::uint64_t timeout,
                    std::uint64_t repeat),
                   (timer, call, timeout, repeat), UV_EINVAL)
WSPROOF_FAIL_POINT(int, uv_try_write,
                   (uv_stream_t * stream, const uv_buf_t* buffers, unsigned int count),
                   (stream, buffers, count), UV_ENOBUFS)
WSPROOF_FAIL_POINT(int, uv_write,
                   (uv_write_t * request, uv_stream_t* stream, const uv_buf_t* buffers,
                    unsigned int count, uv_write_cb call),
                   (request, stream, buffers, count, call), UV_ENOMEM)

WSPROOF_FAIL_POINT(int, accept4, (int listener, sockaddr* address, socklen_t* size, int flags),
                   (listener, address, size, flags), with_errno(EMFILE))
WSPROOF_FAIL_POINT(int, bind, (int descriptor, const sockaddr* address, socklen_t size),
                   (descriptor, address, size), with_errno(EADDRINUSE))
// What could not be written is lost; the descriptor is closed all the same.
WSPROOF_FAIL_POINT(int, fclose, (FILE * file), (file), (real_fclose(file), with_errno(ENOSPC)))
WSPROOF_FAIL_POINT(FILE*, fopen, (const char* path, const char* mode), (path, mode),
                   null_with_errno<FILE*>(EMFILE))
WSPROOF_FAIL_POINT(std::size_t, fwrite,
                   (const void* octets, std::size_t size, std::size_t count, FILE* file),
                   (octets, size, count, file), (errno = ENOSPC, std::size_t{0}))
WSPROOF_FAIL_POINT(int, getaddrinfo,
                   (const char* node, const char* service, const addrinfo* hints, addrinfo** list),
                   (node, service, hints, list), EAI_MEMORY)
WSPROOF_FAIL_POINT(int, getsockname, (int descriptor, sockaddr* address, socklen_t* size),
                   (descriptor, address, size), with_errno(ENOBUFS))
WSPROOF_FAIL_POINT(int, listen, (int descriptor, int backlog), (descriptor, backlog),
                   with_errno(EADDRINUSE))
// Of those with "..." this is what every caller of ours passes.
WSPROOF_FAIL_POINT(int, open, (const char* path, int flags, mode_t mode), (path, flags, mode),
                   with_errno(EMFILE))
WSPROOF_FAIL_POINT(int, setsockopt,
                   (int descriptor, int level, int name, const void* value, socklen_t size),
                   (descriptor, level, name, value, size), with_errno(ENOMEM))
WSPROOF_FAIL_POINT(int, sigaction,
                   (int number, const struct sigaction* next, struct sigaction* old),
                   (number, next, old), with_errno(EINVAL))
WSPROOF_FAIL_POINT(int, socket, (int family, int type, int protocol), (family, type, protocol),
                   with_errno(EMFILE))

}  // extern "C"
