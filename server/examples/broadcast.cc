// SPDX-License-Identifier: Apache-2.0
// Everyone who is online hears what anyone says, in upper case.
#include "server/app/server.h"

using wsproof::upper;

int main() {
  wsproof::Server server{{.host = "localhost", .port = 8000, .backlog = 10}};
  server.on_message([](wsproof::Client& client, wsproof::Message message) {
    client.broadcast(upper(message.text()));
  });
  server.run();
}
