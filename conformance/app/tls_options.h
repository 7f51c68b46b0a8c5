// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/runner/target.h"
#include "server/transport/tls_context.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace wsproof::conformance {

/// How certificates of servers under test are checked.
struct TlsClientFlags {
  std::string ca;
  std::string sni;
  bool insecure = false;
};

/// What is shown to clients under test.
struct TlsServerFlags {
  std::string certificate;
  std::string key;
  bool self_signed = false;
  std::string save_certificate;  ///< where the one that was made is written, for clients to trust
};

/// The flags keep references to `flags`.
void add_tls_options(CLI::App& command, TlsClientFlags& flags);
void add_tls_options(CLI::App& command, TlsServerFlags& flags);

/// Makes the wss:// targets ready for the run. Throws UsageError with one sentence: a file that is
/// none of PEM, or flags though no target is wss://.
void apply_tls(const TlsClientFlags& flags, std::vector<Target>& targets);

/// Nothing where no flag was given. What is made here is for localhost and this host. Throws
/// UsageError.
[[nodiscard]] std::optional<TlsContext> server_tls(const TlsServerFlags& flags,
                                                   const std::string& host);

/// Writes the certificate where it was asked for. Throws UsageError.
void save_certificate(const TlsServerFlags& flags, const std::optional<TlsContext>& made);

/// The flags that were given, as (flag, value), for the command that runs one case again.
[[nodiscard]] std::vector<std::pair<const char*, std::string>> given_flags(
    const TlsClientFlags& flags);
[[nodiscard]] std::vector<std::pair<const char*, std::string>> given_flags(
    const TlsServerFlags& flags);

}  // namespace wsproof::conformance
