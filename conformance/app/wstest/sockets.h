// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "conformance/app/wstest/modes.h"
#include "conformance/runner/target.h"
#include "server/app/client.h"

namespace wsproof::conformance::wstest {

// Four times what the largest case sends: a message that comes back in another form still fits.
inline constexpr std::uint64_t kLargestMessage = 64 * 1024 * 1024;

/// The URL of -w. Throws UsageError where it is missing or wrong.
[[nodiscard]] Target need_url(const Options& options);

/// A client of ours for that URL.
[[nodiscard]] WebSocketClientOptions client_options(const Target& target, const Options& options);

/// Text as a part of a URL's query: what may not stand there as %XX.
[[nodiscard]] std::string query_text(const std::string& text);

}  // namespace wsproof::conformance::wstest
