// SPDX-License-Identifier: Apache-2.0
// An echo server made with websocketpp, at a port that the system chooses.
#include <boost/asio/signal_set.hpp>
#include <cstddef>
#include <iostream>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>

namespace {

struct Config : websocketpp::config::asio {
  static const std::size_t max_message_size = 64 * 1024 * 1024;
  struct Deflate {};
  using permessage_deflate_type = websocketpp::extensions::permessage_deflate::enabled<Deflate>;
};

using Server = websocketpp::server<Config>;

}  // namespace

int main() {
  Server server;
  server.clear_access_channels(websocketpp::log::alevel::all);
  server.clear_error_channels(websocketpp::log::elevel::all);
  server.init_asio();
  server.set_message_handler(
      [&server](websocketpp::connection_hdl connection, const Server::message_ptr& message) {
        websocketpp::lib::error_code error;  // the other side may have gone
        server.send(connection, message->get_payload(), message->get_opcode(), error);
      });

  server.listen(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0});
  server.start_accept();
  boost::asio::signal_set signals{server.get_io_service(), SIGINT, SIGTERM};
  signals.async_wait([&server](const boost::system::error_code&, int) { server.stop(); });
  websocketpp::lib::asio::error_code error;
  const auto endpoint = server.get_local_endpoint(error);
  std::cout << "listening on ws://127.0.0.1:" << endpoint.port() << '/' << std::endl;
  server.run();
}
