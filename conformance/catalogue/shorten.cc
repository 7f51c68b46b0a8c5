// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/shorten.h"

#include <algorithm>
#include <variant>

namespace wsproof::conformance {

void shorten_exchanges(std::vector<Case>& catalogue, std::uint64_t messages) {
  for (Case& test_case : catalogue) {
    for (Step& step : test_case.steps) {
      auto* exchange = std::get_if<Exchange>(&step);
      if (exchange != nullptr) exchange->count = std::min(exchange->count, messages);
    }
    for (Alternative& alternative : test_case.expect) {
      for (Event& event : alternative.events) {
        if (event.kind == Event::Kind::kExchange) event.count = std::min(event.count, messages);
      }
    }
  }
}

}  // namespace wsproof::conformance
