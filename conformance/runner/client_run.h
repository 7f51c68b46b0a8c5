// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/runner/agent_book.h"
#include "conformance/runner/client_link.h"
#include "conformance/runner/control_request.h"
#include "server/transport/tcp.h"
#include "server/transport/tls_context.h"

namespace wsproof::conformance {

struct ClientRunOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;          ///< 0: the kernel chooses
  std::vector<const Case*> cases;  ///< what N counts through, from 1
  std::string agent;               ///< of clients that name none; empty: their User-Agent field
  EngineOptions engine;            ///< `peer` is set here
  std::optional<TlsContext> tls;   ///< speak TLS: wss:// and https://
  bool page = true;                ///< answer plain HTTP with a page that tests the browser itself
  /// Whether this agent does not run this case; none: everyone runs all.
  std::function<bool(const std::string& agent, const Case& test_case)> excluded;
};

/// Is told how a run goes on, in the loop's thread. The run may not be destroyed in a call.
class ClientRunObserver {
 public:
  virtual ~ClientRunObserver() = default;
  /// A client has connected and asked for this case. `peer` is its address.
  virtual void on_case_started(const Case&, const std::string& /*agent*/,
                               const std::string& /*peer*/) {}
  /// What this connection came to, of a case that may consist of several.
  virtual void on_case_ended(const Case&, const std::string& /*agent*/, const CaseResult&) {}
  /// A client has asked for a case that this agent does not run: it gets a Close.
  virtual void on_case_skipped(const Case&, const std::string& /*agent*/) {}
  /// A client wants the report files written: before this returns, while it waits.
  virtual void on_update_reports(const std::string& /*agent*/) {}
  /// A client has asked that the server ends, and has had its answer.
  virtual void on_stop_requested() {}
  /// Something that a client did wrong outside a case: a sentence.
  virtual void on_complaint(const std::string& /*sentence*/) {}
  /// A client came no further than TLS, and why: a sentence. The first of each kind is a complaint,
  /// too.
  virtual void on_lost_in_tls(const std::string& /*reason*/) {}
};

/// Waits for clients under test: each connects to a URL that says what it wants (ControlRequest),
/// and runs through the cases as it likes. Any number of clients at a time.
class ClientRun final : private ClientLinkHost {
 public:
  /// All references outlive this object; it is destroyed before its loop.
  ClientRun(Loop& loop, Clock clock, const ClientRunOptions& options, ClientRunObserver& observer);
  ~ClientRun() override;

  /// Binds and listens. The error is a whole sentence.
  [[nodiscard]] tl::expected<void, TransportError> listen();
  /// Listens at another port of the same host too: the same page and the same cases are there.
  [[nodiscard]] tl::expected<void, TransportError> listen_also(std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// "ws://127.0.0.1:9001", as clients reach it.
  [[nodiscard]] std::string url() const { return url_at(port_); }
  /// The same for the port of listen_also().
  [[nodiscard]] std::string url_at(std::uint16_t port) const;

  /// Takes no new connections, and ends those that are there: cases that run get a verdict now, and
  /// are marked as not having run to their end.
  void stop(const std::string& reason);
  /// Complains how many clients were lost in TLS in all, where it has happened again and again.
  void count_lost() const;

  [[nodiscard]] const AgentBook& book() const { return book_; }
  /// Whether anyone has connected and sent a request that could be read.
  [[nodiscard]] bool anyone_came() const { return anyone_came_; }

 private:
  void on_request(ClientLink& link, const RequestHead& head) override;
  void on_bad_head(ClientLink& link, Error error) override;
  void on_no_request(ClientLink& link, const TransportError* error) override;
  void on_case_over(ClientLink& link, CaseResult result) override;
  void on_ended(ClientLink& link) override;

  [[nodiscard]] tl::expected<std::uint16_t, TransportError> open(std::uint16_t port);
  void accept(std::unique_ptr<Stream> stream);
  void run_case(ClientLink& link);
  [[nodiscard]] bool is_excluded(const ControlRequest& asked) const;
  void serve(ClientLink& link);
  void refuse(ClientLink& link, const ControlError& error);
  [[nodiscard]] std::string agent_of(const ControlRequest& request, const RequestHead& head) const;

  Loop& loop_;
  Clock clock_;
  const ClientRunOptions& options_;
  EngineOptions engine_options_;
  ClientRunObserver& observer_;
  AgentBook book_;
  std::vector<std::unique_ptr<TcpListener>> listeners_;
  std::uint16_t port_ = 0;  // outlives the listener: the report names it
  std::vector<std::unique_ptr<ClientLink>> links_;
  std::map<std::string, std::size_t> lost_;  // in TLS: why, and how many
  bool anyone_came_ = false;
  bool stopped_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace wsproof::conformance
