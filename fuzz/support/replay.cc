// SPDX-License-Identifier: Apache-2.0
// main() where there is no libFuzzer: runs a target on files that are there already.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzz/support/target.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::uint8_t> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  // In a buffer of its exact size, so that a read beyond its end is found.
  std::vector<std::uint8_t> octets(std::istreambuf_iterator<char>(file), {});
  octets.shrink_to_fit();
  return octets;
}

int replay(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw std::runtime_error("name files or folders of inputs");
  std::size_t count = 0;
  for (const std::string& argument : arguments) {
    if (argument.starts_with('-')) continue;  // libFuzzer's options mean nothing here
    for (const fs::path& path : files_of(argument)) {
      const std::vector<std::uint8_t> octets = read(path);
      // Said beforehand and at once: a crash is then the fault of the file named last.
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);
      wsproof::fuzz::run(octets);
      ++count;
    }
  }
  if (count == 0) throw std::runtime_error("there is no input in these folders");
  std::printf("%zu inputs replayed\n", count);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return replay({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "replay: %s\n", error.what());
    return 2;
  }
}
