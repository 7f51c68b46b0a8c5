// SPDX-License-Identifier: Apache-2.0
#include "tests/failing/failing_program.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

extern "C" int behind_sigaction(int sig, const struct sigaction* act,
                                struct sigaction* oact) __asm__("__sigaction");

// libuv's and everyone's. A program that has just ended by itself gives SIGTERM back to the system,
// which would end it a second time before it has said why.
extern "C" int sigaction(int sig, const struct sigaction* act, struct sigaction* oact) noexcept {
  struct sigaction instead {};
  if (act != nullptr && sig == SIGTERM && act->sa_handler == SIG_DFL) {
    instead = *act;
    instead.sa_handler = SIG_IGN;
    act = &instead;
  }
  return behind_sigaction(sig, act, oact);
}

namespace wsproof::test {
namespace {

/// Reads once; closes the pipe and forgets it at its end.
void read_into(std::string& text, int& pipe) {
  std::array<char, 16384> piece{};
  const ssize_t count = ::read(pipe, piece.data(), piece.size());
  if (count > 0) {
    text.append(piece.data(), static_cast<std::size_t>(count));
  } else {
    ::close(std::exchange(pipe, -1));
  }
}

/// In the child: never returns.
[[noreturn]] void become(FailingProgram::Main main, std::vector<std::string> words,
                         FailingProgram::Part part, int out, int err,
                         std::int64_t& descriptors_left) {
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::close(out);
  ::close(err);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  const std::int64_t before = open_descriptors();
  set_subject(part == FailingProgram::Part::kSubject);
  const int status = main(static_cast<int>(words.size()), argv.data());
  fail_state().armed = false;
  descriptors_left = open_descriptors() - before;
  // With all that the end of a program does: LeakSanitizer looks then.
  std::exit(status);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

std::int64_t open_descriptors() {
  std::int64_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return -1;
  while (::readdir(folder) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe)
  ::closedir(folder);
  return count;
}

FailingProgram::FailingProgram(Main main, const std::vector<std::string>& words, Part part)
    : descriptors_left_(
          static_cast<std::int64_t*>(::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE,
                                            MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) std::abort();
  std::fflush(nullptr);  // or the child writes it again
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(out[0]);
    ::close(err[0]);
    become(main, words, part, out[1], err[1], *descriptors_left_);
  }
  ::close(out[1]);
  ::close(err[1]);
  out_pipe_ = out[0];
  err_pipe_ = err[0];
}

FailingProgram::~FailingProgram() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  ::munmap(descriptors_left_, sizeof(std::int64_t));
}

bool FailingProgram::read_some() {
  std::array<pollfd, 2> waiting{pollfd{out_pipe_, POLLIN, 0}, pollfd{err_pipe_, POLLIN, 0}};
  if (out_pipe_ < 0 && err_pipe_ < 0) return false;
  if (::poll(waiting.data(), waiting.size(), kPatienceMs) == 0) {
    hung_ = true;
    signal(SIGKILL);
    return true;
  }
  if (waiting[0].revents != 0) read_into(out_, out_pipe_);
  if (waiting[1].revents != 0) read_into(err_, err_pipe_);
  return true;
}

std::string FailingProgram::line() {
  std::size_t end = out_.find('\n');
  while (end == std::string::npos && out_pipe_ >= 0 && read_some()) end = out_.find('\n');
  if (end == std::string::npos) return {};
  std::string text = out_.substr(0, end);
  out_.erase(0, end + 1);
  return text;
}

void FailingProgram::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

bool FailingProgram::ended() {
  siginfo_t info{};
  return pid_ < 0 ||
         (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == pid_);
}

ProgramEnd FailingProgram::wait() {
  // Its pipes close when it ends, unless something that it started holds them.
  while (read_some()) {
    if (hung_) break;
  }
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  for (int* pipe : {&out_pipe_, &err_pipe_}) {
    if (*pipe >= 0) ::close(std::exchange(*pipe, -1));
  }
  ProgramEnd end;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.hung = hung_;
  end.out = out_;
  end.err = err_;
  end.descriptors_left = *descriptors_left_;
  return end;
}

}  // namespace wsproof::test
