// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// What a client under test asks for by the URL that it connects to. The URLs are those of the
/// Autobahn Testsuite.
struct ControlRequest {
  enum class Kind : std::uint8_t {
    kCaseCount,      ///< /getCaseCount
    kCaseInfo,       ///< /getCaseInfo?case=N or ?casetuple=1.2.3
    kRunCase,        ///< /runCase?case=N&agent=A
    kCaseStatus,     ///< /getCaseStatus?case=N&agent=A
    kUpdateReports,  ///< /updateReports?agent=A[&shutdownOnComplete=true]
    kStopServer,     ///< /stopServer
  };
  Kind kind = Kind::kCaseCount;
  std::size_t place = 0;  ///< among the cases, from 0; of those that name a case
  std::string agent;      ///< empty: not given
  bool shutdown = false;  ///< the server shall end when this is done
};

/// An HTTP status and one sentence for whoever wrote the client.
struct ControlError {
  int status = 404;
  std::string sentence;
};

/// Reads path and query. 404: no such path, no such case; 400: a query that cannot be read.
[[nodiscard]] tl::expected<ControlRequest, ControlError> parse_control_request(
    std::string_view resource, const std::vector<const Case*>& cases);

/// A value as it stands in a query: all but letters, digits and -._~ as %XX.
[[nodiscard]] std::string query_escaped(std::string_view text);

/// The value of the first parameter of that name, unescaped; nothing where there is none or where
/// its escapes are broken.
[[nodiscard]] std::optional<std::string> query_value(std::string_view resource,
                                                     std::string_view name);

}  // namespace wsproof::conformance
