// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "conformance/engine/engine_impl.h"
#include "conformance/engine/wording.h"

namespace wsproof::conformance {

void Engine::Impl::advance_exchange(const Exchange& step) {
  if (series == nullptr) {
    series = MessageSeries::of(
        step, step.compressed ? std::optional(outbox.compression()) : std::nullopt);
    exchanged = 0;
    standing = false;
  }
  if (standing && !expectation.echo_is_awaited()) {
    standing = false;
    if (expectation.hopeless()) {
      script.stop();
      seen.steps_done = true;
      begin_closing();
      return;
    }
    ++exchanged;
  }
  if (exchanged == step.count) {
    series.reset();
    if (step.compressed) outbox.forget_context();
    Event event;
    event.kind = Event::Kind::kExchange;
    event.count = step.count;
    expectation.add(event, false);
    pass_step();
    return;
  }
  if (!standing) {
    expectation.await_echo(series->message(exchanged), step.binary);
    outbox.send(step, series->message(exchanged), series->on_wire(exchanged));
    outbox.flush();
    stand(give_up_after());
  } else if (now >= deadline) {
    seen.waited = now - stand_began;
    give_up();
  }
}

/// What an exchange came to that did not come to its end.
std::string Engine::Impl::account_of_exchange() const {
  if (series == nullptr) return {};
  return fmt::format("the exchange ended with {} of {} sent and {} of them echoed",
                     exchanged + (standing || expectation.hopeless() ? 1 : 0),
                     script.exchange_size(), exchanged);
}

}  // namespace wsproof::conformance
