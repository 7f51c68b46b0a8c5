// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/extension.h"

#include <cassert>
#include <cstddef>
#include <utility>

#include "server/protocol/http_text.h"

namespace wsproof {
namespace {

/// Reads the grammar of §9.1 from left to right. §9.1 takes RFC 2616's "implied *LWS" over, so
/// blanks may stand around every separator, "=" too.
class Reader {
 public:
  explicit Reader(std::string_view value) : rest_(value) { skip_blanks(); }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  /// Takes a separator and the blanks behind it, where it is next.
  bool take(char separator) {
    if (rest_.empty() || rest_.front() != separator) return false;
    rest_.remove_prefix(1);
    skip_blanks();
    return true;
  }

  /// token, or nothing where the next character is none of a token's.
  std::optional<std::string> token() {
    std::size_t size = 0;
    while (size < rest_.size() && is_token_char(rest_[size])) ++size;
    if (size == 0) return std::nullopt;
    std::string token(rest_.substr(0, size));
    rest_.remove_prefix(size);
    skip_blanks();
    return token;
  }

  /// quoted-string without its quotes and escapes. "The value after quoted-string unescaping MUST
  /// conform to the 'token' ABNF", so an empty one is none.
  std::optional<std::string> quoted_token() {
    assert(rest_.front() == '"');
    std::string text;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        if (text.empty()) return std::nullopt;
        rest_.remove_prefix(at + 1);
        skip_blanks();
        return text;
      }
      if (rest_[at] == '\\' && ++at == rest_.size()) return std::nullopt;
      if (!is_token_char(rest_[at])) return std::nullopt;
      text.push_back(rest_[at]);
    }
    return std::nullopt;
  }

  std::optional<std::string> parameter_value() {
    if (!rest_.empty() && rest_.front() == '"') return quoted_token();
    return token();
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

// extension-param = token [ "=" (token | quoted-string) ]
std::optional<ExtensionParameter> read_parameter(Reader& reader) {
  std::optional<std::string> name = reader.token();
  if (!name) return std::nullopt;
  ExtensionParameter parameter{std::move(*name), std::nullopt};
  if (reader.take('=')) {
    parameter.value = reader.parameter_value();
    if (!parameter.value) return std::nullopt;
  }
  return parameter;
}

// extension = extension-token *( ";" extension-param )
std::optional<Extension> read_extension(Reader& reader) {
  std::optional<std::string> name = reader.token();
  if (!name) return std::nullopt;
  Extension extension{std::move(*name), {}};
  while (reader.take(';')) {
    std::optional<ExtensionParameter> parameter = read_parameter(reader);
    if (!parameter) return std::nullopt;
    extension.parameters.push_back(std::move(*parameter));
  }
  return extension;
}

// #extension: elements between commas, empty ones ignored (RFC 9110 5.6.1.2). Adds to `list`.
bool read_list(std::string_view value, std::vector<Extension>& list) {
  Reader reader(value);
  while (!reader.at_end()) {
    if (reader.take(',')) continue;
    std::optional<Extension> extension = read_extension(reader);
    if (!extension || (!reader.at_end() && !reader.take(','))) return false;
    list.push_back(std::move(*extension));
  }
  return true;
}

}  // namespace

tl::expected<std::vector<Extension>, Error> parse_extensions(std::string_view value) {
  std::vector<Extension> list;
  // extension-list = 1#extension: at least one.
  if (!read_list(value, list) || list.empty()) return tl::unexpected(Error::kExtensionMalformed);
  return list;
}

tl::expected<std::vector<Extension>, Error> parse_extensions(const Fields& fields) {
  std::vector<Extension> list;
  bool present = false;
  for (const Field& field : fields.lines) {
    if (!equals_ignoring_case(field.name, "Sec-WebSocket-Extensions")) continue;
    present = true;
    if (!read_list(field.value, list)) return tl::unexpected(Error::kExtensionMalformed);
  }
  // §4.2.2: "the empty string is not the same as the null value".
  if (present && list.empty()) return tl::unexpected(Error::kExtensionMalformed);
  return list;
}

std::string format_extensions(const std::vector<Extension>& extensions) {
  std::string text;
  for (const Extension& extension : extensions) {
    assert(is_token(extension.name));
    if (!text.empty()) text.append(", ");
    text.append(extension.name);
    for (const ExtensionParameter& parameter : extension.parameters) {
      assert(is_token(parameter.name) && (!parameter.value || is_token(*parameter.value)));
      text.append("; ").append(parameter.name);
      if (parameter.value) text.append("=").append(*parameter.value);
    }
  }
  return text;
}

}  // namespace wsproof
