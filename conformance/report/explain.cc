// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "conformance/engine/wording.h"
#include "conformance/report/escape.h"
#include "conformance/report/explain_steps.h"
#include "conformance/report/layout.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kIndent = 5;
constexpr std::size_t kLabel = 15;

std::string paragraph(const std::string& text, std::size_t width) {
  return labelled("  ", printable_sentence(text), 2, width);
}

std::string time_text(Duration time) {
  return describe_time(std::chrono::duration_cast<Time>(time));
}

std::string verdict_word(const Case& test_case, Behavior behavior) {
  if (test_case.informational) {
    return "told";
  }
  return behavior == Behavior::kOk ? "PASS" : std::string(name_of(behavior));
}

/// What happens when the steps are done and nothing has ended the case.
std::string ending(const Case& test_case) {
  if (test_case.drop_tcp_after) {
    return fmt::format("If that does not settle the verdict within {}, wsproof drops TCP.",
                       time_text(*test_case.drop_tcp_after));
  }
  if (test_case.close_after) {
    return fmt::format(
        "Once the peer has shown, by a pong, that it has read all of this, and after {} at the "
        "latest, wsproof starts the closing handshake.",
        time_text(*test_case.close_after));
  }
  return "";
}

bool has_own_close(const Case& test_case) {
  return std::any_of(test_case.steps.begin(), test_case.steps.end(), [](const Step& step) {
    const auto* frame = std::get_if<SendFrame>(&step);
    return frame != nullptr && frame->begins_closing;
  });
}

std::string closing(const Case& test_case) {
  const CloseExpectation& close = test_case.close;
  std::string out;
  const std::string codes = describe_codes(close.codes);
  switch (close.by) {
    case CloseExpectation::By::kTester:
      out = has_own_close(test_case)
                ? "The Close frame above starts the closing handshake."
                : "Then wsproof starts the closing handshake with code 1000. The peer may not do "
                  "so first.";
      break;
    case CloseExpectation::By::kPeer:
      out = "The peer must fail the connection itself";
      out += codes.empty() ? "." : fmt::format(", with a Close frame of code {}", codes);
      out += codes.empty() ? "" : close.clean ? "." : " or by ending TCP.";
      return out + (close.wrong_code_is_fatal ? " Another code is a failure." : "");
    case CloseExpectation::By::kAny:
      out = "Either side may start the closing handshake.";
      break;
    case CloseExpectation::By::kNobody:
      out = "TCP ends with no closing handshake.";
      break;
  }
  if (close.clean) {
    out += " The peer answers with a Close frame";
    out += codes.empty() ? "" : fmt::format(" of code {}", codes);
    out += ", and ends TCP.";
  } else if (close.by == CloseExpectation::By::kTester && has_own_close(test_case)) {
    out += codes.empty() ? " The peer answers it or ends TCP."
                         : fmt::format(" The peer answers with code {} or ends TCP.", codes);
  }
  return out;
}

/// What may come back, as a sentence.
std::string events_text(const Case& test_case, const Alternative& alternative) {
  std::string text =
      alternative.events.empty() ? "nothing comes back" : describe(alternative.events);
  text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
  if (test_case.close.by == CloseExpectation::By::kPeer) {
    text += alternative.events.empty() ? "; the connection ends"
                                       : "; then nothing more, and the connection ends";
  }
  text += '.';
  return alternative.why.empty() ? text : text + ' ' + alternative.why;
}

std::string steps_text(const Case& test_case, std::size_t width) {
  std::string out;
  std::size_t number = 0;
  for (const Step& step : test_case.steps) {
    const StepText text = explain_step(step, width - kIndent - 2);
    out += labelled(fmt::format("{:>3}  ", ++number), text.sentence + '.', kIndent, width);
    for (const std::string& line : text.octets) {
      out += std::string(kIndent + 2, ' ') + line + '\n';
    }
  }
  return out;
}

}  // namespace

std::string explain(const Case& test_case, std::size_t width) {
  std::string out = labelled(test_case.id + "  ", printable_sentence(test_case.title),
                             test_case.id.size() + 2, width);
  out += '\n';
  if (!test_case.why.empty()) {
    out += paragraph(test_case.why, width) + '\n';
  }
  const auto row = [&](std::string_view label, const std::string& text) {
    out += labelled("  " + std::string(label), printable_sentence(text), kLabel, width);
  };
  row("family", test_case.family);
  if (!test_case.group.empty()) {
    row("group", test_case.group);
  }
  row("required by", sections(test_case.spec) + fmt::format(" ({})", level_name(test_case.level)));
  if (!test_case.requires_features.empty()) {
    std::string features;
    for (const std::string& feature : test_case.requires_features) {
      features += (features.empty() ? "" : ", ") + feature;
    }
    row("needs", features);
  }
  row("for", test_case.for_servers && test_case.for_clients ? "servers and clients"
             : test_case.for_servers                        ? "servers"
                                                            : "clients");

  out += "\nWhat wsproof does\n";
  if (test_case.opening) {
    const auto lines = explain_opening(*test_case.opening);
    out += lines.empty() ? "" : paragraph("The opening handshake differs from a right one:", width);
    for (const std::string& line : lines) {
      out += labelled("     - ", line, 7, width);
    }
  } else {
    out += paragraph("It opens a connection with an ordinary handshake, then:", width);
  }
  if (test_case.repeat > 1 || test_case.connections > 1) {
    out += paragraph(
        fmt::format("{}, each doing all of this; the worst counts.",
                    counted(static_cast<std::uint64_t>(test_case.repeat) * test_case.connections,
                            "connection")),
        width);
  }
  out += steps_text(test_case, width);
  if (const std::string end = ending(test_case); !end.empty()) {
    out += paragraph(end, width);
  }

  out += "\nWhat is acceptable\n";
  for (const Alternative& alternative : test_case.expect) {
    row(verdict_word(test_case, alternative.behavior), events_text(test_case, alternative));
  }
  for (const Alternative& alternative : test_case.tolerated) {
    row(verdict_word(test_case, alternative.behavior),
        events_text(test_case, alternative) + " (By Autobahn's rules this is FAILED.)");
  }
  row("the end", closing(test_case));
  if (test_case.informational) {
    out +=
        paragraph("The RFC leaves this open: what happens is told, and is never a failure.", width);
  }
  out += fmt::format("\nRun it\n  wsproof server ws://HOST:PORT/ {}\n", test_case.id);
  return out;
}

std::string list_cases(const std::vector<const Case*>& cases, std::size_t width) {
  std::string out;
  std::string family;
  std::string group;
  for (const Case* one : cases) {
    if (one->family != family || out.empty()) {
      out += (out.empty() ? "" : "\n") + printable_sentence(one->family) + '\n';
      family = one->family;
      group.clear();
    }
    if (one->group != group && !one->group.empty() && one->group != one->family) {
      out += "  " + printable_sentence(one->group) + '\n';
      group = one->group;
    }
    const std::string head = "    " + padded(one->id, 9);
    out += labelled(head, printable_sentence(one->title), head.size(), width);
  }
  return out;
}

}  // namespace wsproof::conformance
