// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/matrix.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "tests/prove/trial.h"
#include "tests/prove/weight.h"

namespace wsproof::prove {
namespace {

using conformance::Case;
using conformance::Verdict;
using faulty::FaultInfo;
using faulty::Faults;
using faulty::Role;

/// One row of one matrix, or, without a row, the endpoint without faults.
struct Task {
  RoleMatrix* matrix = nullptr;
  Row* row = nullptr;
};

Verdict ideal(const Case& test_case) {
  return test_case.informational ? Verdict::kInformational : Verdict::kPass;
}

Mark mark_of(const Case& test_case, const Trial& trial) {
  if (trial.ours == Verdict::kFail) return Mark::kCaught;
  if (trial.ours != ideal(test_case)) return Mark::kNoticed;
  return trial.autobahn == Verdict::kFail ? Mark::kAutobahn : Mark::kNothing;
}

/// Whether the fault fails less than half of the cases that it was run with.
bool is_sharp(const Row& row) {
  return 2 * row.count(Mark::kCaught) < row.marks.size() - row.count(Mark::kNotRun);
}

void find_disagreements(RoleMatrix& matrix) {
  for (const Case* test_case : matrix.cases) {
    Trial trial = try_case(*test_case, matrix.role, Faults());
    if (trial.ours == ideal(*test_case)) continue;
    matrix.disagreements.push_back(
        {test_case->id, conformance::name(trial.ours), std::move(trial.account)});
  }
}

void fill(const RoleMatrix& matrix, Row& row, bool quick) {
  const Faults faults(row.fault->fault);
  for (const Case* test_case : matrix.cases) {
    if (quick && !belongs_to_short_form(*test_case, *row.fault)) {
      row.marks.push_back(Mark::kNotRun);
      continue;
    }
    Trial trial = try_case(*test_case, matrix.role, faults);
    row.marks.push_back(mark_of(*test_case, trial));
    if (row.marks.back() == Mark::kCaught && row.first_account.empty()) {
      row.first_account = std::move(trial.account);
    }
  }
}

std::vector<RoleMatrix> empty_matrices(const std::vector<Case>& catalogue,
                                       const std::vector<std::string>& names) {
  std::vector<RoleMatrix> matrices;
  for (const Role role : {Role::kServer, Role::kClient}) {
    RoleMatrix matrix;
    matrix.role = role;
    for (const Case& test_case : catalogue) {
      const bool meant = role == Role::kServer ? test_case.for_servers : test_case.for_clients;
      if (meant) matrix.cases.push_back(&test_case);
    }
    for (const FaultInfo& fault : faulty::all_faults()) {
      const bool wanted =
          names.empty() || std::find(names.begin(), names.end(), fault.name) != names.end();
      if (wanted && makes_sense(fault, role)) matrix.rows.push_back({&fault, {}, {}});
    }
    matrices.push_back(std::move(matrix));
  }
  return matrices;
}

}  // namespace

std::size_t Row::count(Mark mark) const {
  return static_cast<std::size_t>(std::count(marks.begin(), marks.end(), mark));
}

std::vector<std::string> RoleMatrix::marked(const Row& row, Mark mark) const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < row.marks.size(); ++i) {
    if (row.marks[i] == mark) ids.push_back(cases[i]->id);
  }
  return ids;
}

std::size_t RoleMatrix::faults_caught() const {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [](const Row& row) { return row.count(Mark::kCaught) != 0; }));
}

std::vector<const Row*> RoleMatrix::caught_by(std::size_t case_index) const {
  std::vector<const Row*> caught;
  for (const Row& row : rows) {
    if (row.marks[case_index] == Mark::kCaught) caught.push_back(&row);
  }
  std::stable_sort(caught.begin(), caught.end(), [](const Row* a, const Row* b) {
    return a->count(Mark::kCaught) < b->count(Mark::kCaught);
  });
  return caught;
}

std::size_t RoleMatrix::cases_proven() const {
  std::size_t proven = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) proven += caught_by(i).empty() ? 0U : 1U;
  return proven;
}

std::size_t RoleMatrix::cases_proven_sharply() const {
  std::size_t proven = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<const Row*> caught = caught_by(i);
    if (!caught.empty() && is_sharp(*caught[0])) ++proven;
  }
  return proven;
}

std::vector<RoleMatrix> make_matrices(const std::vector<Case>& catalogue,
                                      const MatrixOptions& options) {
  std::vector<RoleMatrix> matrices = empty_matrices(catalogue, options.faults);
  std::vector<Task> tasks;
  for (RoleMatrix& matrix : matrices) {
    tasks.push_back({&matrix, nullptr});
    for (Row& row : matrix.rows) tasks.push_back({&matrix, &row});
  }
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      if (tasks[i].row == nullptr) {
        find_disagreements(*tasks[i].matrix);
      } else {
        fill(*tasks[i].matrix, *tasks[i].row, options.quick);
      }
      const std::lock_guard lock(mutex);
      ++done;
      if (options.progress) options.progress(done, tasks.size());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return matrices;
}

const char* name(Role role) { return role == Role::kServer ? "server" : "client"; }

const char* name(Mark mark) {
  switch (mark) {
    case Mark::kNothing:
      return "nothing";
    case Mark::kCaught:
      return "caught";
    case Mark::kNoticed:
      return "noticed";
    case Mark::kAutobahn:
      return "autobahn";
    case Mark::kNotRun:
      break;
  }
  return "not-run";
}

}  // namespace wsproof::prove
