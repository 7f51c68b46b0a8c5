// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::conformance {

/// Generated data to be sent: always the same octets, made when first asked for and then shared.
/// "json", "html" and "prose" are UTF-8 with characters of up to four octets in them, "bitmap" is a
/// grey image, "document" is mostly data that was compressed before. Sizes and compressibility are
/// those of the files that the Autobahn Testsuite sends. May be called from any thread.

/// Null: no corpus has this name. The string lives as long as the program.
[[nodiscard]] const std::string* find_corpus(std::string_view name);

[[nodiscard]] std::vector<std::string_view> corpus_names();

// The generators, each of exactly so many octets.
[[nodiscard]] std::string make_json_corpus(std::size_t size);
[[nodiscard]] std::string make_html_corpus(std::size_t size);
[[nodiscard]] std::string make_prose_corpus(std::size_t size);
[[nodiscard]] std::string make_bitmap_corpus(std::size_t side);
[[nodiscard]] std::string make_document_corpus(std::size_t size);

}  // namespace wsproof::conformance
