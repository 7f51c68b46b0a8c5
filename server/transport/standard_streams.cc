// SPDX-License-Identifier: Apache-2.0
#include "server/transport/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>

namespace wsproof {
namespace {

bool reader_is_gone() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

}  // namespace

void open_standard_descriptors() {
  // open() gives the lowest number that is free.
  int descriptor = -1;
  do {
    descriptor = open("/dev/null", O_RDWR);  // NOLINT(cppcoreguidelines-pro-type-vararg)
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) close(descriptor);
}

bool flush_standard_output() {
  const bool flushed = std::fflush(stdout) == 0;
  return (flushed && std::ferror(stdout) == 0) || reader_is_gone();
}

}  // namespace wsproof
