// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/transport/tls_connector.h"
#include "server/transport/tls_context.h"
#include "server/transport/tls_error.h"
#include "server/transport/tls_state.h"
#include "server/transport/tls_stream.h"
#include "tests/transport/loop_fixture.h"

namespace wsproof::test {

/// Hands what arrives over octet by octet.
class ChoppedStream final : public Stream, private StreamHandler {
 public:
  explicit ChoppedStream(std::unique_ptr<Stream> inner) : inner_(std::move(inner)) {}

  void start(StreamHandler& handler) override {
    handler_ = &handler;
    inner_->start(*this);
  }
  void write(Bytes head, Bytes body) override { inner_->write(head, body); }
  void write_shared(std::shared_ptr<const std::string> octets) override {
    inner_->write_shared(std::move(octets));
  }
  void flush() override { inner_->flush(); }
  [[nodiscard]] std::size_t pending() const override { return inner_->pending(); }
  void pause_reading() override { inner_->pause_reading(); }
  void resume_reading() override { inner_->resume_reading(); }
  void shutdown() override { inner_->shutdown(); }
  void reset() override { inner_->reset(); }
  void close() override { inner_->close(); }
  [[nodiscard]] std::string peer_address() const override { return inner_->peer_address(); }

 private:
  void on_data(MutableBytes bytes) override {
    for (std::uint8_t& octet : bytes) handler_->on_data({&octet, 1});
  }
  void on_eof() override { handler_->on_eof(); }
  void on_error(const TransportError& error) override { handler_->on_error(error); }
  void on_drained() override { handler_->on_drained(); }

  std::unique_ptr<Stream> inner_;
  StreamHandler* handler_ = nullptr;
};

/// A file that is gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    const int descriptor = mkstemp(path_.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "wsproof-tls-XXXXXX";
};

/// A server with a certificate of its own, and whoever connects to it.
class TlsTest : public LoopTest {
 protected:
  TlsTest()
      : server_context(*TlsContext::self_signed({})),
        certificate(server_context.certificate()),
        client_context(*TlsContext::client({.ca_file = certificate.path()})) {}

  /// Both sides speak this version, TLS1_2_VERSION or TLS1_3_VERSION, and no other.
  void only(int version) {
    SSL_CTX* context = client_context.state().context.get();
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
  }

  void listen() {
    auto listening =
        TcpListener::listen(loop, {.host = "127.0.0.1"}, [this](std::unique_ptr<Stream> accepted) {
          if (chopped) accepted = std::make_unique<ChoppedStream>(std::move(accepted));
          server = server_context.wrap_server(loop, std::move(accepted));
          server->start(server_log);
        });
    ASSERT_TRUE(listening) << listening.error().message;
    listener = std::move(*listening);
  }

  /// A client of ours; what became of it is in `client` or `error`.
  void connect(const std::string& name = "localhost") {
    if (listener == nullptr) listen();
    connector = std::make_unique<TlsConnector>(
        loop, client_context, "127.0.0.1", listener->port(), name,
        [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
          if (outcome) {
            client = std::move(*outcome);
            client->start(client_log);
          } else {
            error = outcome.error();
          }
          connector.reset();
        });
    run_until([this] { return connector == nullptr; });
  }

  /// A client that is nothing but TCP.
  RawSocket raw() {
    if (listener == nullptr) listen();
    RawSocket socket = RawSocket::to(listener->port());
    run_until([this] { return server != nullptr; });
    return socket;
  }

  void expect_echo(const std::string& text) {
    client->write({}, as_bytes(text));
    run_until([&] { return server_log.received.size() >= text.size(); });
    EXPECT_TRUE(server_log.received == text);
    server->write({}, as_bytes(server_log.received));
    run_until([&] { return client_log.received.size() >= text.size(); });
    EXPECT_TRUE(client_log.received == text);
    server_log.received.clear();
    client_log.received.clear();
  }

  TlsContext server_context;
  TemporaryFile certificate;
  TlsContext client_context;
  bool chopped = false;
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<TlsConnector> connector;
  StreamLog server_log;
  StreamLog client_log;
  std::unique_ptr<Stream> server;
  std::unique_ptr<Stream> client;
  TransportError error;
};

}  // namespace wsproof::test
