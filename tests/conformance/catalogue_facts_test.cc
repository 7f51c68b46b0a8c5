// SPDX-License-Identifier: Apache-2.0
// The catalogue against what the Autobahn Testsuite was seen to send and to accept. The facts were
// written by make_autobahn_facts.py.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
  return cells;
}

std::map<std::string, Row> read_facts() {
  std::ifstream file(WSPROOF_SOURCE_DIR "/tests/conformance/data/autobahn_facts.tsv");
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = split(line);
  std::map<std::string, Row> facts;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = split(line);
    Row row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    facts[row["id"]] = row;
  }
  return facts;
}

std::string sha1(const std::string& octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

std::string join(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string chop_name(const Chop& chop) {
  switch (chop.mode) {
    case Chop::Mode::kTogether:
      return "-";
    case Chop::Mode::kFrame:
      return "frame";
    case Chop::Mode::kOctets:
      return std::to_string(chop.octets);
    case Chop::Mode::kTail:
      break;
  }
  return "tail";
}

/// What a case sends, in the words of the facts.
class Stimulus {
 public:
  explicit Stimulus(const Case& test_case) {
    if (test_case.opening) offers_ = join(test_case.opening->offers, ", ");
    for (const Step& step : test_case.steps) std::visit([this](const auto& s) { add(s); }, step);
  }
  std::string digest() const { return sha1(octets_); }
  std::string waits() const { return waits_.empty() ? "-" : join(waits_, ","); }
  std::string chop() const {
    const bool all_equal = std::set<std::string>(chops_.begin(), chops_.end()).size() == 1;
    return all_equal ? chops_.front() : join(chops_, ",");
  }

 private:
  void add_header(bool fin, int rsv, int opcode, std::uint64_t length) {
    octets_ += "F" + std::to_string(fin ? 1 : 0) + " R" + std::to_string(rsv) + " O" +
               std::to_string(opcode) + " L" + std::to_string(length) + " ";
  }
  void add(const SendFrame& frame) {
    const std::string payload = frame.payload.octets();
    add_header(frame.fin, frame.rsv, frame.opcode, frame.declared_length.value_or(payload.size()));
    octets_ += payload;
    chops_.push_back(chop_name(frame.chop));
  }
  void add(const SendFramePayload& part) {
    octets_ += part.payload.octets();
    chops_.push_back(chop_name(part.chop));
  }
  void add(const SendMessage& message) {
    const std::string octets = message.payload.octets();
    const std::size_t size = message.fragment_size == 0 ? octets.size() : message.fragment_size;
    for (std::size_t at = 0; at < octets.size(); at += size) {
      const std::string fragment = octets.substr(at, size);
      const int first = message.binary ? 2 : 1;
      add_header(at + size >= octets.size(), 0, at == 0 ? first : 0, fragment.size());
      octets_ += fragment;
      chops_.push_back(chop_name(message.chop));
    }
  }
  void add(const Exchange& exchange) {
    const std::string what =
        exchange.corpus.empty() ? sha1(exchange.payload.octets()) : exchange.corpus;
    octets_ += "X" + std::to_string(exchange.count) + " O" + (exchange.binary ? "2" : "1") + " S" +
               std::to_string(exchange.message_size()) + " F" +
               std::to_string(exchange.fragment_size) + " C" + (exchange.compressed ? "1 " : "0 ") +
               what + " " + offers_;
    chops_.emplace_back("-");
  }
  void add(const Wait& wait) {
    waits_.push_back(std::to_string(wait.duration.count()) + wait.tag);
    octets_ += "W" + waits_.back() + " ";
  }
  template <class Other>
  void add(const Other&) {
    octets_ += "a step that these families do not have";
  }

  std::string octets_, offers_;
  std::vector<std::string> chops_, waits_;
};

std::string events_of(const Case& test_case, Behavior behavior) {
  std::string text = "-";
  for (const Alternative& alternative : test_case.expect) {
    if (alternative.behavior != behavior) continue;
    EXPECT_EQ(text, "-") << test_case.id << ": one alternative for each behaviour";
    std::vector<std::string> words;
    for (const Event& event : alternative.events) {
      EXPECT_FALSE(event.optional) << test_case.id;
      if (event.kind == Event::Kind::kTimeout) {
        words.push_back("timeout:" + event.tag);
        continue;
      }
      if (event.kind == Event::Kind::kExchange) {
        words.push_back("exchange:" + std::to_string(event.count));
        continue;
      }
      const char* message = event.binary ? "binary:" : "text:";
      const char* word = event.kind == Event::Kind::kPong ? "pong:" : message;
      words.push_back(word + sha1(event.payload.octets()));
    }
    text = "[" + join(words, " ") + "]";
  }
  return text;
}

std::string codes_of(const CloseExpectation& close) {
  std::vector<std::string> words;
  for (const std::uint16_t code : std::set<std::uint16_t>(close.codes.begin(), close.codes.end())) {
    words.push_back(std::to_string(code));
  }
  return join(words, ",");
}

std::string flags_of(const CloseExpectation& close) {
  std::vector<std::string> words;
  if (close.clean) words.emplace_back("clean");
  if (close.wrong_endpoint_is_fatal) words.emplace_back("wrong_endpoint_is_fatal");
  if (close.wrong_code_is_fatal) words.emplace_back("wrong_code_is_fatal");
  return words.empty() ? "-" : join(words, ",");
}

std::string milliseconds(const std::optional<Duration>& time) {
  return time ? std::to_string(time->count()) : "-";
}

Row facts_of(const Case& test_case) {
  const Stimulus stimulus(test_case);
  const CloseExpectation& close = test_case.close;
  return {{"id", test_case.id},
          {"stimulus", stimulus.digest()},
          {"chop", stimulus.chop()},
          {"waits", stimulus.waits()},
          {"OK", events_of(test_case, Behavior::kOk)},
          {"NON-STRICT", events_of(test_case, Behavior::kNonStrict)},
          {"by", close.by == CloseExpectation::By::kPeer ? "peer" : "tester"},
          {"codes", codes_of(close)},
          {"flags", flags_of(close)},
          {"drop_tcp_after", milliseconds(test_case.drop_tcp_after)},
          {"close_after", milliseconds(test_case.close_after)},
          {"informational", test_case.informational ? "yes" : "no"}};
}

TEST(CatalogueFacts, HasExactlyTheCasesOfTheFacts) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : read_facts()) ids.push_back(id);
  std::sort(ids.begin(), ids.end(), id_less);
  std::vector<std::string> loaded;
  for (const Case& test_case : load_catalogue(embedded_case_files()))
    loaded.push_back(test_case.id);
  EXPECT_EQ(loaded, ids);
  EXPECT_EQ(loaded.size(), 517U);
}

TEST(CatalogueFacts, SendsAndAcceptsWhatTheFactsSay) {
  std::map<std::string, Row> facts = read_facts();
  for (const Case& test_case : load_catalogue(embedded_case_files())) {
    EXPECT_EQ(facts_of(test_case), facts[test_case.id]) << test_case.id;
  }
}

// A Close among the steps is the tester's own exactly where the tester is to begin the closing
// handshake; in 3.7 it is a stimulus, to be failed.
TEST(CatalogueFacts, CloseStepsBeginTheClosingWhereTheTesterDoes) {
  for (const Case& test_case : load_catalogue(embedded_case_files())) {
    for (const Step& step : test_case.steps) {
      const auto* frame = std::get_if<SendFrame>(&step);
      if (frame == nullptr || frame->opcode != opcode::kClose) continue;
      EXPECT_EQ(frame->begins_closing, test_case.close.by == CloseExpectation::By::kTester)
          << test_case.id;
    }
  }
}

TEST(CatalogueFacts, EveryCaseIsExplained) {
  std::set<std::string> titles;
  for (const Case& test_case : load_catalogue(embedded_case_files())) {
    const std::string& id = test_case.id;
    EXPECT_TRUE(titles.insert(test_case.group + test_case.title).second) << id << ": title twice";
    EXPECT_LE(test_case.title.size(), 100U) << id;
    EXPECT_GE(test_case.why.size(), 20U) << id;
    EXPECT_EQ(test_case.why.back(), '.') << id << ": the why is a sentence";
    EXPECT_NE(test_case.title.back(), '.') << id << ": the title is no sentence";
    EXPECT_FALSE(test_case.spec.empty()) << id;
    EXPECT_TRUE(test_case.for_servers && test_case.for_clients) << id;
    EXPECT_GT(test_case.line, 0) << id;
    EXPECT_LE(test_case.decision.value_or(1), 31) << id;
  }
}

}  // namespace
}  // namespace wsproof::conformance
