// SPDX-License-Identifier: Apache-2.0
// websocketpp: echo at /, broadcast to everyone at /broadcast, at a port that the system chooses.
#include <cstddef>
#include <iostream>
#include <set>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

namespace {

// Single-threaded, as the others are, and with room for the largest message of the comparison.
struct Config : websocketpp::config::asio {
  using type = Config;
  static const std::size_t max_message_size = 16 * 1024 * 1024;
  static bool const enable_multithreading = false;
  struct transport_config : websocketpp::config::asio::transport_config {
    static bool const enable_multithreading = false;
  };
  using transport_type = websocketpp::transport::asio::endpoint<transport_config>;
};

using Server = websocketpp::server<Config>;
using Handle = websocketpp::connection_hdl;

}  // namespace

int main() {
  Server server;
  std::set<Handle, std::owner_less<Handle>> members;
  websocketpp::lib::error_code error;  // the other side may have gone
  server.clear_access_channels(websocketpp::log::alevel::all);
  server.clear_error_channels(websocketpp::log::elevel::all);
  server.init_asio();
  server.set_listen_backlog(4096);
  server.set_tcp_post_init_handler([&server, &error](Handle handle) {
    server.get_con_from_hdl(handle, error)
        ->get_raw_socket()
        .set_option(boost::asio::ip::tcp::no_delay(true));
  });
  server.set_open_handler([&](Handle handle) {
    const auto connection = server.get_con_from_hdl(handle, error);
    if (connection->get_resource() != "/broadcast") return;
    members.insert(handle);
    connection->set_message_handler([&](Handle, const Server::message_ptr& message) {
      for (const Handle& member : members) {
        server.send(member, message->get_payload(), message->get_opcode(), error);
      }
    });
  });
  server.set_close_handler([&members](Handle handle) { members.erase(handle); });
  server.set_fail_handler([&members](Handle handle) { members.erase(handle); });
  server.set_message_handler([&](Handle handle, const Server::message_ptr& message) {
    server.send(handle, message->get_payload(), message->get_opcode(), error);
  });
  server.listen(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0});
  server.start_accept();
  websocketpp::lib::asio::error_code asio_error;
  std::cout << "listening on ws://127.0.0.1:" << server.get_local_endpoint(asio_error).port() << '/'
            << std::endl;
  server.run();
}
