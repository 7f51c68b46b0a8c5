// SPDX-License-Identifier: Apache-2.0
#include "server/transport/process.h"

#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <csignal>
#include <cstring>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "server/transport/address.h"
#include "server/transport/handle.h"
#include "server/transport/loop_state.h"

namespace wsproof {
namespace {

/// The last lines of one program, from both of its outputs.
struct Tail {
  std::deque<std::string> lines;

  void add(std::string line) {
    if (lines.size() == Process::kKeptLines) lines.pop_front();
    lines.push_back(std::move(line));
  }
};

/// One output of the program, cut into lines.
class Output final : public HandleCore {
 public:
  Output(Loop& loop, Tail& tail) : loop_(loop), tail_(&tail) {
    if (uv_pipe_init(loop.raw(), &pipe_, 0) == 0) opened();
  }

  /// False where libuv has refused the handle: nothing may be done with it.
  [[nodiscard]] bool usable() const { return is_open(); }

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&pipe_); }
  [[nodiscard]] uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe_); }

  void start() {
    // A program that others outlive may leave its pipe to them: it must not hold the loop.
    uv_unref(handle());
    uv_read_start(
        stream(),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
          auto* output = static_cast<Output*>(HandleCore::of(handle));
          *buffer =
              uv_buf_init(output->buffer_.data(), static_cast<unsigned>(output->buffer_.size()));
        },
        [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
          auto* output =
              static_cast<Output*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(stream)));
          if (count > 0) {
            output->loop_.state().guard([&] {
              output->take({buffer->base, static_cast<std::size_t>(count)});
            });
          } else if (count < 0) {
            uv_read_stop(stream);
          }
        });
  }

  /// Takes what is in the pipe now.
  void drain() {
    uv_os_fd_t descriptor = -1;
    if (closing() || uv_fileno(handle(), &descriptor) != 0) return;
    // Bounded: something that the program left behind may print for ever.
    for (int reads = 0; reads < 64; ++reads) {
      const ssize_t count = ::read(descriptor, buffer_.data(), buffer_.size());
      if (count <= 0) return;
      take({buffer_.data(), static_cast<std::size_t>(count)});
    }
  }

  /// No line is added any more.
  void let_go() { tail_ = nullptr; }
  [[nodiscard]] const std::string& unfinished() const { return line_; }

 private:
  ~Output() override = default;

  void take(std::string_view octets) {
    for (const char c : octets) {
      if (c == '\n') {
        if (!line_.empty() && line_.back() == '\r') line_.pop_back();
        if (tail_ != nullptr) tail_->add(std::exchange(line_, {}));
      } else if (line_.size() < Process::kLineOctets) {
        line_ += c;
      }
    }
  }

  Loop& loop_;
  uv_pipe_t pipe_{};
  Tail* tail_;
  std::string line_;
  std::array<char, 4096> buffer_{};
};

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name == nullptr ? fmt::format("signal {}", number) : fmt::format("SIG{}", name);
}

}  // namespace

std::string ProcessEnd::text() const {
  return signal == 0 ? fmt::format("exit status {}", status) : signal_name(signal);
}

class Process::Core final : public HandleCore {
 public:
  Core(Loop& loop, Ended ended)
      : loop_(loop),
        ended_(std::move(ended)),
        out_(new Output(loop, tail_)),
        error_(new Output(loop, tail_)) {}

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&process_); }

  [[nodiscard]] int spawn(const std::vector<std::string>& command) {
    if (!out_->usable() || !error_->usable()) return UV_ENOMEM;
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    std::array<uv_stdio_container_t, 3> stdio{};
    stdio[0].flags = UV_IGNORE;
    for (std::size_t i = 1; i < stdio.size(); ++i) {
      stdio.at(i).flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
      stdio.at(i).data.stream = i == 1 ? out_->stream() : error_->stream();
    }
    uv_process_options_t options{};
    options.file = arguments.front();
    options.args = arguments.data();
    options.flags = UV_PROCESS_DETACHED;
    options.stdio = stdio.data();
    options.stdio_count = static_cast<int>(stdio.size());
    options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
      auto* core = static_cast<Core*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(process)));
      core->loop_.state().guard([&] { core->exited({status, signal}); });
    };
    const int error = uv_spawn(loop_.raw(), &process_, &options);
    // The handle belongs to libuv even where the program could not be started.
    opened();
    if (error == 0) {
      running_ = true;
      out_->start();
      error_->start();
    }
    return error;
  }

  void signal(int number) {
    if (running_) ::kill(-process_.pid, number);
  }
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] pid_t pid() const { return process_.pid; }
  [[nodiscard]] std::vector<std::string> last_lines() const {
    std::vector<std::string> lines(tail_.lines.begin(), tail_.lines.end());
    for (const auto* output : {out_.get(), error_.get()}) {
      if (!output->unfinished().empty()) lines.push_back(output->unfinished());
    }
    return lines;
  }

 private:
  ~Core() override {
    out_->let_go();
    error_->let_go();
  }

  void before_close() override { signal(SIGKILL); }

  void exited(const ProcessEnd& end) {
    running_ = false;
    // What it started goes with it.
    ::kill(-process_.pid, SIGKILL);
    out_->drain();
    error_->drain();
    out_->close();
    error_->close();
    const Ended ended = std::move(ended_);
    ended(end);
  }

  Loop& loop_;
  uv_process_t process_{};
  Ended ended_;
  Tail tail_;
  HandleOwner<Output> out_;
  HandleOwner<Output> error_;
  bool running_ = false;
};

tl::expected<std::unique_ptr<Process>, TransportError> Process::start(
    Loop& loop, const std::vector<std::string>& command, Ended ended) {
  auto process = std::unique_ptr<Process>(new Process(new Core(loop, std::move(ended))));
  if (const int code = process->core_->spawn(command); code != 0) {
    TransportError error = transport_error(code);
    error.message = fmt::format("cannot start {}: {}", command.front(), error.message);
    return tl::unexpected(std::move(error));
  }
  return process;
}

Process::~Process() { core_->release(); }

void Process::signal(int number) { core_->signal(number); }

bool Process::running() const { return core_->running(); }

pid_t Process::pid() const { return core_->pid(); }

std::vector<std::string> Process::last_lines() const { return core_->last_lines(); }

}  // namespace wsproof
