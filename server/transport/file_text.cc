// SPDX-License-Identifier: Apache-2.0
#include "server/transport/file_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

namespace wsproof {
namespace {

using Text = tl::expected<std::string, std::string>;

constexpr std::size_t kPiece = std::size_t{64} * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<std::string> refuse(std::string why) { return tl::unexpected(std::move(why)); }

tl::unexpected<std::string> refuse(int error) {
  return refuse(std::generic_category().message(error));
}

tl::unexpected<std::string> too_long(const FileLimits& limits) {
  return refuse(limits.octets % (1024 * 1024) == 0
                    ? fmt::format("it has more than {} MiB", limits.octets / (1024 * 1024))
                    : fmt::format("it has more than {} octets", limits.octets));
}

/// Whether a reader can be there before any writer: a pipe with a name. What a shell has opened for
/// us has its writer, or has had it.
bool may_come_early(const std::string& path, mode_t mode) {
  const std::string_view name = path;
  return S_ISFIFO(mode) && name.substr(0, 8) != "/dev/fd/" && name.substr(0, 6) != "/proc/" &&
         name != "/dev/stdin";
}

/// Waits until there is something to read; false where nothing comes.
bool wait_for(int descriptor, std::chrono::milliseconds silence) {
  pollfd one{descriptor, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&one, 1, static_cast<int>(silence.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

Text read_all(int descriptor, bool early, const FileLimits& limits) {
  std::string out;
  std::vector<char> piece(kPiece);
  while (true) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count > 0) {
      early = false;
      if (out.size() + static_cast<std::size_t>(count) > limits.octets) return too_long(limits);
      out.append(piece.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) return refuse(errno);
    if (count == 0 && !early) return out;
    early = false;  // whoever comes and goes without a word has made it an empty file
    if (!wait_for(descriptor, limits.silence)) {
      return refuse(fmt::format("nothing came from it for {:g} s",
                                std::chrono::duration<double>(limits.silence).count()));
    }
  }
}

}  // namespace

Text read_file(const std::string& path, const FileLimits& limits) {
  // Without O_NONBLOCK a pipe that nobody writes to would not even be opened.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.number() < 0) return refuse(errno);
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return refuse(errno);
  if (S_ISDIR(about.st_mode)) return refuse("it is a folder");
  if (S_ISREG(about.st_mode) && static_cast<std::size_t>(about.st_size) > limits.octets) {
    return too_long(limits);
  }
  return read_all(file.number(), may_come_early(path, about.st_mode), limits);
}

}  // namespace wsproof
