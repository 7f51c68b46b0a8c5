// SPDX-License-Identifier: Apache-2.0
// What the loader refuses, with its exact words, and what becomes of files and folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

using nlohmann::json;
using ::testing::StartsWith;

/// A file with one group of these cases.
std::string file_of(const std::string& cases, const std::string& defaults = "{}") {
  return R"({"family": "6 UTF-8", "groups": [{"group": "6.4 Fast", "defaults": )" + defaults +
         ",\n\"cases\": [\n" + cases + "]}]}";
}

/// A good case, with members changed ("name": value) or taken away (value null).
std::string case_with(const std::string& changes) {
  json good = json::parse(R"({
    "id": "6.4.1", "title": "A title", "why": "A reason.", "level": "must",
    "spec": [{"rfc": 6455, "section": "8.1"}],
    "steps": [{"send": {"opcode": "text", "text": "Hello"}}],
    "expect": [{"behavior": "OK", "events": [{"text": "Hello"}]}],
    "close": {"by": "tester", "codes": [1000], "clean": true},
    "drop_tcp_after": "1 s"})");
  good.merge_patch(json::parse("{" + changes + "}"));
  return good.dump();
}

std::string load(const std::vector<std::string>& texts) {
  std::vector<CaseFile> files;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    files.push_back({"f" + std::to_string(i) + ".json", texts[i]});
  }
  try {
    static_cast<void>(load_catalogue(files));
  } catch (const CatalogueError& error) {
    return error.what();
  }
  return "";
}

struct Bad {
  const char* changes;
  const char* complaint;  ///< behind "f0.json:3: at /groups/0/cases/0"
};

TEST(CatalogueLoader, TakesTheGoodCase) { EXPECT_EQ(load({file_of(case_with(""))}), ""); }

TEST(CatalogueLoader, RefusesABadCase) {
  const std::vector<Bad> bads{
      // properties
      {R"("tilte": "x")", ": unknown property 'tilte'"},
      {R"("title": null)", ": missing property 'title'"},
      {R"("why": null)", ": missing property 'why'"},
      {R"("level": null)", ": missing property 'level'"},
      {R"("spec": null)", ": missing property 'spec'"},
      {R"("steps": null)", ": missing property 'steps'"},
      {R"("expect": null)", ": missing property 'expect'"},
      {R"("close": null)", ": missing property 'close'"},
      {R"("title": "")", "/title: must not be empty"},
      {R"("title": "two\nlines")", "/title: must be one line without control characters"},
      {R"("title": 5)", "/title: expected a string, not a whole number"},
      {R"("level": "shall")", "/level: expected one of 'must', 'should', 'may', not 'shall'"},
      {R"("spec": [])", "/spec: a case rests on at least one section of an RFC"},
      {R"("spec": [{"rfc": 6455}])", "/spec/0: missing property 'section'"},
      {R"("spec": [{"rfc": 6455, "section": ""}])", "/spec/0/section: must not be empty"},
      {R"("spec": [{"rfc": 2616, "section": "4"}])", "/spec/0/rfc: no case rests on RFC 2616"},
      {R"("spec": {"rfc": 6455})", "/spec: expected an array, not an object"},
      {R"("roles": [])", "/roles: a case is for some role"},
      {R"("roles": ["server", "server"])", "/roles/1: the same role twice"},
      {R"("roles": ["proxy"])", "/roles/0: expected one of 'server', 'client', not 'proxy'"},
      {R"("environment": {"a": 1})", "/environment/a: expected a string, not a whole number"},
      {R"("environment": [])", "/environment: expected an object of strings, not an array"},
      {R"("decision": 0)", "/decision: expected a whole number from 1 to 999, not 0"},
      {R"("informational": "yes")", "/informational: expected true or false, not a string"},
      {R"("repeat": 0)", "/repeat: expected a whole number from 1 to 100000, not 0"},
      {R"("connections": -1)",
       "/connections: expected a whole number from 1 to 100000, not a negative or fractional "
       "number"},
      // id
      {R"("id": "x")", "/id: 'x' is not an id like '6.4.1'"},
      {R"("id": "6.4.")", "/id: '6.4.' is not an id like '6.4.1'"},
      {R"("id": "6.4.01")", "/id: '6.4.01' is not an id like '6.4.1'"},
      {R"("id": "6.40.1")", "/id: case 6.40.1 does not belong to group 6.4"},
      // the end of a case
      {R"("drop_tcp_after": null)", ": one of 'drop_tcp_after', 'close_after' is missing"},
      {R"("close_after": "1 s")", ": 'drop_tcp_after' and 'close_after' exclude each other"},
      {R"("drop_tcp_after": 1)", "/drop_tcp_after: expected a string, not a whole number"},
      // expectations
      {R"("expect": [])", "/expect: no alternative is OK"},
      {R"("expect": [{"behavior": "FAILED", "events": []}])",
       "/expect/0/behavior: expected one of 'OK', 'NON-STRICT', 'INFORMATIONAL', not 'FAILED'"},
      {R"("expect": [{"behavior": "OK", "events": []}, {"behavior": "NON-STRICT", "events": []}])",
       "/expect/1: NON-STRICT needs a 'why': the reason that it is tolerated"},
      {R"("expect": [{"behavior": "OK", "events": [{"timeout": "A"}]}])",
       "/expect: no wait has the tag 'A'"},
      {R"("tolerated": [{"behavior": "NON-STRICT", "events": []}])",
       "/tolerated/0: missing property 'why'"},
      {R"("tolerated": [{"behavior": "OK", "events": [], "why": ""}])",
       "/tolerated/0/why: must not be empty"},
      {R"("tolerated": [{"behavior": "OK", "events": [{"timeout": "A"}], "why": "w"}])",
       "/tolerated: no wait has the tag 'A'"},
      {R"("expect": [{"behavior": "OK", "events": [{}]}])",
       "/expect/0/events/0: one of 'text', 'binary', 'ping', 'pong', 'timeout', 'exchange' is "
       "missing"},
      {R"("expect": [{"behavior": "OK", "events": [{"text": "a", "pong": "b"}]}])",
       "/expect/0/events/0: 'text' and 'pong' exclude each other"},
      // closing
      {R"("close": {"by": null})", "/close: missing property 'by'"},
      {R"("close": {"by": "me"})",
       "/close/by: expected one of 'tester', 'peer', 'any', 'nobody', not 'me'"},
      {R"("close": {"codes": null})", "/close: missing property 'codes'"},
      {R"("close": {"codes": []})", "/close/codes: no code is acceptable"},
      {R"("close": {"codes": [65536]})",
       "/close/codes/0: expected a whole number from 0 to 65535, not 65536"},
      {R"("close": {"by": "nobody"})",
       "/close/codes: belongs to a closing handshake, and nobody begins one"},
      {R"("close": {"tolerated": [{"behavior": "OK"}]})", "/close/tolerated/0: tolerates nothing"},
      {R"("close": {"tolerated": [{"codes": [1], "behavior": "NON-STRICT"}]})",
       "/close/tolerated/0: NON-STRICT needs a 'why': the reason that it is tolerated"},
      // steps
      {R"("steps": [{"send": {"opcod": "text"}}])", "/steps/0/send: unknown property 'opcod'"},
      {R"("steps": [{"sned": {}}])", "/steps/0: unknown property 'sned'"},
      {R"("steps": [{"send": {}}])", "/steps/0/send: missing property 'opcode'"},
      {R"("steps": [{}])",
       "/steps/0: one of 'send', 'send_payload', 'send_message', 'exchange', 'send_octets', "
       "'send_close', "
       "'wait', 'await', 'tcp', 'ask', 'pause_reading', 'send_handshake', 'transport' is missing"},
      {R"("steps": [5])", "/steps/0: expected an object, not a whole number"},
      {R"("steps": [{"send": {"opcode": 1}, "wait": "1 s"}])",
       "/steps/0: 'send' and 'wait' exclude each other"},
      {R"("steps": [{"send": {"opcode": 1}, "tag": "A"}])", "/steps/0: unknown property 'tag'"},
      {R"("steps": [{"ask": "close", "count": 1}])", "/steps/0: unknown property 'count'"},
      {R"("steps": [{"send": {"opcode": 16}}])",
       "/steps/0/send/opcode: expected a whole number from 0 to 15, not 16"},
      {R"("steps": [{"send": {"opcode": "txt"}}])",
       "/steps/0/send/opcode: expected one of 'continuation', 'text', 'binary', 'close', 'ping', "
       "'pong', not 'txt'"},
      {R"("steps": [{"send": {"opcode": 1, "rsv": 8}}])",
       "/steps/0/send/rsv: expected a whole number from 0 to 7, not 8"},
      {R"("steps": [{"send": {"opcode": 1, "text": "a", "hex": "00"}}])",
       "/steps/0/send: 'text' and 'hex' exclude each other"},
      {R"("steps": [{"send": {"opcode": 1, "masking_key": "00"}}])",
       "/steps/0/send/masking_key: a masking key has four octets"},
      {R"("steps": [{"send": {"opcode": 1, "masked": false, "masking_key": "00000000"}}])",
       "/steps/0/send/masking_key: a frame that is not masked has no masking key"},
      {R"("steps": [{"send": {"opcode": 1, "length_form": "8-bit"}}])",
       "/steps/0/send/length_form: expected one of 'shortest', '7-bit', '16-bit', '64-bit', not "
       "'8-bit'"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true}}])",
       "/steps/0/send: a header alone needs a 'declared_length'"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true, "declared_length": 1, "text": "a"}}])",
       "/steps/0/send: a header alone has no payload of its own"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true, "declared_length": 1, "compressed": true}}])",
       "/steps/0/send: a header alone cannot be compressed"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true, "declared_length": 1}}])",
       "/steps/0: a header alone must be followed by 'send_payload'"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true, "declared_length": 3}}, {"send_payload": {"text": "ab"}}, {"send": {"opcode": 9}}])",
       "/steps/0: the payload that follows is 1 octets short"},
      {R"("steps": [{"send": {"opcode": 1, "header_only": true, "declared_length": 1}}, {"send_payload": {"text": "ab"}}])",
       "/steps/1: more payload than the header before it declared"},
      {R"("steps": [{"send_payload": {"text": "ab"}}])",
       "/steps/0: 'send_payload' without a header that was sent alone"},
      {R"("steps": [{"send_close": {"reason": "bye"}}])",
       "/steps/0/send_close/reason: a reason needs a 'code' before it"},
      {R"("steps": [{"send_close": {"code": 65536}}])",
       "/steps/0/send_close/code: expected a whole number from 0 to 65535, not 65536"},
      {R"("steps": [{"send_message": {}}])",
       "/steps/0/send_message: one of 'text', 'binary' is missing"},
      {R"("steps": [{"send_message": {"text": "a", "empty_last": true}}])",
       "/steps/0/send_message: 'empty_last' needs a 'fragment_size'"},
      {R"("steps": [{"send_message": {"text": {"repeat": "a", "size": 1001}, "fragment_size": 1, "empty_last": true}}])",
       "/steps/0/send_message: more than 1000 fragments"},
      {R"("steps": [{"send_message": {"text": "a", "compressed": true}}])",
       ": 'compressed' needs 'permessage-deflate' in 'requires'"},
      {R"("steps": [{"ask": "close"}])", ": 'ask' needs 'driver' in 'requires'"},
      {R"("steps": [{"await": "answer", "count": 0}])",
       "/steps/0/count: expected a whole number from 1 to 1000000, not 0"},
      {R"("steps": [{"tcp": "close"}])",
       "/steps/0/tcp: expected one of 'half-close', 'reset', not 'close'"},
      {R"("steps": [{"wait": "1 s", "tag": "A"}, {"wait": "1 s", "tag": "A"}])",
       "/steps: two waits with the tag 'A'"},
      {R"("steps": [{"times": 9, "steps": [{"send_octets": {"payload": {"join": [{"repeat": "a", "size": 2097152}]}}}]}])",
       "/steps/0/steps/0: the steps of this case hold more than 16777216 octets; use 'repeat'"},
      // opening handshake
      {R"("opening": {"outcome": "maybe"})",
       "/opening/outcome: expected one of 'open', 'refused', 'either', 'no-connection', not "
       "'maybe'"},
      {R"("opening": {"statuses": [400]})",
       "/opening/statuses: statuses belong to a handshake that is refused"},
      {R"("opening": {"outcome": "either", "statuses": [600]})",
       "/opening/statuses/0: expected a whole number from 100 to 599, not 600"},
      {R"("opening": {"steps_after_refusal": true})",
       "/opening: 'steps_after_refusal' needs an outcome other than 'open'"},
      {R"("opening": {"outcome": "refused"})",
       "/steps: steps after a handshake that is refused need 'steps_after_refusal'"},
      {R"("opening": {"outcome": "refused"}, "steps": [])",
       "/expect: the handshake is refused, so nothing can follow it"},
      {R"("opening": {"raw": "x", "shuffle": true})",
       "/opening: 'raw' and 'shuffle' exclude each other"},
      {R"("opening": {"raw": "${hots}"})", "/opening/raw: nothing fills in '${hots}'"},
      {R"("opening": {"start_line": "GET ${taget} HTTP/1.1"})",
       "/opening/start_line: nothing fills in '${taget}'"},
      {R"("opening": {"fields": [{"set": "a"}]})", "/opening/fields/0: missing property 'value'"},
      {R"("opening": {"fields": [{"remove": "a", "value": "b"}]})",
       "/opening/fields/0/value: a field that is removed has no value"},
      {R"("opening": {"fields": [{"value": "b"}]})",
       "/opening/fields/0: one of 'set', 'add', 'remove' is missing"},
      {R"("opening": {"checks": [{"field": "a", "is": "equal"}]})",
       "/opening/checks/0: missing property 'value'"},
      {R"("opening": {"checks": [{"field": "a", "is": "absent", "value": "b"}]})",
       "/opening/checks/0/value: this check compares with no value"},
      {R"("opening": {"tolerated": [{"outcome": "refused", "behavior": "NON-STRICT"}]})",
       "/opening/tolerated/0: NON-STRICT needs a 'why': the reason that it is tolerated"},
      {R"("opening": {"asks": [{"ask": "send"}]})", ": 'asks' needs 'driver' in 'requires'"},
  };
  for (const Bad& bad : bads) {
    EXPECT_EQ(load({file_of(case_with(bad.changes))}),
              std::string("f0.json:3: at /groups/0/cases/0") + bad.complaint)
        << bad.changes;
  }
}

TEST(CatalogueLoader, RefusesABadFile) {
  const std::string good = file_of(case_with(""));
  EXPECT_EQ(load({"[]"}), "f0.json:1: at the top: expected an object, not an array");
  EXPECT_EQ(load({"{}"}), "f0.json:1: at the top: missing property 'family'");
  EXPECT_EQ(load({R"({"family": "UTF-8", "groups": []})"}),
            "f0.json:1: at /family: expected a number and a title, as in '6.4 Fail fast'");
  EXPECT_EQ(load({R"({"family": "6", "groups": []})"}),
            "f0.json:1: at /family: expected a number and a title, as in '6.4 Fail fast'");
  EXPECT_EQ(load({R"({"family": "6 UTF-8", "groups": {}})"}),
            "f0.json:1: at /groups: expected an array, not an object");
  EXPECT_EQ(load({R"({"family": "6 UTF-8", "groups": [{"group": "7.1 X", "cases": []}]})"}),
            "f0.json:1: at /groups/0/group: group 7.1 does not belong to family 6");
  EXPECT_EQ(load({R"({"family": "6 UTF-8", "groups": [{"group": "6.1 X"}]})"}),
            "f0.json:1: at /groups/0: missing property 'cases'");
  EXPECT_EQ(
      load({R"({"family": "6 UTF-8", "groups": [{"group": "6.1 X", "cases": [], "case": 1}]})"}),
      "f0.json:1: at /groups/0: unknown property 'case'");
  EXPECT_EQ(load({R"({"family": "6 UTF-8", "groups": [{"group": "6.1 X", "cases": [5]}]})"}),
            "f0.json:1: at /groups/0/cases/0: expected an object");
  EXPECT_EQ(load({file_of("", R"({"id": "6.4.1"})")}),
            "f0.json:1: at /groups/0/defaults: unknown property 'id'");
  EXPECT_EQ(
      load({file_of("", R"({"drop_tcp_after": "1 s", "close_after": "1 s"})")}),
      "f0.json:1: at /groups/0/defaults: 'drop_tcp_after' and 'close_after' exclude each other");
  EXPECT_EQ(load({good, good.substr(0, good.size() / 2)}).find("f1.json:3: at /groups/0/cases/0"),
            0U);
}

TEST(CatalogueLoader, AnIdIsGivenOnce) {
  EXPECT_EQ(load({file_of(case_with("") + ",\n" + case_with(""))}),
            "f0.json:4: at /groups/0/cases/1/id: id 6.4.1 is taken: f0.json:3 has it");
  EXPECT_EQ(load({file_of(case_with("")), file_of(case_with(""))}),
            "f1.json:3: at /groups/0/cases/0/id: id 6.4.1 is taken: f0.json:3 has it");
}

TEST(CatalogueLoader, DefaultsAreReadWhereTheyStand) {
  EXPECT_EQ(load({file_of(case_with(R"("level": null)"), R"({"level": "must"})")}), "");
  EXPECT_EQ(load({file_of(case_with(R"("level": null)"), R"({"level": "shall"})")}),
            "f0.json:1: at /groups/0/defaults/level: expected one of 'must', 'should', 'may', not "
            "'shall'");
}

TEST(CatalogueLoader, SortsByIdOverAllFiles) {
  const std::string first =
      file_of(case_with(R"("id": "6.4.10")") + "," + case_with(R"("id": "6.4.9")"));
  const std::string second = file_of(case_with(R"("id": "6.4.1")"));
  std::vector<std::string> ids;
  for (const Case& one : load_catalogue({{"a", first}, {"b", second}}))
    ids.push_back(one.file + one.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"b6.4.1", "a6.4.9", "a6.4.10"}));
}

// Every object of a real file is closed: one property too many anywhere, and the file is refused.
void add_surplus_everywhere(const json& file, const json::json_pointer& at, int& tried) {
  const json& value = file[at];
  if (value.is_object() && at.to_string().find("/for_each/") == std::string::npos) {
    json changed = file;
    changed[at]["surplus"] = 1;
    EXPECT_THAT(load({changed.dump()}), ::testing::HasSubstr("surplus")) << at.to_string();
    ++tried;
  }
  if (value.is_object()) {
    for (const auto& item : value.items()) {
      // These take any name.
      if (item.key() == "arguments" || item.key() == "environment") continue;
      add_surplus_everywhere(file, at / item.key(), tried);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) add_surplus_everywhere(file, at / i, tried);
  }
}

TEST(CatalogueLoader, NoObjectTakesAPropertyThatItDoesNotKnow) {
  std::ifstream stream(WSPROOF_SOURCE_DIR "/tests/conformance/data/hard_cases.json");
  const json file = json::parse(stream, [](int, json::parse_event_t, json& value) {
    // Twice is as good as a thousand times here, and quicker.
    if (value.is_object() && value.contains("times")) value["times"] = 2;
    return true;
  });
  ASSERT_EQ(load({file.dump()}), "");
  int tried = 0;
  add_surplus_everywhere(file, json::json_pointer(), tried);
  EXPECT_GT(tried, 150);
}

// Whatever is cut off or changed in a good file: a catalogue or a CatalogueError.
TEST(CatalogueLoader, SurvivesEveryCutAndManyChanges) {
  const std::string good =
      file_of(case_with(R"("opening": {"fields": [{"set": "a", "value": "${key}"}]})"));
  ASSERT_EQ(load({good}), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_THAT(load({good.substr(0, i)}), StartsWith("f0.json:")) << "cut at " << i;
    for (const char octet : {'0', '"', '}', '$', '\x80'}) {
      std::string changed = good;
      changed[i] = octet;
      static_cast<void>(load({changed}));
    }
  }
}

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    path = std::filesystem::temp_directory_path() /
           ("wsproof_catalogue_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(path);
  }
  void TearDown() override { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(path / name) << text;
  }
  std::string complaint() {
    try {
      static_cast<void>(load_catalogue_folder(path.string()));
    } catch (const CatalogueError& error) {
      return error.what();
    }
    return "";
  }
  std::filesystem::path path;
};

TEST_F(Folder, ReadsItsCaseFilesAndNothingElse) {
  write("b.json", file_of(case_with(R"("id": "6.4.2")")));
  write("a.json", file_of(case_with("")));
  write("schema.json", "not a case file");
  write("README.md", "not a case file");
  const std::vector<Case> cases = load_catalogue_folder(path.string());
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].file, (path / "a.json").string());
}

TEST_F(Folder, SaysWhichFileIsWrong) {
  write("a.json", "{}");
  EXPECT_EQ(complaint(), (path / "a.json").string() + ":1: at the top: missing property 'family'");
}

TEST_F(Folder, SaysThatItIsEmptyOrMissing) {
  EXPECT_EQ(complaint(), path.string() + ": no case files (*.json)");
  std::filesystem::remove_all(path);
  EXPECT_EQ(complaint(), path.string() + ": No such file or directory");
}

TEST_F(Folder, OfTheSourcesIsWhatIsEmbedded) {
  const auto from_folder = load_catalogue_folder(WSPROOF_SOURCE_DIR "/conformance/cases");
  const auto embedded = load_catalogue(embedded_case_files());
  ASSERT_EQ(from_folder.size(), embedded.size());
  EXPECT_EQ(embedded.front().file, "conformance/cases/01-framing.json");
}

}  // namespace
}  // namespace wsproof::conformance
