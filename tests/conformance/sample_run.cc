// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/sample_run.h"

#include <utility>

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;
using std::chrono::milliseconds;

Event message(const std::string& text) {
  Event out;
  out.payload = {text, text.size()};
  return out;
}

Event timeout(const std::string& tag) {
  Event out;
  out.kind = Event::Kind::kTimeout;
  out.tag = tag;
  return out;
}

TranscriptEntry entry(Kind kind, int at_us, const std::string& octets) {
  TranscriptEntry out;
  out.kind = kind;
  out.at = Time(at_us);
  out.octets = octets;
  out.octet_count = octets.size();
  return out;
}

TranscriptEntry frame(Kind kind, int at_us, std::uint8_t op, const std::string& payload) {
  TranscriptEntry out = entry(kind, at_us, payload);
  out.frame = FrameHeader{.opcode = op, .payload_length = payload.size()};
  out.frame->length_form = LengthForm::k7Bit;
  if (kind == Kind::kFrameSent) {
    out.frame->masking_key = MaskingKey{1, 2, 3, 4};
  }
  return out;
}

/// A connection that opened, with its handshake in the transcript.
CaseResult opened(const std::string& id, int started_us) {
  CaseResult out;
  out.case_id = id;
  out.behavior = Behavior::kOk;
  out.close_behavior = CloseBehavior::kOk;
  out.verdict = Verdict::kPass;
  out.started = Time(started_us);
  out.duration = Time(1600);
  out.request_head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  out.response_head = "HTTP/1.1 101 Switching Protocols\r\nServer: Sample/1.0\r\n\r\n";
  out.peer_name = "Sample/1.0";
  out.octets_sent = 40;
  out.octets_received = 60;
  out.close.opened = true;
  out.close.clean = true;
  out.close.closed_by_tester = true;
  out.close.local_code = 1000;
  out.close.remote_close_received = true;
  out.close.remote_code = 1000;
  out.reads = {{2, 1}, {58, 1}};
  out.writes = {{26, 1}, {6, 2}};
  TranscriptEntry connected;
  connected.kind = Kind::kConnected;
  connected.at = Time(started_us);
  out.transcript = {connected, entry(Kind::kHandshakeSent, started_us, out.request_head),
                    entry(Kind::kHandshakeReceived, started_us + 400, out.response_head)};
  return out;
}

CaseResult passing(const std::string& id, int started_us) {
  CaseResult out = opened(id, started_us);
  out.acceptable = "a text message \"Hello\"";
  out.happened = "a text message \"Hello\"";
  out.close_acceptable = "the server answers the Close with code 1000 and ends TCP";
  out.close_happened = "the server answered the Close with code 1000 and ended TCP";
  out.received = {message("Hello")};
  out.frames_sent = {{1, 1}, {8, 1}};
  out.frames_received = {{1, 1}, {8, 1}};
  const std::string close_1000("\x03\xe8", 2);
  out.transcript.push_back(frame(Kind::kFrameSent, started_us + 410, opcode::kText, "Hello"));
  out.transcript.push_back(frame(Kind::kFrameReceived, started_us + 900, opcode::kText, "Hello"));
  out.transcript.push_back(frame(Kind::kFrameSent, started_us + 910, opcode::kClose, close_1000));
  out.transcript.push_back(
      frame(Kind::kFrameReceived, started_us + 1400, opcode::kClose, close_1000));
  out.transcript.push_back(entry(Kind::kEofReceived, started_us + 1600, ""));
  return out;
}

CaseResult failing(const std::string& id, int started_us) {
  CaseResult out = opened(id, started_us);
  out.behavior = Behavior::kFailed;
  out.close_behavior = CloseBehavior::kFailedByClient;
  out.verdict = Verdict::kFail;
  out.duration = milliseconds(1002);
  out.acceptable = "nothing";
  out.happened = "a text message \"Hello\"";
  out.close_acceptable = "the server fails the connection: Close with code 1002";
  out.close_happened = "the server kept the connection open for 1 s after the violation";
  out.received = {message("Hello"), timeout("A")};
  out.findings = {
      {"data-after-error", "the server went on after a violation", "RFC 6455 7.1.7",
       Time(started_us + 900), true, false},
      {"slow", "the server took 500 ms", "RFC 6455 1", Time(started_us + 950), false, true}};
  out.close.clean = false;
  out.close.remote_close_received = false;
  out.close.remote_code.reset();
  out.close.dropped_by_tester = true;
  out.close.closed_by_tester = false;
  out.close.local_code.reset();
  out.close.not_clean_reason = "the tester dropped TCP";
  TranscriptEntry stray =
      frame(Kind::kFrameSent, started_us + 410, opcode::kContinuation, std::string("\0\xff", 2));
  stray.frame->fin = false;
  stray.frame->rsv = rsv::k1;
  out.transcript.push_back(stray);
  out.transcript.push_back(frame(Kind::kFrameReceived, started_us + 900, opcode::kText, "Hello"));
  out.transcript.push_back(frame(Kind::kFrameReceived, started_us + 910, opcode::kPing, ""));
  out.transcript.push_back(frame(Kind::kFrameReceived, started_us + 920, opcode::kPing, ""));
  out.transcript.push_back(entry(Kind::kDropped, started_us + 1'001'000, ""));
  return out;
}

}  // namespace

SampleRun::SampleRun() {
  run.version = "9.8.7";
  run.started = std::chrono::system_clock::time_point(std::chrono::seconds(1'767'225'600));
  run.duration = milliseconds(2100);

  Case& echo = add_case("1.1.1", "Text message", "1 Framing");
  echo.why = "The simplest thing that there is.";
  echo.spec = {{6455, "5.2"}, {6455, "5.6"}};
  echo.expect = {{Behavior::kOk, {message("Hello")}, ""}};
  echo.close.codes = {1000};
  echo.close.clean = true;

  Case& stray = add_case("5.9", "Text message after a continuation that continues nothing",
                         "5 Fragmentation");
  stray.why = "What does not follow the rules must not be guessed at.";
  stray.spec = {{6455, "5.4"}};
  stray.decision = 1;
  stray.expect = {{Behavior::kOk, {}, ""}};
  stray.close.by = CloseExpectation::By::kPeer;
  stray.close.codes = {1002};

  Case& utf8 = add_case("6.4.1", "The second of three fragments is invalid", "6 UTF-8");
  utf8.spec = {{6455, "8.1"}};
  utf8.level = Level::kShould;
  utf8.expect = {{Behavior::kOk, {timeout("A")}, ""},
                 {Behavior::kNonStrict,
                  {timeout("A"), timeout("B")},
                  "Whoever waits for the end of a message fails it too, if later."}};

  Case& order = add_case("7.1.6", "Large message, then Close", "7 Closing");
  order.spec = {{6455, "5.5.1"}};
  order.level = Level::kMay;
  order.informational = true;

  AgentRun agent;
  agent.agent = "Sample/1.0";
  agent.target = "ws://127.0.0.1:9001/";
  agent.rerun = "wsproof server ws://127.0.0.1:9001/";
  agent.duration = milliseconds(2100);
  agent.results = {passing("1.1.1", 1000), failing("5.9", 3000), opened("6.4.1", 5000),
                   opened("7.1.6", 7000)};
  CaseResult& late = agent.results[2];
  late.behavior = Behavior::kNonStrict;
  late.verdict = Verdict::kNonStrict;
  late.happened = "the connection still open after wait B";
  late.close_happened = "the server sent Close with code 1007";
  late.close.remote_code = 1007;
  CaseResult& told = agent.results[3];
  told.behavior = Behavior::kInformational;
  told.close_behavior = CloseBehavior::kInformational;
  told.verdict = Verdict::kInformational;
  told.happened = "nothing";
  told.difference = "Autobahn's rules would say the same in other words";
  run.agents.push_back(std::move(agent));
}

SampleRun& SampleRun::with_perfect_agent() {
  AgentRun agent;
  agent.agent = "Perfect";
  agent.target = "ws://127.0.0.1:9002/";
  agent.rerun = "wsproof server ws://127.0.0.1:9002/";
  agent.duration = milliseconds(85);
  for (const Case* one : run.cases) {
    agent.results.push_back(passing(one->id, 0));
  }
  run.agents.push_back(std::move(agent));
  return *this;
}

SampleRun& SampleRun::with_hostile_peer() {
  AgentRun& agent = run.agents.front();
  agent.agent = kHostile;
  CaseResult& result = agent.results[1];
  result.peer_name = kHostile;
  result.happened = "a text message \"" + kHostile + '"';
  result.close_happened = "Close with the reason " + kHostile;
  result.findings.front().sentence = "the server sent " + kHostile;
  result.close.remote_reason = kHostile;
  result.close.remote_code = 4999;
  result.close.not_clean_reason = kHostile;
  result.response_head = kHostile;
  result.received.front().payload = {kHostile, kHostile.size()};
  result.transcript[2] = entry(Kind::kHandshakeReceived, 3400, kHostile);
  result.transcript.push_back(frame(Kind::kFrameReceived, 3930, opcode::kText, kHostile));
  result.transcript.push_back(
      frame(Kind::kFrameReceived, 3940, opcode::kClose, "\x13\x87" + kHostile));
  TranscriptEntry note;
  note.text = kHostile;
  result.transcript.push_back(note);
  return *this;
}

SampleRun& SampleRun::with_more_failures(int number) {
  for (int i = 0; i < number; ++i) {
    const std::string id = "8." + std::to_string(i + 1);
    add_case(id, "One more", "8 More").spec = {{6455, "5.4"}};
    run.agents.front().results.push_back(failing(id, 9000));
  }
  return *this;
}

Case& SampleRun::add_case(const std::string& id, const std::string& title,
                          const std::string& family) {
  cases_.push_back(std::make_unique<Case>());
  Case& out = *cases_.back();
  out.id = id;
  out.title = title;
  out.family = family;
  out.group = family;
  run.cases.push_back(&out);
  return out;
}

}  // namespace wsproof::conformance
