// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

class ServerThreadsTest : public ServerTest {
 protected:
  // So many that the kernel does not give all of them to one of the threads.
  static constexpr std::size_t kClients = 48;

  ServerThreadsTest() { options.threads = 3; }

  std::vector<WsClient> open_all(std::string_view target) {
    std::vector<WsClient> clients;
    for (std::size_t i = 0; i < kClients; ++i) clients.push_back(open(target));
    return clients;
  }
};

TEST_F(ServerThreadsTest, ConnectionsAreSpread) {
  prepare();
  std::mutex mutex;
  std::set<std::thread::id> threads;
  server->on_message("/echo", [&](Client& client, Message message) {
    client.send(message.text());
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  start();
  std::vector<WsClient> clients = open_all("/echo");
  for (WsClient& client : clients) {
    client.send_text("here");
    EXPECT_EQ(client.receive_payload(), "here");
  }
  stop();
  EXPECT_GT(threads.size(), 1U);
  EXPECT_LE(threads.size(), 3U);
}

TEST_F(ServerThreadsTest, ABroadcastReachesEveryoneOnceAndInOrder) {
  start();
  std::vector<WsClient> clients = open_all("/broadcast");
  for (const std::string message : {"one", "two", "three"}) clients.front().send_text(message);
  for (WsClient& client : clients) {
    for (const std::string message : {"ONE", "TWO", "THREE"}) {
      EXPECT_EQ(client.receive_payload(), message);
    }
  }
  // Nothing came twice: the next thing that each hears is this.
  clients.back().send_text("end");
  for (WsClient& client : clients) EXPECT_EQ(client.receive_payload(), "END");
}

TEST_F(ServerThreadsTest, EveryoneTalksToEveryone) {
  start();
  constexpr std::size_t kTalkers = 12;
  std::vector<WsClient> clients;
  for (std::size_t i = 0; i < kTalkers; ++i) clients.push_back(open("/broadcast"));
  std::multiset<std::string> all;
  for (std::size_t i = 0; i < kTalkers; ++i) {
    for (const char* const word : {" a", " b", " c"}) {
      const std::string message = std::to_string(i) + word;
      clients[i].send_text(message);
      all.insert(upper(message));
    }
  }
  for (WsClient& client : clients) {
    std::multiset<std::string> heard;
    for (std::size_t i = 0; i < all.size(); ++i) heard.insert(client.receive_payload());
    EXPECT_EQ(heard, all);
  }
}

TEST_F(ServerThreadsTest, IdsAreUnique) {
  prepare();
  server->on_message("/echo",
                     [](Client& client, Message) { client.send(std::to_string(client.id())); });
  start();
  std::set<std::string> ids;
  for (WsClient& client : open_all("/echo")) {
    client.send_text("?");
    ids.insert(client.receive_payload());
  }
  EXPECT_EQ(ids.size(), kClients);
}

TEST_F(ServerThreadsTest, StopAsksEveryoneToLeave) {
  prepare();
  std::atomic<int> closed = 0;
  server->on_close([&](Client&, const CloseInfo&) { ++closed; });
  start();
  std::vector<WsClient> clients = open_all("/echo");
  server->stop();
  for (WsClient& client : clients) {
    EXPECT_EQ(client.receive().close_code(), 1001);
    client.send_close(1001);
    client.socket.close();
  }
  thread.join();
  EXPECT_EQ(closed, kClients);
}

TEST_F(ServerThreadsTest, APortInUseIsRefusedAlthoughItCouldBeShared) {
  start();
  ServerOptions same = options;
  same.port = port;
  Server other(same);
  EXPECT_THROW(other.listen(), std::runtime_error);
  expect_alive();
}

}  // namespace
}  // namespace wsproof::test
