// SPDX-License-Identifier: Apache-2.0
// Boost.Beast: echo at /, broadcast to everyone at /broadcast, at a port that the system chooses.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <cstddef>
#include <deque>
#include <iostream>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using Tcp = asio::ip::tcp;

namespace {

class Connection;
std::unordered_set<Connection*> members;

/// One connection; it lives as long as an operation of it is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(Tcp::socket socket) : stream_(std::move(socket)) {}
  ~Connection() { members.erase(this); }

  void run() {
    stream_.next_layer().socket().set_option(Tcp::no_delay(true));
    stream_.auto_fragment(false);
    http::async_read(stream_.next_layer(), buffer_, request_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error) self->accept();
                     });
  }

 private:
  void accept() {
    broadcasts_ = request_.target() == "/broadcast";
    stream_.async_accept(request_, [self = shared_from_this()](beast::error_code error) {
      if (error) return;
      self->request_ = {};
      if (self->broadcasts_) members.insert(self.get());
      self->read();
    });
  }

  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return;
      if (self->broadcasts_) {
        self->tell_everyone();
      } else {
        self->echo();
      }
    });
  }

  void echo() {
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(),
                        [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (error) return;
                          self->buffer_.consume(self->buffer_.size());
                          self->read();
                        });
  }

  void tell_everyone() {
    const auto message =
        std::make_shared<const std::string>(beast::buffers_to_string(buffer_.data()));
    buffer_.consume(buffer_.size());
    for (Connection* member : members) member->tell(message);
    read();
  }

  void tell(const std::shared_ptr<const std::string>& message) {
    waiting_.push_back(message);
    if (waiting_.size() == 1) write_next();
  }

  void write_next() {
    stream_.binary(true);
    stream_.async_write(asio::buffer(*waiting_.front()),
                        [self = shared_from_this()](beast::error_code error, std::size_t) {
                          if (error) return;
                          self->waiting_.pop_front();
                          if (!self->waiting_.empty()) self->write_next();
                        });
  }

  websocket::stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  std::deque<std::shared_ptr<const std::string>> waiting_;
  bool broadcasts_ = false;
};

void accept_next(Tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](beast::error_code error, Tcp::socket socket) {
    if (!error) std::make_shared<Connection>(std::move(socket))->run();
    accept_next(acceptor);
  });
}

}  // namespace

int main() {
  asio::io_context context{1};
  Tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  accept_next(acceptor);
  std::cout << "listening on ws://127.0.0.1:" << acceptor.local_endpoint().port() << '/'
            << std::endl;
  context.run();
}
