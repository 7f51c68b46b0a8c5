// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/app/wstest/modes.h"
#include "conformance/runner/target.h"
#include "server/app/client.h"
#include "server/transport/tls_context.h"

namespace wsproof::conformance::wstest {

// Four times what the largest case sends: a message that comes back in another form still fits.
inline constexpr std::uint64_t kLargestMessage = 64 * 1024 * 1024;

/// The URL of -w. Throws UsageError where it is missing or wrong.
[[nodiscard]] Target need_url(const Options& options);

/// A server at a wss:// URL needs a key and a certificate, one at ws:// has no use for them, which
/// is a warning. Throws UsageError.
void check_pair(const Target& url, const std::string& key, const std::string& certificate,
                std::vector<std::string>& warnings);

/// The sentence where -u's port cannot be opened; the mode goes on without.
[[nodiscard]] std::string no_web_port(const Options& options, const std::string& why);

/// What clients of wss:// URLs trust: Autobahn's clients take any certificate, and its users rely
/// on that with self-signed ones. One for all of them.
[[nodiscard]] TlsContext any_certificate();

/// A client of ours for that URL.
[[nodiscard]] WebSocketClientOptions client_options(const Target& target, const Options& options);

/// Text as a part of a URL's query: what may not stand there as %XX.
[[nodiscard]] std::string query_text(const std::string& text);

}  // namespace wsproof::conformance::wstest
