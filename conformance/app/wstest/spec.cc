// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

#include "conformance/app/usage.h"
#include "conformance/catalogue/json_reader.h"

namespace wsproof::conformance::wstest {
namespace {

/// The members of one object. What was asked for by no name is told as unknown in the end.
class Members {
 public:
  Members(const JsonValue& object, std::vector<std::string>& warnings)
      : object_(object), warnings_(warnings) {
    if (object.kind != JsonValue::Kind::kObject) {
      fail(object, fmt::format("expected an object, not {}", kind_name(object.kind)));
    }
  }

  /// The member; null where there is none, or where it is JSON's null.
  const JsonValue* find(std::string_view name) {
    known_.emplace_back(name);
    const JsonValue* member = object_.find(name);
    return member == nullptr || member->kind == JsonValue::Kind::kNull ? nullptr : member;
  }
  const JsonValue& need(std::string_view name) {
    known_.emplace_back(name);
    return conformance::need(object_, name);
  }

  void text(std::string_view name, std::string& out) {
    if (const JsonValue* member = find(name)) {
      out = read_string(*member);
    }
  }
  void texts(std::string_view name, std::vector<std::string>& out) {
    if (const JsonValue* member = find(name)) {
      out.clear();
      for (const JsonValue& item : read_array(*member)) {
        out.push_back(read_string(item));
      }
    }
  }
  /// Text that becomes a part of a request head, where control characters would be more than that.
  void field(std::string_view name, std::string& out) {
    if (const JsonValue* member = find(name); member != nullptr && !read_string(*member).empty()) {
      out = read_line(*member);
    }
  }
  void fields(std::string_view name, std::vector<std::string>& out) {
    if (const JsonValue* member = find(name)) {
      for (const JsonValue& item : read_array(*member)) {
        out.push_back(read_line(item));
      }
    }
  }
  void folder(std::string_view name, std::string& out) {
    text(name, out);
    if (out.empty()) {
      fail(need(name), "must not be empty");
    }
  }
  void number(std::string_view name, std::uint64_t low, std::uint64_t high, std::uint32_t& out) {
    if (const JsonValue* member = find(name)) {
      out = static_cast<std::uint32_t>(read_integer(*member, low, high));
    }
  }

  void warn(const JsonValue& where, const std::string& sentence) {
    warnings_.push_back(
        fmt::format("{}:{}: at {}: {}", *where.file, where.line, shown(where.pointer), sentence));
  }

  /// One warning for all that is unknown.
  void tell_unknown() {
    std::string names;
    const JsonValue* first = nullptr;
    for (std::size_t i = 0; i < object_.names.size(); ++i) {
      if (std::find(known_.begin(), known_.end(), object_.names[i]) != known_.end()) {
        continue;
      }
      first = first == nullptr ? &object_.items[i] : first;
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", shown(object_.names[i]));
    }
    if (first != nullptr) {
      JsonValue where;
      where.file = first->file;
      where.line = first->line;
      where.pointer = object_.pointer.empty() ? "the top" : object_.pointer;
      warn(where, names + (names.find(',') == std::string::npos ? " is unknown and has no effect"
                                                                : " are unknown and have no "
                                                                  "effect"));
    }
  }

 private:
  const JsonValue& object_;
  std::vector<std::string>& warnings_;
  std::vector<std::string> known_;
};

Target read_url(const JsonValue& value) {
  auto target = parse_target(read_string(value));
  if (!target) {
    fail(value, target.error());
  }
  return std::move(*target);
}

void read_choice(Members& members, CaseChoice& choice) {
  members.texts("cases", choice.cases);
  if (choice.cases.empty()) {
    fail(members.need("cases"), "the list is empty, so there is nothing to run; [\"*\"] is all");
  }
  members.texts("exclude-cases", choice.exclude);
  if (const JsonValue* agents = members.find("exclude-agent-cases")) {
    if (agents->kind != JsonValue::Kind::kObject) {
      fail(*agents, fmt::format("expected an object, not {}", kind_name(agents->kind)));
    }
    for (std::size_t i = 0; i < agents->names.size(); ++i) {
      std::vector<std::string> patterns;
      for (const JsonValue& item : read_array(agents->items[i])) {
        patterns.push_back(read_string(item));
      }
      choice.exclude_for_agents.emplace_back(agents->names[i], std::move(patterns));
    }
  }
}

void read_options(Members& members, std::vector<std::string>& warnings) {
  const JsonValue* object = members.find("options");
  if (object == nullptr) {
    return;
  }
  Members options(*object, warnings);
  if (const JsonValue* fail_by_drop = options.find("failByDrop")) {
    if (read_boolean(*fail_by_drop)) {
      options.warn(*fail_by_drop,
                   "the tester never fails a connection on its own, so it cannot do so by dropping "
                   "TCP either; it runs as with false");
    }
  }
  if (const JsonValue* version = options.find("version")) {
    // Autobahn counts drafts: 13 to 18 all say Sec-WebSocket-Version: 13 on the wire.
    if (const std::uint64_t number = read_integer(*version); number < 13 || number > 18) {
      options.warn(*version, fmt::format("version {} is a draft that is not spoken here; it runs "
                                         "as RFC 6455",
                                         number));
    }
  }
  options.tell_unknown();
}

template <typename Read>
auto read_spec(const std::string& file, std::string_view text, std::vector<std::string>& warnings,
               Read&& read) {
  try {
    const JsonValue value = parse_json(file, text);
    Members members(value, warnings);
    auto spec = std::forward<Read>(read)(members);
    members.tell_unknown();
    return spec;
  } catch (const CatalogueError& error) {
    throw UsageError(error.what());
  }
}

/// Whether Autobahn has a case of this id: its families are 1 to 13.
bool is_autobahn(const std::string& id) { return !id_less(id, "1") && id_less(id, "14"); }

}  // namespace

FuzzingClientSpec read_fuzzing_client(const std::string& file, std::string_view text,
                                      std::vector<std::string>& warnings) {
  return read_spec(file, text, warnings, [&](Members& members) {
    FuzzingClientSpec spec;
    members.folder("outdir", spec.outdir);
    spec.choice.file = file;
    read_choice(members, spec.choice);
    read_options(members, warnings);
    for (const JsonValue& value : read_array(members.need("servers"))) {
      Members server(value, warnings);
      ServerSpec one;
      one.target = read_url(server.need("url"));
      server.field("agent", one.agent);
      server.field("origin", one.origin);
      server.field("hostname", one.target.host_override);
      server.fields("protocols", one.protocols);
      read_options(server, warnings);
      server.tell_unknown();
      spec.servers.push_back(std::move(one));
    }
    if (spec.servers.empty()) {
      fail(members.need("servers"), "names no server");
    }
    return spec;
  });
}

FuzzingServerSpec read_fuzzing_server(const std::string& file, std::string_view text,
                                      std::vector<std::string>& warnings) {
  return read_spec(file, text, warnings, [&](Members& members) {
    FuzzingServerSpec spec;
    spec.url = read_url(members.need("url"));
    members.folder("outdir", spec.outdir);
    spec.choice.file = file;
    read_choice(members, spec.choice);
    read_options(members, warnings);
    members.fields("protocols", spec.protocols);
    members.text("key", spec.key);
    members.text("cert", spec.certificate);
    return spec;
  });
}

MassConnectSpec read_mass_connect(const std::string& file, std::string_view text,
                                  std::vector<std::string>& warnings) {
  constexpr std::uint32_t kDay = 86'400'000;
  return read_spec(file, text, warnings, [&](Members& members) {
    MassConnectSpec spec;
    if (const JsonValue* object = members.find("options")) {
      Members options(*object, warnings);
      options.number("connections", 1, 1'000'000, spec.connections);
      options.number("batchsize", 1, 1'000'000, spec.batch_size);
      std::uint32_t batch_delay = 1000;
      std::uint32_t retry_delay = 200;
      options.number("batchdelay", 0, kDay, batch_delay);
      options.number("retrydelay", 0, kDay, retry_delay);
      spec.batch_delay = Duration(batch_delay);
      spec.retry_delay = Duration(retry_delay);
      options.tell_unknown();
    }
    for (const JsonValue& value : read_array(members.need("servers"))) {
      Members server(value, warnings);
      MassConnectSpec::Server one;
      one.target = read_url(server.need("uri"));
      one.name = one.target.url;
      server.text("name", one.name);
      static_cast<void>(server.find("desc"));  // for people
      server.tell_unknown();
      spec.servers.push_back(std::move(one));
    }
    if (spec.servers.empty()) {
      fail(members.need("servers"), "names no server");
    }
    return spec;
  });
}

std::vector<const Case*> choose_cases(const std::vector<Case>& catalogue, const CaseChoice& choice,
                                      std::vector<std::string>& warnings) {
  const auto is_named = [](const std::vector<std::string>& patterns, const std::string& id) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return names_case(pattern, id); });
  };
  const auto sentence = [&](const char* member, const std::string& what) {
    return fmt::format("{}: at /{}: {}", choice.file, member, what);
  };
  const auto no_case = [](const std::string& pattern) {
    return fmt::format("no case matches \"{}\"", shown(pattern));
  };
  const auto names_any = [&](const std::string& pattern) {
    return std::any_of(catalogue.begin(), catalogue.end(), [&](const Case& one) {
      return is_autobahn(one.id) && names_case(pattern, one.id);
    });
  };
  for (const std::string& pattern : choice.cases) {
    if (!pattern.empty() && !names_any(pattern)) {
      throw UsageError(sentence("cases", no_case(pattern)));
    }
  }
  for (const std::string& pattern : choice.exclude) {
    if (!pattern.empty() && !names_any(pattern)) {
      warnings.push_back(sentence("exclude-cases", no_case(pattern)));
    }
  }
  if (std::none_of(choice.cases.begin(), choice.cases.end(), names_any)) {
    throw UsageError(sentence("cases", "the empty pattern \"\" names no case; \"*\" names all"));
  }
  std::vector<const Case*> chosen;
  for (const Case& one : catalogue) {
    if (is_autobahn(one.id) && is_named(choice.cases, one.id) &&
        !is_named(choice.exclude, one.id)) {
      chosen.push_back(&one);
    }
  }
  if (chosen.empty()) {
    throw UsageError(
        sentence("exclude-cases", "no case is selected: they take away all that \"cases\" names"));
  }
  return chosen;
}

}  // namespace wsproof::conformance::wstest
