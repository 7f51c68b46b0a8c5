// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/weight.h"

#include <algorithm>
#include <array>
#include <variant>

#include "tests/conformance/case_size.h"

namespace wsproof::prove {
namespace {

using faulty::Fault;

// One message of the size where length forms change is light; several compressed ones are not.
constexpr std::uint64_t kMuch = 300 * 1024;
constexpr std::uint64_t kMuchInExchange = 16 * 1024;

/// What only much data shows, or shows at once.
constexpr std::array kAboutMuchData{
    Fault::kLimit64Kib,        Fault::kLimit1Mib,        Fault::kLimit16Mib,
    Fault::kThousandFragments, Fault::kRefusesFragments, Fault::kStallsAfter1Mib,
    Fault::kShortBuffer16Kib,  Fault::kShortBuffer32Kib, Fault::kShortBuffer64Kib};

bool exchanges(const conformance::Case& test_case) {
  return std::any_of(test_case.steps.begin(), test_case.steps.end(), [](const auto& step) {
    return std::holds_alternative<conformance::Exchange>(step);
  });
}

}  // namespace

bool belongs_to_short_form(const conformance::Case& test_case, const faulty::FaultInfo& fault) {
  const bool in_exchange = exchanges(test_case);
  if (test::octets_sent(test_case) <= (in_exchange ? kMuchInExchange : kMuch)) return true;
  if (in_exchange && fault.kind == "deflate") return true;
  return std::find(kAboutMuchData.begin(), kAboutMuchData.end(), fault.fault) !=
         kAboutMuchData.end();
}

}  // namespace wsproof::prove
