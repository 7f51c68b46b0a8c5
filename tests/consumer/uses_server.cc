// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <thread>

#include "server/app/server.h"

int main() {
  wsproof::Server server{{.host = "127.0.0.1", .port = 0}};
  server.on_message(
      [](wsproof::Client& client, wsproof::Message message) { client.send(message.text()); });
  server.listen();
  std::cout << "listening on a port: " << (server.port() != 0 ? "yes" : "no") << '\n';
  std::thread stopper{[&server] { server.stop(); }};
  server.run();
  stopper.join();
  std::cout << "stopped\n";
}
