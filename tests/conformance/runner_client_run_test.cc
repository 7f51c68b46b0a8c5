// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "conformance/catalogue/catalogue.h"
#include "conformance/runner/client_programs.h"
#include "conformance/runner/client_run.h"
#include "server/transport/tls_connector.h"
#include "tests/conformance/socket_client.h"

namespace wsproof::conformance {
namespace {

using test::ask_client;
using test::echo_client;
using test::RawSocket;
using testing::ElementsAre;
using testing::HasSubstr;

/// A run in a thread of its own, with what it tells written down. The log is read when it is over.
class ClientRunTest : public testing::Test, private ClientRunObserver {
 protected:
  ClientRunTest() : catalogue(load_catalogue(embedded_case_files())) {}
  ~ClientRunTest() override { finish(); }

  void start(const std::vector<std::string>& selectors) {
    options.cases = select_cases(catalogue, selectors, {});
    std::promise<std::uint16_t> bound;
    thread_ = std::thread([this, &bound] {
      Loop loop;
      loop_ = &loop;
      ClientRun run(loop, Clock(), options, *this);
      const auto listening = run.listen();
      ASSERT_TRUE(listening) << listening.error().message;
      bound.set_value(run.port());
      run_ = &run;
      loop.run();
      agents = run.book().runs();
      run.count_lost();
      for (const AgentRun& agent : agents) repeated += run.book().repeated(agent.agent);
    });
    port = bound.get_future().get();
  }
  void finish() {
    if (!thread_.joinable()) return;
    loop_->post([this] {
      run_->stop("it was stopped");
      loop_->defer([this] { loop_->stop(); });
    });
    thread_.join();
  }
  std::string request(const std::string& target) {
    return "GET " + target +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  }
  std::string http(const std::string& request) {
    RawSocket socket = RawSocket::to(port);
    socket.send(request);
    return socket.receive_all();
  }

  /// A client that does the TLS handshake, or as much of it as it likes, and leaves.
  void visit(const TlsContext& context) const {
    Loop loop;
    const TlsConnector connector(
        loop, context, "127.0.0.1", port, "",
        [&](const tl::expected<std::unique_ptr<Stream>, TransportError>& outcome) {
          if (outcome) (*outcome)->flush();
          loop.stop();
        });
    loop.run();
  }

  std::vector<Case> catalogue;
  ClientRunOptions options;
  std::uint16_t port = 0;
  std::vector<std::string> log;
  std::vector<AgentRun> agents;
  std::size_t repeated = 0;
  std::atomic<int> lost = 0;  // clients in TLS, also while it runs

 private:
  void on_case_started(const Case& one, const std::string& agent,
                       const std::string& peer) override {
    EXPECT_THAT(peer, HasSubstr("127.0.0.1:"));
    log.push_back("start " + one.id + ' ' + agent);
  }
  void on_case_ended(const Case& one, const std::string& agent, const CaseResult& result) override {
    log.push_back("end " + one.id + ' ' + agent + ' ' + name(result.verdict));
  }
  void on_update_reports(const std::string& agent) override { log.push_back("update " + agent); }
  void on_case_skipped(const Case& one, const std::string& agent) override {
    log.push_back("skip " + one.id + ' ' + agent);
  }
  void on_lost_in_tls(const std::string& reason) override {
    log.push_back("lost " + reason);
    ++lost;
  }
  void on_stop_requested() override { log.emplace_back("stop"); }
  void on_complaint(const std::string& sentence) override { log.push_back(sentence); }

  Loop* loop_ = nullptr;
  ClientRun* run_ = nullptr;
  std::thread thread_;
};

TEST(ClientProgramsTest, sees_where_a_shell_would_cut_the_url) {
  EXPECT_TRUE(is_cut_by_shell({"sh", "-c", "cd x && node c.js {url}"}));
  EXPECT_TRUE(is_cut_by_shell({"bash", "-c", "echo 'a' {url}"}));
  EXPECT_FALSE(is_cut_by_shell({"sh", "-c", "node c.js '{url}'"}));
  EXPECT_FALSE(is_cut_by_shell({"sh", "-c", "node c.js \"--at={url}\""}));
  EXPECT_FALSE(is_cut_by_shell({"sh", "-c", "node c.js \"$1\"", "sh", "{url}"}));
  EXPECT_FALSE(is_cut_by_shell({"node", "c.js", "{url}"}));
}

TEST_F(ClientRunTest, serves_a_client_that_drives_itself) {
  start({"1.1.1", "7.1.1"});
  EXPECT_EQ(ask_client(port, "/getCaseCount"), "2");
  EXPECT_THAT(ask_client(port, "/getCaseInfo?case=2"), HasSubstr("\"id\":\"7.1.1\""));
  echo_client(port, "/runCase?case=1&agent=me");
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=1&agent=me"), "{\"behavior\":\"OK\"}");
  echo_client(port, "/runCase?case=2&agent=me");
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=2&agent=me"), "{\"behavior\":\"OK\"}");
  EXPECT_EQ(ask_client(port, "/updateReports?agent=me&shutdownOnComplete=true"), "");
  finish();
  ASSERT_GE(log.size(), 5U);
  EXPECT_THAT(std::vector<std::string>(log.begin(), log.begin() + 5),
              ElementsAre("start 1.1.1 me", "end 1.1.1 me PASS", "start 7.1.1 me",
                          "end 7.1.1 me PASS", "update me"));
  ASSERT_EQ(agents.size(), 1U);
  EXPECT_EQ(count(agents[0]).passed, 2);
}

TEST_F(ClientRunTest, waits_with_the_status_until_the_case_is_over) {
  start({"1.1.1"});
  RawSocket running = RawSocket::to(port);
  running.send(request("/runCase?case=1&agent=me"));
  running.receive_until("\r\n\r\n");
  auto status = std::async(std::launch::async,
                           [this] { return ask_client(port, "/getCaseStatus?case=1&agent=me"); });
  running.close();  // in the middle of the case
  EXPECT_EQ(status.get(), "{\"behavior\":\"FAILED\"}");
  finish();
  EXPECT_EQ(count(agents.at(0)).failed, 1);
  EXPECT_TRUE(agents[0].results.at(0).ran);  // it was the client that ended it
}

TEST_F(ClientRunTest, answers_a_wrong_number_with_a_sentence) {
  start({"1.1.1"});
  EXPECT_THAT(http(request("/runCase?case=0&agent=me")),
              testing::AllOf(HasSubstr("HTTP/1.1 404"), HasSubstr("counted from 1 to 1")));
  EXPECT_THAT(http(request("/runCase?case=99999&agent=me")), HasSubstr("there is no case 99999"));
  EXPECT_THAT(http(request("/elsewhere")), HasSubstr("HTTP/1.1 404"));
  EXPECT_THAT(http("nonsense\r\n\r\n"), HasSubstr("HTTP/1.1 400"));
  finish();
  EXPECT_EQ(log.size(), 4U);
  EXPECT_TRUE(agents.empty());
}

TEST_F(ClientRunTest, refuses_the_second_client_of_the_same_name_in_the_same_case) {
  start({"1.1.1"});
  RawSocket first = RawSocket::to(port);
  first.send(request("/runCase?case=1&agent=me"));
  EXPECT_THAT(first.receive_until("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
  EXPECT_THAT(http(request("/runCase?case=1&agent=me")),
              testing::AllOf(HasSubstr("HTTP/1.1 409"), HasSubstr("a name of its own")));
  RawSocket other = RawSocket::to(port);
  other.send(request("/runCase?case=1&agent=you"));
  EXPECT_THAT(other.receive_until("\r\n\r\n"), HasSubstr("HTTP/1.1 101"));
  finish();
  ASSERT_EQ(agents.size(), 2U);
  for (const AgentRun& agent : agents) {
    EXPECT_EQ(count(agent).failed, 1);
    EXPECT_FALSE(agent.results.at(0).ran);  // the run ended before the case did
  }
}

TEST_F(ClientRunTest, the_last_of_several_runs_counts) {
  start({"1.1.1"});
  RawSocket first = RawSocket::to(port);
  first.send(request("/runCase?case=1&agent=me"));
  first.receive_until("\r\n\r\n");
  first.close();
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=1&agent=me"), "{\"behavior\":\"FAILED\"}");
  echo_client(port, "/runCase?case=1&agent=me");
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=1&agent=me"), "{\"behavior\":\"OK\"}");
  finish();
  EXPECT_EQ(count(agents.at(0)).passed, 1);
  EXPECT_EQ(repeated, 1U);
}

TEST_F(ClientRunTest, has_no_status_for_a_case_that_has_not_run) {
  start({"1.1.1"});
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=1&agent=never"), "");
  finish();
}

TEST_F(ClientRunTest, does_not_run_what_is_excluded_for_an_agent) {
  options.excluded = [](const std::string& agent, const Case& one) {
    return agent == "me" && one.id == "1.1.2";
  };
  start({"1.1.1", "1.1.2"});
  EXPECT_EQ(ask_client(port, "/getCaseCount"), "2");
  EXPECT_EQ(ask_client(port, "/runCase?case=2&agent=me"), "");
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=2&agent=me"), "");
  echo_client(port, "/runCase?case=2&agent=you");
  finish();
  EXPECT_THAT(log, ElementsAre("skip 1.1.2 me", "start 1.1.2 you", "end 1.1.2 you PASS"));
  ASSERT_EQ(agents.size(), 1U);
  EXPECT_EQ(agents[0].agent, "you");
}

TEST_F(ClientRunTest, tells_once_why_clients_come_no_further_than_tls) {
  options.tls = TlsContext::self_signed({}).value();
  start({"1.1.1"});
  const TlsContext careful = TlsContext::client({}).value();
  visit(careful);
  visit(careful);
  RawSocket plain_client = RawSocket::to(port);
  plain_client.send("GET / HTTP/1.1\r\n\r\n");
  plain_client.receive_all();
  visit(careful);
  while (lost < 4) std::this_thread::yield();
  finish();
  const std::string unknown = "the peer refused the TLS handshake: unknown CA";
  const std::string plain =
      "the peer does not speak TLS: what it sent is no TLS record; the URL here begins with wss://";
  EXPECT_THAT(log, ElementsAre("a client's TLS connection failed: " + unknown, "lost " + unknown,
                               "lost " + unknown, "a client's TLS connection failed: " + plain,
                               "lost " + plain, "lost " + unknown,
                               "3 TLS connections of clients failed in this way: " + unknown));
}

// As a client does that looks at the certificate when TLS is through with it.
TEST_F(ClientRunTest, says_that_a_client_leaves_without_a_request) {
  options.tls = TlsContext::self_signed({}).value();
  start({"1.1.1"});
  visit(TlsContext::client({.ca_file = "", .verify = false}).value());
  while (lost == 0) std::this_thread::yield();
  finish();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_THAT(log[0], HasSubstr("it ended the connection before it sent a request"));
}

TEST_F(ClientRunTest, names_an_agent_by_its_user_agent_field) {
  start({"1.1.1"});
  for (const std::string line : {"", "User-Agent: tester/1\r\n"}) {
    RawSocket socket = RawSocket::to(port);
    std::string head = request("/runCase?case=1");
    head.insert(head.size() - 2, line);
    socket.send(head);
    socket.receive_until("\r\n\r\n");
  }
  finish();
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(agents[0].agent, "UnknownClient");
  EXPECT_EQ(agents[1].agent, "tester/1");
}

TEST_F(ClientRunTest, has_a_page_and_what_it_reads) {
  start({"1.1.1"});
  const auto get = [&](const std::string& target) {
    return http("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  };
  EXPECT_THAT(get("/"), testing::AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("<!doctype html>")));
  EXPECT_THAT(get("/cases.json"), HasSubstr("\"1.1.1\""));
  EXPECT_THAT(get("/results.json?agent=me"), HasSubstr("\r\n\r\n[]"));
  echo_client(port, "/runCase?case=1&agent=me");
  EXPECT_EQ(ask_client(port, "/getCaseStatus?case=1&agent=me"), "{\"behavior\":\"OK\"}");
  EXPECT_THAT(get("/results.json?agent=me"), HasSubstr("\"verdict\":\"PASS\""));
  EXPECT_THAT(get("/getCaseCount"), HasSubstr("HTTP/1.1 426"));
  EXPECT_THAT(get("/favicon.ico"), HasSubstr("HTTP/1.1 404"));
  EXPECT_THAT(http("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"), HasSubstr("HTTP/1.1 405"));
}

TEST_F(ClientRunTest, an_ordinary_client_passes_every_case) {
  start({});
  for (std::size_t number = 1; number <= options.cases.size(); ++number) {
    echo_client(port, "/runCase?case=" + std::to_string(number) + "&agent=me");
    ask_client(port, "/getCaseStatus?case=" + std::to_string(number) + "&agent=me");
  }
  finish();
  const Counts counts = count(agents.at(0));
  EXPECT_EQ(counts.total, static_cast<int>(options.cases.size()));
  for (const CaseResult& result : agents[0].results) {
    if (result.verdict == Verdict::kPass || result.verdict == Verdict::kInformational) continue;
    // The client here does not compress.
    if (result.verdict == Verdict::kUnsupported && result.case_id.substr(0, 2) >= "12") continue;
    ADD_FAILURE() << result.case_id << ' ' << name(result.verdict) << ' ' << result.happened << ' '
                  << result.close_happened;
    for (const Finding& finding : result.findings) ADD_FAILURE() << finding.sentence;
  }
}

}  // namespace
}  // namespace wsproof::conformance
