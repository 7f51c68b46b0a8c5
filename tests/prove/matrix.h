// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::prove {

/// What a case said of an endpoint with a fault, beside what it says of the endpoint without one.
enum class Mark : std::uint8_t {
  kNothing,   ///< the same
  kCaught,    ///< FAIL by our own verdict
  kNoticed,   ///< not FAIL, but worse: NON-STRICT, INFORMATIONAL, UNSUPPORTED
  kAutobahn,  ///< the same by our verdict; by Autobahn's rules it fails
  kNotRun     ///< left out of the short form
};

/// One fault in one role, with a mark for each case of the role.
struct Row {
  const faulty::FaultInfo* fault = nullptr;
  std::vector<Mark> marks;
  std::string first_account;  ///< what the first case that caught it saw

  [[nodiscard]] std::size_t count(Mark mark) const;
};

/// A case that the endpoint without faults does not pass: one of the two is wrong.
struct Disagreement {
  std::string case_id;
  std::string verdict;
  std::string account;
};

/// All faults of a role against all cases of the role.
struct RoleMatrix {
  faulty::Role role = faulty::Role::kServer;
  std::vector<const conformance::Case*> cases;
  std::vector<Disagreement> disagreements;
  std::vector<Row> rows;

  /// The ids of the cases that have this mark in the row.
  [[nodiscard]] std::vector<std::string> marked(const Row& row, Mark mark) const;
  [[nodiscard]] std::size_t faults_caught() const;
  [[nodiscard]] std::size_t cases_proven() const;
  /// Of these, the ones that a fault proves which fails less than half of the cases.
  [[nodiscard]] std::size_t cases_proven_sharply() const;
  /// The faults that the case caught, the ones that few cases catch first.
  [[nodiscard]] std::vector<const Row*> caught_by(std::size_t case_index) const;
};

struct MatrixOptions {
  unsigned threads = 2;
  /// Cases of much data meet only the faults that are about that.
  bool quick = false;
  std::vector<std::string> faults;  ///< by name; empty: all
  std::function<void(std::size_t done, std::size_t total)> progress;
};

/// Runs everything. `catalogue` outlives the matrices.
[[nodiscard]] std::vector<RoleMatrix> make_matrices(const std::vector<conformance::Case>& catalogue,
                                                    const MatrixOptions& options);

[[nodiscard]] const char* name(faulty::Role role);
[[nodiscard]] const char* name(Mark mark);

}  // namespace wsproof::prove
