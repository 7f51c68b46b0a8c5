// SPDX-License-Identifier: Apache-2.0
// Validation of UTF-8, whole and in pieces, under each kernel, against a naive one. Data: a text.
// Option octet 0: how often it is repeated, so that long texts are reached with few octets.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/naive_utf8.h"
#include "fuzz/support/target.h"
#include "server/protocol/kernel.h"
#include "server/protocol/utf8.h"

namespace wsproof::fuzz {
namespace {

void check_pieces(const Input& input, Bytes text, std::optional<std::size_t> bad) {
  Utf8Validator validator;
  std::size_t before = 0;
  bool failed = false;
  input.cut(text, [&](MutableBytes piece) {
    if (failed) return;
    const auto at = validator.push(piece);
    failed = at.has_value();
    if (failed) {
      check(bad && *bad < text.size() && *at + before == *bad, "pieces show the same bad octet");
    }
    before += piece.size();
  });
  if (failed) return;
  check(!bad || *bad == text.size(), "pieces show that an octet is bad");
  check(validator.complete() == !bad, "pieces show whether the text ends on a code point");
}

void check_kernel(const Kernel& kernel, Bytes text, std::optional<std::size_t> bad) {
  const std::size_t skipped = kernel.skip_valid_utf8(text);
  check(skipped <= text.size(), "a kernel stays inside the text");
  check(!bad || skipped <= *bad, "a kernel passes over nothing that is bad");
  check(!find_invalid_utf8_naively(text.first(skipped)), "a kernel stops between code points");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  std::vector<std::uint8_t> text;
  const std::size_t times = 1U + input.option(0) % 8U;
  for (std::size_t i = 0; i < times; ++i) {
    text.insert(text.end(), input.data().begin(), input.data().end());
  }
  text.shrink_to_fit();
  const std::optional<std::size_t> bad = find_invalid_utf8_naively(text);
  for (const Kernel& kernel : kernels()) {
    check_kernel(kernel, text, bad);
    check(force_kernel(kernel.name), "a kernel that is listed can be had");
    check(find_invalid_utf8(text) == bad, "both find the same octet");
    check_pieces(input, text, bad);
  }
  check(force_kernel({}), "the fastest kernel can be had");
}

}  // namespace wsproof::fuzz
