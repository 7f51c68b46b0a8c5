// SPDX-License-Identifier: Apache-2.0
// The endpoint over TCP, so that anyone can see what a conformance suite makes of a fault:
//   faulty_peer --role server --fault no-pong          prints the URL on which it listens
//   faulty_peer --role client --fault no-pong URL      echoes over one connection, and ends
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/faulty/faults.h"
#include "tests/peers/faulty/tcp.h"

namespace wsproof::faulty {
namespace {

constexpr std::string_view kUsage =
    "usage: faulty_peer [--role server] [--fault NAME] [--port N]\n"
    "       faulty_peer --role client [--fault NAME] ws://HOST:PORT/PATH\n"
    "       faulty_peer --list\n";

struct Arguments {
  Role role = Role::kServer;
  Faults faults;
  int port = 0;
  std::string url;
  bool list = false;
};

Faults fault_named(const std::string& name) {
  const FaultInfo* fault = find_fault(name);
  if (fault == nullptr) {
    throw std::invalid_argument("there is no fault \"" + name + "\"; --list names all");
  }
  return Faults(fault->fault);
}

Role role_named(const std::string& name) {
  if (name == "server") return Role::kServer;
  if (name == "client") return Role::kClient;
  throw std::invalid_argument("\"" + name + "\" is neither server nor client");
}

int port_of(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 5 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  const int port = digits ? std::stoi(text) : 65536;
  if (port > 65535) throw std::invalid_argument("\"" + text + "\" is no port");
  return port;
}

Arguments read(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&]() -> const std::string& {
      if (i + 1 == words.size()) throw std::invalid_argument(words[i] + " needs a value");
      return words[++i];
    };
    if (words[i] == "--role") {
      arguments.role = role_named(value());
    } else if (words[i] == "--fault") {
      arguments.faults = fault_named(value());
    } else if (words[i] == "--port") {
      arguments.port = port_of(value());
    } else if (words[i] == "--list") {
      arguments.list = true;
    } else if (words[i].substr(0, 5) == "ws://") {
      arguments.url = words[i];
    } else {
      throw std::invalid_argument("\"" + words[i] + "\" means nothing here");
    }
  }
  if (!arguments.list && (arguments.role == Role::kClient) == arguments.url.empty()) {
    throw std::invalid_argument("a client needs a ws:// URL, and a server has none");
  }
  return arguments;
}

int run(const std::vector<std::string>& words) {
  const Arguments arguments = read(words);
  if (arguments.list) {
    for (const FaultInfo& fault : all_faults()) {
      std::printf("%-30s %s\n", std::string(fault.name).c_str(),
                  std::string(fault.sentence).c_str());
    }
    return EXIT_SUCCESS;
  }
  if (arguments.role == Role::kClient) {
    run_client(arguments.faults, arguments.url);
    return EXIT_SUCCESS;
  }
  Server server(arguments.faults, arguments.port);
  std::printf("faulty_peer: listening on ws://127.0.0.1:%d/\n", server.port());
  std::fflush(stdout);
  server.run();
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace wsproof::faulty

int main(int argc, char** argv) {
  // A peer that has gone is told by the next write.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return wsproof::faulty::run({argv + 1, argv + argc});
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "faulty_peer: %s\n%s", error.what(),
                 std::string(wsproof::faulty::kUsage).c_str());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "faulty_peer: %s\n", error.what());
    return 1;
  }
}
