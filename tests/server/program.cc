// SPDX-License-Identifier: Apache-2.0
#include "tests/server/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace wsproof::test {
namespace {

std::string read_all(int descriptor) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t count = ::read(descriptor, piece, sizeof(piece));
    if (count <= 0) return text;
    text.append(piece, static_cast<std::size_t>(count));
  }
}

}  // namespace

Program::Program(const std::string& path, const std::vector<std::string>& flags) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  std::vector<std::string> words{path};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn(&pid_, path.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  out_pipe_ = out[0];
  err_pipe_ = err[0];
}

Program::~Program() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
}

std::string Program::line() {
  std::string text;
  char c = 0;
  while (::read(out_pipe_, &c, 1) == 1 && c != '\n') text += c;
  return text;
}

void Program::signal(int number) const { ::kill(pid_, number); }

int Program::wait() {
  if (pid_ <= 0) return -1;
  out_ = read_all(out_pipe_);
  err_ = read_all(err_pipe_);
  ::close(out_pipe_);
  ::close(err_pipe_);
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace wsproof::test
