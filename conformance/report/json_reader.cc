// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "conformance/report/json_report.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::json;

/// A value and where it stands, so that every complaint can name the place.
class Place {
 public:
  Place(const Json& value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {}

  [[nodiscard]] Place operator[](const char* name) const {
    const auto found = value_.find(name);
    if (!value_.is_object() || found == value_.end()) {
      fail(fmt::format("has no \"{}\"", name));
    }
    return {*found, pointer_ + '/' + name};
  }
  [[nodiscard]] bool has(const char* name) const { return value_.contains(name); }
  [[nodiscard]] bool is_null() const { return value_.is_null(); }

  [[nodiscard]] std::string text() const {
    check(value_.is_string(), "a string");
    return value_.get<std::string>();
  }
  [[nodiscard]] bool flag() const {
    check(value_.is_boolean(), "true or false");
    return value_.get<bool>();
  }
  template <typename Integer>
  [[nodiscard]] Integer number() const {
    check(value_.is_number_integer(), "an integer");
    using Limits = std::numeric_limits<Integer>;
    const bool fits = value_.is_number_unsigned()
                          ? value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max())
                          : Limits::min() < 0 && value_.get<std::int64_t>() >=
                                                     static_cast<std::int64_t>(Limits::min());
    check(fits, "an integer within its range");
    return value_.get<Integer>();
  }
  [[nodiscard]] std::chrono::microseconds time() const {
    return std::chrono::microseconds(number<std::int64_t>());
  }
  /// A string, or {"hex": "..."}.
  [[nodiscard]] std::string octets() const {
    if (value_.is_string()) {
      return text();
    }
    const Place in_hex = (*this)["hex"];
    const std::string digits = in_hex.text();
    in_hex.check(digits.size() % 2 == 0, "an even number of hex digits");
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      out += static_cast<char>(in_hex.digit(digits[i]) << 4 | in_hex.digit(digits[i + 1]));
    }
    return out;
  }
  template <typename Enum>
  [[nodiscard]] Enum one_of() const {
    const auto found = from_name<Enum>(text());
    if (!found) {
      fail(fmt::format("\"{}\" is not one of the known names", text()));
    }
    return *found;
  }
  template <typename From>
  [[nodiscard]] auto list(From from) const {
    check(value_.is_array(), "a list");
    std::vector<decltype(from(*this))> out;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      out.push_back(from(Place(value_[i], fmt::format("{}/{}", pointer_, i))));
    }
    return out;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error((pointer_.empty() ? "the top level" : pointer_) + ": " + what);
  }

 private:
  void check(bool holds, const char* wanted) const {
    if (!holds) {
      fail(fmt::format("must be {}", wanted));
    }
  }
  [[nodiscard]] int digit(char c) const {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c < 'a' || c > 'f') {
      fail("must be hex digits");
    }
    return c - 'a' + 10;
  }

  const Json& value_;
  std::string pointer_;
};

Payload payload(const Place& in) {
  Payload out{"", in["size"].number<std::uint64_t>()};
  if (in.has("unit")) {
    out.unit = in["unit"].octets();
    out.cut = in.has("cut") && in["cut"].flag();
  }
  return out;
}

Event event(const Place& in) {
  Event out;
  out.kind = in["kind"].one_of<Event::Kind>();
  if (out.kind == Event::Kind::kTimeout) {
    out.tag = in["tag"].text();
    return out;
  }
  if (out.kind == Event::Kind::kExchange) {
    out.count = in["count"].number<std::uint64_t>();
    return out;
  }
  out.payload = payload(in["payload"]);
  out.binary = out.kind == Event::Kind::kMessage && in["binary"].flag();
  out.optional = in.has("optional") && in["optional"].flag();
  return out;
}

Alternative alternative(const Place& in) {
  return {in["behavior"].one_of<Behavior>(), in["events"].list(event),
          in.has("why") ? in["why"].text() : ""};
}

std::unique_ptr<Case> test_case(const Place& in) {
  auto out = std::make_unique<Case>();
  out->id = in["id"].text();
  out->title = in["title"].text();
  out->why = in["why"].text();
  out->family = in["family"].text();
  out->group = in["group"].text();
  out->spec = in["spec"].list([](const Place& one) {
    return SpecReference{one["rfc"].number<int>(), one["section"].text()};
  });
  out->level = in["level"].one_of<Level>();
  if (!in["decision"].is_null()) {
    out->decision = in["decision"].number<int>();
  }
  out->informational = in["informational"].flag();
  out->expect = in["expect"].list(alternative);
  const Place close = in["close"];
  out->close.by = close["by"].one_of<CloseExpectation::By>();
  out->close.codes =
      close["codes"].list([](const Place& code) { return code.number<std::uint16_t>(); });
  out->close.clean = close["clean"].flag();
  out->close.wrong_endpoint_is_fatal = close["wrong_endpoint_is_fatal"].flag();
  out->close.wrong_code_is_fatal = close["wrong_code_is_fatal"].flag();
  return out;
}

Finding finding(const Place& in) {
  return {in["name"].text(),  in["sentence"].text(), in["section"].text(),
          in["at_us"].time(), in["fatal"].flag(),    in["remark"].flag()};
}

FrameHeader frame(const Place& in) {
  FrameHeader out;
  out.fin = in["fin"].flag();
  out.rsv = in["rsv"].number<std::uint8_t>();
  out.opcode = in["opcode"].number<std::uint8_t>();
  out.payload_length = in["length"].number<std::uint64_t>();
  out.length_form = in["length_form"].one_of<LengthForm>();
  if (in.has("masking_key")) {
    const auto key =
        in["masking_key"].list([](const Place& octet) { return octet.number<std::uint8_t>(); });
    if (key.size() != 4) {
      in["masking_key"].fail("must have four octets");
    }
    out.masking_key = MaskingKey{key[0], key[1], key[2], key[3]};
  }
  return out;
}

TranscriptEntry transcript_entry(const Place& in) {
  TranscriptEntry out;
  out.kind = in["kind"].one_of<TranscriptEntry::Kind>();
  out.at = in["at_us"].time();
  if (in.has("frame")) {
    out.frame = frame(in["frame"]);
  }
  if (in.has("octet_count")) {
    out.octets = in["octets"].octets();
    out.octet_count = in["octet_count"].number<std::uint64_t>();
  }
  if (in.has("text")) {
    out.text = in["text"].text();
  }
  return out;
}

CloseObservation close_observation(const Place& in) {
  const auto code = [](const Place& place) -> std::optional<std::uint16_t> {
    return place.is_null() ? std::nullopt : std::optional(place.number<std::uint16_t>());
  };
  CloseObservation out;
  out.local_code = code(in["local_code"]);
  out.local_reason = in["local_reason"].octets();
  out.remote_code = code(in["remote_code"]);
  out.remote_reason = in["remote_reason"].octets();
  out.remote_close_received = in["remote_close_received"].flag();
  out.clean = in["clean"].flag();
  out.closed_by_tester = in["closed_by_tester"].flag();
  out.failed_by_tester = in["failed_by_tester"].flag();
  out.dropped_by_tester = in["dropped_by_tester"].flag();
  out.opened = in["opened"].flag();
  out.reset_by_peer = in["reset_by_peer"].flag();
  out.open_timeout = in["open_timeout"].flag();
  out.close_timeout = in["close_timeout"].flag();
  out.tcp_end_timeout = in["tcp_end_timeout"].flag();
  out.not_clean_reason = in["not_clean_reason"].text();
  return out;
}

template <typename First>
std::vector<std::pair<First, std::uint64_t>> tally(const Place& in) {
  return in.list([](const Place& pair) {
    const auto numbers = pair.list([](const Place& one) { return one.number<std::uint64_t>(); });
    if (numbers.size() != 2 || numbers[0] > std::numeric_limits<First>::max()) {
      pair.fail("must be a value and how often it occurred");
    }
    return std::pair(static_cast<First>(numbers[0]), numbers[1]);
  });
}

MessageTraffic traffic(const Place& in) {
  return {in["messages"].number<std::uint64_t>(), in["compressed"].number<std::uint64_t>(),
          in["octets"].number<std::uint64_t>(), in["wire_octets"].number<std::uint64_t>(),
          in["frames"].number<std::uint64_t>()};
}

CaseResult case_result(const Place& in) {
  CaseResult out;
  out.case_id = in["id"].text();
  out.ran = !in.has("ran") || in["ran"].flag();
  out.verdict = in["verdict"].one_of<Verdict>();
  out.behavior = in["behavior"].one_of<Behavior>();
  out.close_behavior = in["close_behavior"].one_of<CloseBehavior>();
  if (in.has("standing")) {
    out.standing = in["standing"].one_of<Standing>();
    out.expectation = in["expectation"].text();
  }
  out.started = in["started_us"].time();
  out.duration = in["duration_us"].time();
  out.acceptable = in["acceptable"].text();
  out.happened = in["happened"].text();
  out.close_acceptable = in["close_acceptable"].text();
  out.close_happened = in["close_happened"].text();
  out.difference = in["difference"].text();
  out.findings = in["findings"].list(finding);
  out.received = in["received"].list(event);
  out.close = close_observation(in["close"]);
  out.request_head = in["request_head"].octets();
  out.response_head = in["response_head"].octets();
  if (!in["peer_name"].is_null()) {
    out.peer_name = in["peer_name"].octets();
  }
  out.octets_sent = in["octets_sent"].number<std::uint64_t>();
  out.octets_received = in["octets_received"].number<std::uint64_t>();
  out.frames_sent = tally<std::uint8_t>(in["frames_sent"]);
  out.frames_received = tally<std::uint8_t>(in["frames_received"]);
  out.reads = tally<std::uint64_t>(in["reads"]);
  out.writes = tally<std::uint64_t>(in["writes"]);
  // Files of the first versions do not have these.
  if (in.has("traffic_sent")) {
    out.deflate_agreed = in["deflate_agreed"].flag();
    out.traffic_sent = traffic(in["traffic_sent"]);
    out.traffic_received = traffic(in["traffic_received"]);
  }
  out.transcript = in["transcript"].list(transcript_entry);
  return out;
}

AgentRun agent_run(const Place& in) {
  AgentRun out;
  out.agent = in["agent"].octets();
  out.target = in["target"].octets();
  out.rerun = in["rerun"].octets();
  out.end = in["end"].one_of<AgentRun::End>();
  out.end_reason = in["end_reason"].text();
  if (in.has("program_output")) {
    out.program_output = in["program_output"].list([](const Place& one) { return one.octets(); });
  }
  out.duration = in["duration_us"].time();
  out.results = in["results"].list(case_result);
  return out;
}

Shard shard(const Place& in) {
  const Shard out{in["number"].number<std::uint64_t>(), in["of"].number<std::uint64_t>()};
  if (out.number < 1 || out.number > out.of || out.of > kMostShards) {
    in.fail(fmt::format("{}/{} is no part of a whole", out.number, out.of));
  }
  return out;
}

StoredRun stored_run(const Place& in) {
  if (const int format = in["format"].number<int>(); format != kJsonReportFormat) {
    in["format"].fail(
        fmt::format("is {}; this program reads format {}", format, kJsonReportFormat));
  }
  StoredRun out;
  out.run.version = in["wsproof"].text();
  const std::string peer = in["peer"].text();
  if (peer != "server" && peer != "client") {
    in["peer"].fail("must be \"server\" or \"client\"");
  }
  out.run.peer = peer == "server" ? Role::kServer : Role::kClient;
  out.run.started = std::chrono::system_clock::time_point(in["started_us"].time());
  out.run.duration = in["duration_us"].time();
  if (in.has("messages")) {
    out.run.messages = in["messages"].number<std::uint64_t>();
  }
  if (in.has("shard")) {
    out.run.shard = shard(in["shard"]);
  }
  out.cases = in["cases"].list(test_case);
  for (const auto& one : out.cases) {
    out.run.cases.push_back(one.get());
  }
  out.run.agents = in["agents"].list(agent_run);
  if (out.run.agents.empty()) {
    in["agents"].fail("is empty: nothing was tested, so there is nothing to tell");
  }
  return out;
}

}  // namespace

tl::expected<StoredRun, std::string> read_json_report(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    return stored_run(Place(json, ""));
  } catch (const Json::parse_error& error) {
    return tl::unexpected(fmt::format("not JSON (octet {})", error.byte));
  } catch (const std::exception& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace wsproof::conformance
