// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "conformance/engine/engine.h"
#include "conformance/runner/target.h"
#include "server/transport/loop.h"
#include "server/transport/timer.h"
#include "server/transport/tls_connector.h"

namespace wsproof::conformance {

/// Asks a target, over a connection of its own, whether it speaks TLS: one that makes nothing of a
/// ws:// opening handshake may want wss://.
class TlsProbe {
 public:
  /// Called once, as the last thing; the probe may be destroyed there.
  using Done = std::function<void(bool speaks_tls)>;

  TlsProbe(Loop& loop, const Target& target, Duration patience, Done done);

 private:
  void tell(bool speaks_tls);

  Done done_;
  Timer timer_;
  TlsConnector connector_;
};

}  // namespace wsproof::conformance
