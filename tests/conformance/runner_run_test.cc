// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "conformance/catalogue/catalogue.h"
#include "conformance/runner/runner.h"
#include "server/transport/tcp.h"

namespace wsproof::conformance {
namespace {

/// A TCP server in a thread of its own, which does with each connection what it is told to.
class TcpServer {
 public:
  using Treat = std::function<void(std::unique_ptr<Stream>)>;

  explicit TcpServer(Treat treat) : treat_(std::move(treat)) {
    auto listener =
        TcpListener::listen(loop_, {.host = "127.0.0.1"},
                            [this](std::unique_ptr<Stream> stream) { treat_(std::move(stream)); });
    if (!listener) {
      throw std::runtime_error(listener.error().message);
    }
    listener_ = std::move(*listener);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~TcpServer() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  [[nodiscard]] Loop& loop() { return loop_; }
  [[nodiscard]] Target target() const {
    return parse_target("ws://127.0.0.1:" + std::to_string(listener_->port()) + "/").value();
  }

 private:
  Treat treat_;
  Loop loop_;
  std::unique_ptr<TcpListener> listener_;
  std::thread thread_;
};

/// Speaks TLS with whoever comes, and ends the connection of whoever does not.
class TlsServer {
 public:
  explicit TlsServer(const TlsContext& context)
      : server_([this, context](std::unique_ptr<Stream> stream) {
          peers_.push_back(std::make_unique<Peer>());
          peers_.back()->stream = context.wrap_server(server_.loop(), std::move(stream));
          peers_.back()->stream->start(*peers_.back());
        }) {}
  [[nodiscard]] Target target() const { return server_.target(); }

 private:
  struct Peer final : public StreamHandler {
    void on_data(MutableBytes /*bytes*/) override {}
    void on_eof() override { stream->close(); }
    void on_error(const TransportError& /*error*/) override { stream->close(); }
    std::unique_ptr<Stream> stream;
  };
  std::vector<std::unique_ptr<Peer>> peers_;
  TcpServer server_;
};

Target secure(Target target) {
  target.url.insert(2, "s");
  target.secure = true;
  target.tls = TlsContext::client({.ca_file = "", .verify = false}).value();
  return target;
}

class RunTest : public testing::Test {
 protected:
  RunTest() : catalogue(load_catalogue(embedded_case_files())) {
    options.engine.open_timeout = Duration(50);
    select({"1.1"});
  }
  void select(const std::vector<std::string>& selectors) {
    options.cases = select_cases(catalogue, selectors, {});
  }
  AgentRun run_against(const Target& target) {
    options.targets = {target};
    conformance::Run run = run_servers(options, observer);
    EXPECT_EQ(run.agents.size(), 1U);
    AgentRun agent = std::move(run.agents.at(0));
    // Whatever happens, each case has one result, in the order of the ids.
    EXPECT_EQ(agent.results.size(), options.cases.size());
    for (std::size_t i = 0; i < agent.results.size(); ++i) {
      EXPECT_EQ(agent.results[i].case_id, options.cases[i]->id);
    }
    return agent;
  }
  static void expect_all_failed(const AgentRun& agent) {
    const Counts counts = count(agent);
    EXPECT_EQ(counts.failed + counts.not_run, counts.total);
    EXPECT_EQ(counts.not_run > 0, agent.end != AgentRun::End::kComplete);
  }

  std::vector<Case> catalogue;
  RunnerOptions options;
  RunObserver observer;
};

TEST_F(RunTest, tells_that_nobody_listens) {
  Target target;
  {
    const TcpServer server([](std::unique_ptr<Stream>) {});
    target = server.target();
  }
  const AgentRun agent = run_against(target);
  EXPECT_EQ(agent.end, AgentRun::End::kUnreachable);
  EXPECT_NE(agent.end_reason.find("connection refused"), std::string::npos) << agent.end_reason;
  expect_all_failed(agent);
}

TEST_F(RunTest, gives_a_verdict_when_every_connection_is_closed) {
  const TcpServer server([](const std::unique_ptr<Stream>& stream) { stream->close(); });
  const AgentRun agent = run_against(server.target());
  EXPECT_EQ(agent.end, AgentRun::End::kComplete);
  EXPECT_EQ(agent.agent, "UnknownServer");
  expect_all_failed(agent);
}

TEST_F(RunTest, gives_a_verdict_when_every_connection_is_reset) {
  const TcpServer server([](const std::unique_ptr<Stream>& stream) { stream->reset(); });
  expect_all_failed(run_against(server.target()));
}

TEST_F(RunTest, does_not_wait_for_each_case_of_a_silent_server) {
  std::atomic<int> accepted = 0;
  std::vector<std::unique_ptr<Stream>> streams;
  const TcpServer server([&](std::unique_ptr<Stream> stream) {
    ++accepted;
    streams.push_back(std::move(stream));
  });
  select({});
  const AgentRun agent = run_against(server.target());
  expect_all_failed(agent);
  for (const CaseResult& result : agent.results) {
    EXPECT_NE(result.happened.find("answered none of 3 opening handshakes"), std::string::npos)
        << result.happened;
  }
  EXPECT_EQ(accepted, 3);
}

TEST_F(RunTest, says_that_a_server_wants_tls) {
  const TlsContext tls = TlsContext::self_signed({}).value();
  const TlsServer server(tls);
  Target target = server.target();
  select({});
  AgentRun agent = run_against(target);
  EXPECT_EQ(agent.end, AgentRun::End::kUnreachable);
  EXPECT_EQ(agent.end_reason, "the server speaks TLS: its URL is wss" + target.url.substr(2));
  expect_all_failed(agent);
  EXPECT_EQ(count(agent).failed, 0);
}

TEST_F(RunTest, says_that_nobody_answers_the_tls_handshake) {
  std::vector<std::unique_ptr<Stream>> streams;
  const TcpServer server(
      [&](std::unique_ptr<Stream> stream) { streams.push_back(std::move(stream)); });
  Target target = secure(server.target());
  AgentRun agent = run_against(target);
  EXPECT_EQ(agent.end, AgentRun::End::kUnreachable);
  EXPECT_EQ(agent.end_reason,
            "cannot connect to 127.0.0.1 port " + std::to_string(target.port) +
                ": no answer to the TLS handshake within 0.05 s; the URL of a server without TLS "
                "begins with ws://");
  expect_all_failed(agent);
  options.wait_for = Duration(120);
  agent = run_against(target);
  EXPECT_EQ(agent.end, AgentRun::End::kUnreachable);
  EXPECT_NE(agent.end_reason.find("not within 0.12 s"), std::string::npos) << agent.end_reason;
}

TEST_F(RunTest, says_that_a_server_does_not_speak_tls) {
  std::vector<std::unique_ptr<Stream>> streams;
  const TcpServer server([&](std::unique_ptr<Stream> stream) {
    stream->write(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
    streams.push_back(std::move(stream));
  });
  const AgentRun agent = run_against(secure(server.target()));
  EXPECT_EQ(agent.end, AgentRun::End::kUnreachable);
  EXPECT_NE(agent.end_reason.find("does not speak TLS"), std::string::npos) << agent.end_reason;
  EXPECT_NE(agent.end_reason.find("begins with ws://"), std::string::npos) << agent.end_reason;
}

TEST_F(RunTest, ends_at_the_deadline_while_it_asks_for_tls) {
  // Refuses what it can read, and waits for the end of what it cannot.
  class Refuser final : public StreamHandler {
   public:
    explicit Refuser(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {
      stream_->start(*this);
    }
    void on_data(MutableBytes bytes) override {
      if (as_text(bytes).substr(0, 4) == "GET ") {
        stream_->write(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        stream_->shutdown();
      }
    }
    void on_eof() override {}
    void on_error(const TransportError& /*error*/) override {}

   private:
    std::unique_ptr<Stream> stream_;
  };
  std::vector<std::unique_ptr<Refuser>> refusers;
  const TcpServer server([&](std::unique_ptr<Stream> stream) {
    refusers.push_back(std::make_unique<Refuser>(std::move(stream)));
  });
  options.engine.open_timeout = Duration(300);
  options.deadline = Duration(100);
  AgentRun agent = run_against(server.target());
  EXPECT_EQ(agent.end, AgentRun::End::kDeadline);
  EXPECT_EQ(count(agent).failed, 1);  // the first: it has its result
  options.deadline.reset();
  agent = run_against(server.target());
  EXPECT_EQ(agent.end, AgentRun::End::kComplete);
  EXPECT_EQ(count(agent).failed, count(agent).total);
}

TEST_F(RunTest, ends_at_the_deadline) {
  std::vector<std::unique_ptr<Stream>> streams;
  const TcpServer server(
      [&](std::unique_ptr<Stream> stream) { streams.push_back(std::move(stream)); });
  options.engine.open_timeout = Duration(60'000);
  options.deadline = Duration(20);
  const AgentRun agent = run_against(server.target());
  EXPECT_EQ(agent.end, AgentRun::End::kDeadline);
  expect_all_failed(agent);
}

TEST_F(RunTest, runs_every_target_of_a_run_that_is_over) {
  std::vector<std::unique_ptr<Stream>> streams;
  const TcpServer server(
      [&](std::unique_ptr<Stream> stream) { streams.push_back(std::move(stream)); });
  options.engine.open_timeout = Duration(60'000);
  options.deadline = Duration(20);
  options.targets = {server.target(), server.target()};
  const conformance::Run run = run_servers(options, observer);
  ASSERT_EQ(run.agents.size(), 2U);
  for (const AgentRun& agent : run.agents) {
    EXPECT_EQ(agent.end, AgentRun::End::kDeadline);
    expect_all_failed(agent);
  }
  EXPECT_EQ(run.agents[1].agent, "UnknownServer-2");
}

TEST_F(RunTest, runs_a_case_with_several_connections_in_turn_and_side_by_side) {
  std::atomic<int> accepted = 0;
  {
    const TcpServer server([&](const std::unique_ptr<Stream>& stream) {
      ++accepted;
      stream->close();
    });
    Case several = *select_cases(catalogue, {"1.1.1"}, {}).at(0);
    several.repeat = 3;
    several.connections = 2;
    options.cases = {&several};
    const AgentRun agent = run_against(server.target());
    expect_all_failed(agent);
    EXPECT_EQ(agent.results[0].happened.rfind("on connection ", 0), 0U)
        << agent.results[0].happened;
  }
  // One asks whether it is TLS that the server wants, and one at the end whether it still lives.
  EXPECT_EQ(accepted, 6 + 2);
}

TEST_F(RunTest, leaves_out_cases_whose_features_are_missing) {
  Case needy = *select_cases(catalogue, {"1.1.1"}, {}).at(0);
  needy.requires_features = {"tls"};
  options.cases = {&needy};
  const TcpServer server([](const std::unique_ptr<Stream>& stream) { stream->close(); });
  const AgentRun agent = run_against(server.target());
  EXPECT_EQ(count(agent).unsupported, 1);
}

}  // namespace
}  // namespace wsproof::conformance
