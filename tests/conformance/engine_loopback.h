// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>

#include "conformance/catalogue/case.h"
#include "conformance/engine/engine.h"
#include "tests/support/endpoint.h"
#include "tests/support/memory_stream.h"

namespace wsproof::test {

/// How octets travel between the engine and the endpoint under test.
struct Loopback {
  std::size_t chop = std::numeric_limits<std::size_t>::max();  ///< most octets a read
  FailCount* fail_count = nullptr;  ///< each read and each write of the engine is an operation
  Fault fault = Fault::kReset;
};

/// What a case came to, and how long it took in virtual time.
struct LoopbackRun {
  conformance::CaseResult result;
  Time ended{};
  bool finished = false;  ///< the engine said that it was done
};

/// Runs a case against an endpoint in memory and in virtual time: where neither side has anything
/// to say, the clock jumps to the next deadline.
[[nodiscard]] LoopbackRun run_case(const conformance::Case& test_case,
                                   const conformance::EngineOptions& options, Endpoint& endpoint,
                                   const Loopback& loopback = {});

}  // namespace wsproof::test
