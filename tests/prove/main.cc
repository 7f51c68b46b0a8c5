// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/shorten.h"
#include "tests/prove/exceptions.h"
#include "tests/prove/matrix.h"
#include "tests/prove/report.h"

namespace wsproof::prove {
namespace {

struct Settings {
  MatrixOptions matrix;
  std::uint64_t messages = 2;
  std::string exceptions;
  std::string folder;
  bool list = false;
  bool brief = false;
};

void read_command_line(CLI::App& app, Settings& settings) {
  app.description(
      "The kill matrix: runs every conformance case against an endpoint with each of its faults\n"
      "switched on, in both roles, in memory and in virtual time. Exit status 1: a fault that\n"
      "nothing catches, a case that nothing proves, or an exception that is not needed.");
  app.add_flag("--quick", settings.matrix.quick,
               "Run cases of much data only against the faults that are about that");
  app.add_option("--messages", settings.messages,
                 "Messages in each exchange of 9, 12 and 13; 0: all of them")
      ->capture_default_str();
  app.add_option("--threads", settings.matrix.threads, "Threads")->capture_default_str();
  app.add_option("--fault", settings.matrix.faults, "Only this fault; may be repeated");
  app.add_option("--exceptions", settings.exceptions, "What is allowed to be as it is, and why");
  app.add_option("--report-dir", settings.folder, "Where matrix.json and matrix.html go");
  app.add_flag("--brief", settings.brief, "Print complaints and the last line, no more");
  app.add_flag("--list", settings.list, "List the faults, and run nothing");
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::invalid_argument(path + ": it cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::invalid_argument(path.string() + ": it cannot be written");
}

int list_faults() {
  for (const faulty::FaultInfo& fault : faulty::all_faults()) {
    const char* roles = !fault.in_client ? "server" : fault.in_server ? "both" : "client";
    fmt::print("{:<30} {:<10} {:<7} {}\n", fault.name, fault.kind, roles, fault.sentence);
  }
  return 0;
}

/// Says every ten seconds how far it is; whoever waits for minutes wants to know.
class Progress {
 public:
  void operator()(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < std::chrono::seconds(10)) return;
    told_ = now;
    fmt::print(stderr, "wsproof_prove: {} of {} rows\n", done, total);
  }

 private:
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

int prove(Settings settings) {
  for (const std::string& fault : settings.matrix.faults) {
    if (faulty::find_fault(fault) == nullptr) {
      throw std::invalid_argument(fmt::format("there is no fault \"{}\"; --list names all", fault));
    }
  }
  std::vector<Exception> exceptions;
  if (!settings.exceptions.empty()) {
    try {
      exceptions = read_exceptions(read_file(settings.exceptions));
    } catch (const std::invalid_argument& wrong) {
      throw std::invalid_argument(settings.exceptions + ": " + wrong.what());
    }
  }
  std::vector<conformance::Case> catalogue =
      conformance::load_catalogue(conformance::embedded_case_files());
  if (settings.messages != 0) conformance::shorten_exchanges(catalogue, settings.messages);
  settings.matrix.progress = Progress();
  const std::vector<RoleMatrix> matrices = make_matrices(catalogue, settings.matrix);
  if (!settings.folder.empty()) {
    std::filesystem::create_directories(settings.folder);
    const std::filesystem::path folder(settings.folder);
    write_file(folder / "matrix.json", json_report(matrices, exceptions));
    write_file(folder / "matrix.html", html_report(matrices, exceptions));
  }
  if (!settings.brief) fmt::print("{}", text_report(matrices));
  // Of a part of the faults nothing can be said about the whole.
  const std::vector<std::string> complaints = settings.matrix.faults.empty()
                                                  ? find_complaints(matrices, exceptions)
                                                  : std::vector<std::string>();
  for (const std::string& complaint : complaints) fmt::print("{}\n", complaint);
  fmt::print("{}\n", last_line(matrices));
  return complaints.empty() ? 0 : 1;
}

int run(int argc, char** argv) {
  CLI::App app;
  try {
    Settings settings;
    read_command_line(app, settings);
    app.parse(argc, argv);
    return settings.list ? list_faults() : prove(std::move(settings));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "wsproof_prove: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wsproof_prove: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace wsproof::prove

int main(int argc, char** argv) {
  // Messages of MiBs come and go by the thousand: to map each anew takes a third of the time.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  try {
    return wsproof::prove::run(argc, argv);
  } catch (...) {
    std::fputs("wsproof_prove: standard output could not be written\n", stderr);
    return 1;
  }
}
