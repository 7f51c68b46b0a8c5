// SPDX-License-Identifier: Apache-2.0
// An echo server made with Boost.Beast, at a port that the system chooses.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstddef>
#include <iostream>
#include <memory>
#include <utility>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Tcp = asio::ip::tcp;

namespace {

constexpr std::size_t kMaxMessage = 64 * 1024 * 1024;

/// One connection; it lives as long as an operation of it is under way.
class Echo : public std::enable_shared_from_this<Echo> {
 public:
  explicit Echo(Tcp::socket socket) : stream_(std::move(socket)) {}

  void run() {
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    stream_.set_option(deflate);
    stream_.read_message_max(kMaxMessage);
    stream_.async_accept([self = shared_from_this()](beast::error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->write();
    });
  }

  void write() {
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(),
                        [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (error) return;
                          self->buffer_.consume(self->buffer_.size());
                          self->read();
                        });
  }

  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
};

void accept_next(Tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](beast::error_code error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<Echo>(std::move(socket))->run();
    accept_next(acceptor);
  });
}

}  // namespace

int main() {
  asio::io_context context{1};
  Tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&context](beast::error_code, int) { context.stop(); });
  accept_next(acceptor);
  std::cout << "listening on ws://127.0.0.1:" << acceptor.local_endpoint().port() << '/'
            << std::endl;
  context.run();
}
