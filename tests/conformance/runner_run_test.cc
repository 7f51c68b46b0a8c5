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

  [[nodiscard]] Target target() const {
    return parse_target("ws://127.0.0.1:" + std::to_string(listener_->port()) + "/").value();
  }

 private:
  Treat treat_;
  Loop loop_;
  std::unique_ptr<TcpListener> listener_;
  std::thread thread_;
};

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
  EXPECT_EQ(accepted, 6);
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
