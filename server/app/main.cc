// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <variant>

#include "server/app/command_line.h"
#include "server/app/page.h"
#include "server/app/server.h"
#include "server/transport/standard_streams.h"

namespace {

using wsproof::Client;
using wsproof::Message;

void echo(Client& client, Message message) { client.send(message.kind(), message.bytes()); }

void broadcast(Client& client, Message message) {
  if (message.is_text()) {
    client.broadcast(wsproof::upper(message.text()));
  } else {
    client.broadcast(message.kind(), message.bytes());
  }
}

/// Programs wait for these lines, so they leave at once.
void say(const std::string& line) {
  std::fputs(("wsproofd: " + line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void save(const std::string& file, const std::string& text) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  const bool written =
      out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (out == nullptr || std::fclose(out) != 0 || !written) {
    throw std::runtime_error(file + ": the certificate cannot be written there");
  }
}

/// Nothing where nobody was slow.
void say_who_was_slow(const wsproof::SlowReceiverCounts& counts) {
  const auto tell = [](const char* what, std::uint64_t count) {
    if (count > 0) say(std::string("slow receivers: ") + what + std::to_string(count));
  };
  tell("connections dropped: ", counts.connections_dropped);
  tell("deliveries dropped: ", counts.deliveries_dropped);
  tell("octets of these: ", counts.octets_dropped);
  tell("times that a sender had to wait: ", counts.senders_blocked);
}

int run(const wsproof::DaemonOptions& options) {
  wsproof::Server server(options.server);
  server.on_message("/", echo);
  server.on_message("/echo", echo);
  server.on_message("/broadcast", broadcast);
  server.serve_page("/", "text/html; charset=utf-8", std::string(wsproof::page()));
  server.listen();
  // Before anyone is told that the server is there, and may end it.
  server.handle_signals();
  const std::vector<std::string> addresses = server.addresses();
  const std::string s = options.server.tls.enabled() ? "s" : "";
  if (!options.save_certificate.empty()) save(options.save_certificate, server.certificate());
  for (const std::string& address : addresses) say("listening on ws" + s + "://" + address + "/");
  if (!options.quiet) {
    say("page for browsers at http" + s + "://" + addresses.front() +
        "/, echo at /echo, broadcast at " + "/broadcast");
  }
  server.run();
  if (!options.quiet) {
    say_who_was_slow(server.slow_receivers());
    say("ended");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  wsproof::open_standard_descriptors();
  try {
    const auto parsed = wsproof::parse_command_line(argc, argv);
    if (const auto* end = std::get_if<wsproof::CommandLineEnd>(&parsed)) {
      std::fputs(end->text.c_str(), end->status == 0 ? stdout : stderr);
      if (wsproof::flush_standard_output()) return end->status;
      std::fputs("wsproofd: standard output could not be written\n", stderr);
      return 1;
    }
    return run(std::get<wsproof::DaemonOptions>(parsed));
  } catch (const std::bad_alloc&) {
    std::fputs("wsproofd: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wsproofd: %s\n", error.what());
  }
  return 1;
}
