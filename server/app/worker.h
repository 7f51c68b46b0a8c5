// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "server/app/connection.h"
#include "server/app/server.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "server/transport/tls_context.h"

namespace wsproof {

/// One loop of a server with the connections that it accepted; a server has one for each of its
/// threads. Everything but loop().post() belongs to the thread that runs the loop, once it runs.
class Worker final : public ConnectionHost {
 public:
  /// The options outlive the worker. Connections are numbered `first_id`, and then every
  /// options.threads-th number.
  Worker(const ServerOptions& options, std::uint64_t first_id);
  ~Worker() override;

  /// Listens at a port of options.host, with TLS where `tls`, which outlives the worker, is not
  /// null; throws std::runtime_error.
  const TcpListener& listen(std::uint16_t port, ListenOptions::Sharing sharing,
                            const TlsContext* tls);

  /// Runs the loop until everyone has left, after begin_stop().
  void run() { loop().run(); }

  /// run() goes on until so many calls of one_is_done(), too, unless it is stopped at once.
  void wait_for(std::size_t others) { others_ = others; }
  void one_is_done();

  /// The first call asks everyone to leave, the second does not wait for it.
  void begin_stop();

  void on_ended(Connection& connection) override;

 private:
  void accept(std::unique_ptr<Stream> stream, const TlsContext* tls);
  void clear_ended();
  void stop_now();
  void stop_if_empty();

  const ServerOptions& options_;
  std::vector<std::unique_ptr<TcpListener>> listeners_;
  Timer drain_timer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> ended_;
  bool clear_is_due_ = false;
  std::uint64_t next_id_;
  std::size_t others_ = 0;  // that are waited for
  bool stopping_ = false;
};

}  // namespace wsproof
