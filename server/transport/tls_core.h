// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/tls_state.h"
#include "server/transport/tls_stream.h"

namespace wsproof {

/// What is between a TlsStream and the stream below it. Lives on through a call during which its
/// owner lets go.
class TlsCore final : public StreamHandler, public std::enable_shared_from_this<TlsCore> {
 public:
  TlsCore(Loop& loop, std::unique_ptr<Stream> inner, const TlsContext& context,
          OpensslOwner<SSL> ssl, std::string name);

  void handshake(TlsStream::Secured secured);
  void start(StreamHandler& handler);
  void write(Bytes head, Bytes body);
  void flush();
  [[nodiscard]] std::size_t pending() const { return gathering_.size() + inner_->pending(); }
  void pause_reading();
  void resume_reading();
  void shutdown();
  void reset();
  void close();
  [[nodiscard]] const Stream& inner() const { return *inner_; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;
  void on_drained() override;

  // For OpenSSL's BIO: octets of the peer, and octets for it.
  std::size_t take_input(std::uint8_t* to, std::size_t most);
  void put_output(Bytes octets);

 private:
  [[nodiscard]] bool over() const { return closed_ || failed_; }
  [[nodiscard]] bool accepts_writes() const { return !over() && !shutdown_asked_; }
  [[nodiscard]] bool may_tell() const { return handler_ != nullptr && !paused_; }
  void begin();
  void schedule();
  template <typename Work>
  void guard(Work&& work);
  template <typename Call>
  void tell(Call&& call);
  void take_eof();
  void tick();
  void advance();
  void step_handshake();
  void secured();
  [[nodiscard]] bool read_some();
  void append(Bytes octets);
  void send();
  void encrypt(Bytes octets);
  void finish_shutdown();
  void fail(const TransportError& error);

  Loop& loop_;
  std::unique_ptr<Stream> inner_;
  TlsContext context_;
  OpensslOwner<SSL> ssl_;
  std::string name_;
  StreamHandler* handler_ = nullptr;
  TlsStream::Secured secured_;
  Bytes input_;                               // what arrived and OpenSSL has not taken yet
  std::vector<std::uint8_t> held_;            // the same, kept for when reading goes on
  std::vector<std::uint8_t> gathering_;       // not encrypted yet
  std::optional<TransportError> late_error_;  // to be told at the end of the tick
  std::size_t replies_ = 0;  // octets that OpenSSL answered with and that have not left
  bool begun_ = false;
  bool open_ = false;       // the handshake is completed
  bool reading_ = false;    // within on_data or tick: what is written leaves at their end
  bool scheduled_ = false;  // tick() will be called
  bool paused_ = false;
  bool inner_paused_ = false;
  bool eof_ = false;
  bool failed_ = false;
  bool closed_ = false;
  bool shutdown_asked_ = false;
  bool shutdown_sent_ = false;
};

}  // namespace wsproof
