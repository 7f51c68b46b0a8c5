// SPDX-License-Identifier: Apache-2.0
#include "server/transport/file_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace wsproof::test {
namespace {

/// A place in a folder for tests, empty at first and in the end.
class FileTextTest : public testing::Test {
 protected:
  FileTextTest() { ::unlink(path.c_str()); }
  ~FileTextTest() override { ::unlink(path.c_str()); }

  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
  void make_pipe() const { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); }
  [[nodiscard]] std::string read(const std::string& file) const {
    const auto text = read_file(file, limits);
    return text ? *text : "error: " + text.error();
  }

  std::string path = testing::TempDir() + fmt::format("wsproof-file-{}", ::getpid());
  FileLimits limits{.octets = 1024, .silence = std::chrono::milliseconds(30)};
};

TEST_F(FileTextTest, ReadsAllOfAFile) {
  const std::string text = "a\0b\nc" + std::string(1000, 'x');
  write(text);
  EXPECT_EQ(read(path), text);
  write("");
  EXPECT_EQ(read(path), "");
}

TEST_F(FileTextTest, SaysWhyThereIsNothingToRead) {
  EXPECT_EQ(read(path), "error: No such file or directory");
  EXPECT_EQ(read(testing::TempDir()), "error: it is a folder");
}

TEST_F(FileTextTest, RefusesWhatIsTooLong) {
  write(std::string(1024, 'x'));
  EXPECT_EQ(read(path).size(), 1024U);
  write(std::string(1025, 'x'));
  EXPECT_EQ(read(path), "error: it has more than 1024 octets");
  EXPECT_EQ(read("/dev/zero"), "error: it has more than 1024 octets");
  limits.octets = std::size_t{2} * 1024 * 1024;
  EXPECT_EQ(read("/dev/zero"), "error: it has more than 2 MiB");
}

TEST_F(FileTextTest, DoesNotWaitForEverForAWriter) {
  make_pipe();
  EXPECT_EQ(read(path), "error: nothing came from it for 0.03 s");
}

TEST_F(FileTextTest, DoesNotWaitForEverForAWordOfTheWriter) {
  make_pipe();
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  EXPECT_EQ(read(path), "error: nothing came from it for 0.03 s");
  ::close(writer);
}

TEST_F(FileTextTest, ReadsWhatAWriterSendsLater) {
  make_pipe();
  limits.silence = std::chrono::seconds(60);
  std::thread writer([this] { write("from the other side"); });
  EXPECT_EQ(read(path), "from the other side");
  writer.join();
}

TEST_F(FileTextTest, ReadsAPipeThatAShellHasOpened) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string name = fmt::format("/dev/fd/{}", ends[0]);
  ASSERT_EQ(::write(ends[1], "known", 5), 5);
  ::close(ends[1]);
  EXPECT_EQ(read(name), "known");
  EXPECT_EQ(read(name), "");  // there is no writer any more, and none will come
  ::close(ends[0]);
}

}  // namespace
}  // namespace wsproof::test
