// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bench/load/result.h"

namespace wsproof::load {

/// A few lines for a person: rate, latencies, what generator and server used, failures, warnings.
[[nodiscard]] std::string text_report(const Result& result);

/// The latencies by percentile, in milliseconds, as the readers and plotters of HdrHistogram's
/// percentile output expect them.
[[nodiscard]] std::string hdr_report(const Histogram& histogram);

/// "850 ns", "14.2 us", "1.25 ms", "3.10 s".
[[nodiscard]] std::string duration_text(std::uint64_t nanoseconds);

}  // namespace wsproof::load
